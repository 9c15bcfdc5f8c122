package dev.sallyport.broker.outside;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds up calls to one path of a provider until the test lets them go; the provider then answers as it always does. */
public final class Held {
    private final CountDownLatch called = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    private Held() {}

    /** Calls to this path are held from now on. */
    public static Held at(EvilIdp idp, String path) {
        Held held = new Held();
        idp.intercept = request -> {
            if (request.path().equals(path)) {
                held.calls.incrementAndGet();
                held.called.countDown();
                // The provider has an event loop to itself.
                await(held.go);
            }
            return false;
        };
        return held;
    }

    /** Waits until a call is there. */
    public void awaitCall() {
        await(called);
    }

    /** How many calls came. */
    public int calls() {
        return calls.get();
    }

    /** Lets all calls go, those to come too. */
    public void letGo() {
        go.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody came");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
