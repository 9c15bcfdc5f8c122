package dev.sallyport.broker.outside;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something to become true, not longer than it may take. */
public final class Await {
    private Await() {}

    /** Whether it became true in time. */
    public static boolean within(Duration most, BooleanSupplier holds) {
        long until = System.nanoTime() + most.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > until) {
                return false;
            }
            LockSupport.parkNanos(5_000_000);
        }
        return true;
    }
}
