package dev.sallyport.outbound;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Waits for futures in tests, within bounds. */
public final class Waiting {
    private static final long SECONDS = 30;

    private Waiting() {}

    /** The value of a future that succeeds. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("failed: " + e.getCause(), e.getCause());
        } catch (Exception e) {
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

    static OutboundRefused.Reason refusal(Future<?> future) {
        return failure(OutboundRefused.class, future).reason();
    }
}
