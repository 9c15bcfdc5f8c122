package dev.sallyport.verifier;

/** Time that only goes forward, for ages and pauses: a clock that is set leaves them alone. */
@FunctionalInterface
interface Ticker {
    /** Nanoseconds since some moment. */
    long nanos();
}
