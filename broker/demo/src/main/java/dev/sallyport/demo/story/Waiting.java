package dev.sallyport.demo.story;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The bridge from futures to the story, which is told in order on a thread of its own. */
public final class Waiting {
    private static final long LONGEST_SECONDS = 30;

    private Waiting() {}

    /** The value of the future, at most half a minute from now; fails with {@link Broken}. Not for event loops. */
    public static <T> T on(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new Broken(String.valueOf(e.getCause().getMessage()), e.getCause());
        } catch (TimeoutException e) {
            throw new Broken("nothing happened for " + LONGEST_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Broken("interrupted", e);
        }
    }
}
