package dev.sallyport.bench.load;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** One event loop with its share of the virtual users. What ends between the two instants is counted. */
final class Worker extends VerticleBase {
    private static final int CONNECT_MS = 5_000;
    /** So many turns that end at once, because nobody has to be asked, are done before others have their turn. */
    private static final int BURST = 64;
    /** So many prepare themselves at the same time. */
    private static final int AT_ONCE = 32;

    private final VirtualUser.Factory factory;
    private final List<Integer> numbers;
    private final List<Lines> lines = new ArrayList<>();
    private final List<VirtualUser> users = new ArrayList<>();
    private final Histogram latencies = new Histogram(3);
    private final Promise<Tally> finished = Promise.promise();
    private long from;
    private long until;
    private long errors;
    private int running;
    private Optional<String> firstError = Optional.empty();

    Worker(VirtualUser.Factory factory, List<Integer> numbers) {
        this.factory = factory;
        this.numbers = numbers;
    }

    /** Opens the connections and prepares everybody. */
    @Override
    public Future<?> start() {
        NetClient client =
                vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true).setConnectTimeout(CONNECT_MS));
        for (int number : numbers) {
            Lines own = new Lines(client);
            lines.add(own);
            users.add(factory.make(number, own));
        }
        return prepare(0);
    }

    private Future<?> prepare(int first) {
        if (first >= users.size()) {
            return Future.succeededFuture();
        }
        int next = Math.min(first + AT_ONCE, users.size());
        return Future.all(users.subList(first, next).stream()
                        .map(VirtualUser::prepare)
                        .toList())
                .compose(done -> prepare(next));
    }

    /** Lets everybody loose; times are those of {@link System#nanoTime}. Gives what was counted when the last one is done. */
    Future<Tally> go(long countFrom, long countUntil) {
        context.runOnContext(v -> {
            from = countFrom;
            until = countUntil;
            running = users.size();
            users.forEach(this::next);
        });
        return finished.future();
    }

    private void next(VirtualUser user) {
        for (int i = 0; i < BURST; i++) {
            Future<Long> turn = user.once();
            if (!turn.isComplete()) {
                turn.onComplete(done -> {
                    if (goesOn(turn)) {
                        next(user);
                    }
                });
                return;
            }
            if (!goesOn(turn)) {
                return;
            }
        }
        context.runOnContext(v -> next(user));
    }

    /** Counts a turn that is over, and says whether there is another. */
    private boolean goesOn(Future<Long> turn) {
        long now = System.nanoTime();
        boolean counts = now >= from && now < until;
        if (turn.succeeded()) {
            if (counts) {
                latencies.recordValue(turn.result());
            }
        } else {
            errors += counts ? 1 : 0;
            firstError =
                    firstError.or(() -> Optional.of(String.valueOf(turn.cause().getMessage())));
        }
        if (now < until) {
            return true;
        }
        running--;
        if (running == 0) {
            finished.complete(new Tally(latencies, errors, (until - from) / 1e9, firstError));
        }
        return false;
    }

    @Override
    public Future<?> stop() {
        lines.forEach(Lines::close);
        return Future.succeededFuture();
    }
}
