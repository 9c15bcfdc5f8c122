package dev.sallyport.outbound;

import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundRefused.Reason;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/** So many calls per tenant at a time, so many more in line; who stalls, stalls alone. */
final class Bulkhead {
    private final int places;
    private final int line;
    private final Map<TenantId, Share> shares = new HashMap<>();

    private static final class Share {
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
    void enter(TenantId tenant, Runnable work) {
        synchronized (shares) {
            Share share = shares.computeIfAbsent(tenant, id -> new Share());
            if (share.busy >= places) {
                if (share.waiting.size() >= line) {
                    throw new OutboundRefused(Reason.BUSY, "too many calls are under way");
                }
                share.waiting.add(work);
                return;
            }
            share.busy++;
        }
        work.run();
    }

    /** Gives the place to the next in line. */
    void leave(TenantId tenant) {
        Runnable next;
        synchronized (shares) {
            Share share = shares.get(tenant);
            next = share.waiting.poll();
            if (next == null && --share.busy == 0) {
                shares.remove(tenant);
            }
        }
        if (next != null) {
            next.run();
        }
    }
}
