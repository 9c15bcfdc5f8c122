package dev.sallyport.bench.load;

import dev.sallyport.demo.story.Broken;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** So many virtual users at once, each of which begins again as soon as it is done. */
public final class ClosedLoop {
    private static final Duration PREPARATION = Duration.ofMinutes(2);
    private static final Duration GRACE = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final int concurrency;
    private final int threads;

    /**
     * On so many event loops.
     *
     * @param threads at most as many as virtual users
     */
    public ClosedLoop(Vertx vertx, int concurrency, int threads) {
        this.vertx = vertx;
        this.concurrency = concurrency;
        this.threads = Math.min(threads, concurrency);
    }

    /** Prepares, warms up, counts, closes the connections. Not for event loops. Fails with {@link Broken}. */
    public Tally run(VirtualUser.Factory factory, Duration warmUp, Duration counted) {
        List<Worker> workers = IntStream.range(0, threads)
                .mapToObj(thread -> new Worker(
                        factory,
                        IntStream.range(0, concurrency)
                                .filter(number -> number % threads == thread)
                                .boxed()
                                .toList()))
                .toList();
        List<String> deployed = new ArrayList<>();
        try {
            for (Worker worker : workers) {
                deployed.add(await(vertx.deployVerticle(worker), PREPARATION));
            }
            long from = System.nanoTime() + warmUp.toNanos();
            long until = from + counted.toNanos();
            List<Future<Tally>> tallies =
                    workers.stream().map(worker -> worker.go(from, until)).toList();
            Duration patience = warmUp.plus(counted).plus(GRACE);
            return tallies.stream()
                    .map(tally -> await(tally, patience))
                    .reduce(Tally::beside)
                    .orElseThrow();
        } finally {
            deployed.forEach(id -> await(vertx.undeploy(id), GRACE));
        }
    }

    private static <T> T await(Future<T> future, Duration patience) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new Broken(String.valueOf(e.getCause().getMessage()), e.getCause());
        } catch (TimeoutException e) {
            throw new Broken("nothing happened for " + patience.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Broken("interrupted", e);
        }
    }
}
