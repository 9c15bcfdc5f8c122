package dev.sallyport.outbound;

import java.time.Duration;

/**
 * What is remembered of a host that does not do its part. Closed, it lets every call through; after so many failures in a row it opens,
 * and calls are refused without a connection; when its pause is over, one call may try, and what becomes of that closes it or begins a
 * pause twice as long. A pure value: the time is an argument, in nanoseconds of one clock that only goes forward.
 *
 * @param failures in a row, while it is closed
 * @param pauses in a row; zero while it is closed
 * @param retryAt when the next call may try, while it is open
 * @param trying whether that call is under way
 */
record Breaker(int failures, int pauses, long retryAt, boolean trying) {
    /** Failures in a row that open it. */
    static final int TOLERATED = 5;

    /** The first pause; each one after a failed try is twice as long, up to {@link #LONGEST}. */
    static final Duration FIRST = Duration.ofSeconds(5);

    /** The longest pause, and so the longest time for which a host that works again is not called. */
    static final Duration LONGEST = Duration.ofSeconds(60);

    /** A host of which nothing bad is known. */
    static final Breaker CLOSED = new Breaker(0, 0, 0, false);

    /** What a call may do. */
    enum Verdict {
        /** Go, like everybody else. */
        PASS,
        /** Go alone, and see. */
        TRY,
        /** Not go. */
        REFUSED
    }

    boolean isOpen() {
        return pauses > 0;
    }

    /** What a call may do that comes now. */
    Verdict judge(long now) {
        if (!isOpen()) {
            return Verdict.PASS;
        }
        return trying || now - retryAt < 0 ? Verdict.REFUSED : Verdict.TRY;
    }

    /** After {@link Verdict#TRY} was given. */
    Breaker whileTrying() {
        return new Breaker(failures, pauses, retryAt, true);
    }

    /** After an answer, whoever got it. */
    Breaker answered() {
        return CLOSED;
    }

    /**
     * After a failure. While it is open only the try counts: calls that left before it opened know nothing new.
     *
     * @param wasTry whether the call was the one that was let through
     */
    Breaker failed(boolean wasTry, long now) {
        if (isOpen()) {
            return wasTry ? paused(pauses + 1, now) : this;
        }
        return failures + 1 >= TOLERATED ? paused(1, now) : new Breaker(failures + 1, 0, 0, false);
    }

    /** After the try ended without saying anything of the host: the next call may try. */
    Breaker learntNothing(boolean wasTry) {
        return wasTry ? new Breaker(failures, pauses, retryAt, false) : this;
    }

    private static Breaker paused(int pauses, long now) {
        long pause = Math.min(FIRST.toNanos() << Math.min(pauses - 1, 10), LONGEST.toNanos());
        return new Breaker(0, Math.min(pauses, 1_000), now + pause, false);
    }
}
