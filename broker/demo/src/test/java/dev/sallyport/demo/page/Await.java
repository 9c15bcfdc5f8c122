package dev.sallyport.demo.page;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a future from a test's thread, with a limit. */
public final class Await {

    private Await() {}

    public static <T> T result(Future<T> future) {
        try {
            return future.await(15, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not done after 15 seconds", e);
        }
    }
}
