package dev.sallyport.outbound;

import dev.sallyport.outbound.OutboundRefused.Reason;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/** So many calls per share at a time, so many more in line; who stalls, stalls alone. */
final class Bulkhead {
    private final int places;
    private final int line;
    private final Map<Share, Places> shares = new HashMap<>();

    private static final class Places {
        private int busy;
        private final Queue<Runnable> waiting = new ArrayDeque<>();
    }

    Bulkhead(int places, int line) {
        this.places = places;
        this.line = line;
    }

    /**
     * Runs the work as soon as there is a place; it has to call {@link #leave} exactly once.
     *
     * @throws OutboundRefused BUSY if the line is full
     */
    void enter(Share share, Runnable work) {
        synchronized (shares) {
            Places taken = shares.computeIfAbsent(share, id -> new Places());
            if (taken.busy >= places) {
                if (taken.waiting.size() >= line) {
                    throw new OutboundRefused(Reason.BUSY, "too many calls are under way");
                }
                taken.waiting.add(work);
                return;
            }
            taken.busy++;
        }
        work.run();
    }

    /** Gives the place to the next in line. */
    void leave(Share share) {
        Runnable next;
        synchronized (shares) {
            Places taken = shares.get(share);
            next = taken.waiting.poll();
            if (next == null && --taken.busy == 0) {
                shares.remove(share);
            }
        }
        if (next != null) {
            next.run();
        }
    }
}
