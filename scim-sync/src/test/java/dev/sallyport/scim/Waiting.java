package dev.sallyport.scim;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for futures in tests, within bounds. */
public final class Waiting {
    private static final long SECONDS = 40;

    private Waiting() {}

    /** The value of a future that succeeds. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** The cause of a future that fails in this way. */
    public static <E extends Throwable> E failure(Class<E> type, Future<?> future) {
        ExecutionException e = assertThrows(
                ExecutionException.class,
                () -> future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS));
        return assertInstanceOf(type, e.getCause());
    }

    /** The first answer that is as expected; asks again every 20 ms. */
    public static <T> T until(Vertx vertx, Supplier<Future<T>> ask, Predicate<T> expected) {
        return await(ask(vertx, ask, expected, System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS - 5)));
    }

    private static <T> Future<T> ask(Vertx vertx, Supplier<Future<T>> ask, Predicate<T> expected, long deadline) {
        return ask.get().compose(answer -> {
            if (expected.test(answer)) {
                return Future.succeededFuture(answer);
            }
            if (System.nanoTime() - deadline > 0) {
                return Future.failedFuture("still " + answer);
            }
            return vertx.timer(20, TimeUnit.MILLISECONDS).compose(done -> ask(vertx, ask, expected, deadline));
        });
    }
}
