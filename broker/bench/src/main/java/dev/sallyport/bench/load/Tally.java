package dev.sallyport.bench.load;

import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What was counted.
 *
 * @param latencies in nanoseconds, exact to three digits
 * @param seconds how long was counted
 * @param firstError what the first error said
 */
public record Tally(Histogram latencies, long errors, double seconds, Optional<String> firstError) {
    private static final int DIGITS = 3;

    /** Nothing yet. */
    public static Tally empty() {
        return new Tally(new Histogram(DIGITS), 0, 0, Optional.empty());
    }

    /** How often it was done. */
    public long count() {
        return latencies.getTotalCount();
    }

    /** How often in a second. */
    public double rate() {
        return seconds == 0 ? 0 : count() / seconds;
    }

    /** Milliseconds that so many percent stayed below. */
    public double millis(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e6;
    }

    /** Milliseconds of the slowest. */
    public double slowest() {
        return latencies.getMaxValue() / 1e6;
    }

    /** Counted at the same time, by another event loop. */
    public Tally beside(Tally other) {
        return merged(other, Math.max(seconds, other.seconds));
    }

    /** Counted at another time. */
    public Tally then(Tally other) {
        return merged(other, seconds + other.seconds);
    }

    private Tally merged(Tally other, double time) {
        Histogram sum = latencies.copy();
        sum.add(other.latencies);
        return new Tally(sum, errors + other.errors, time, firstError.or(other::firstError));
    }
}
