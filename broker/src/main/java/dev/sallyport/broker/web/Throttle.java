package dev.sallyport.broker.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * So many of a thing in a minute on this node, counted by a key. The memory is bounded; a minute that is over is forgotten, so nobody is
 * locked out for longer.
 *
 * @param <K> by what is counted
 */
public final class Throttle<K> {
    private static final long MINUTE_MILLIS = 60_000;
    private static final int KEYS = 100_000;

    private final Clock clock;
    private final int most;
    private final Cache<K, Window> windows = Caffeine.newBuilder()
            .expireAfterAccess(Duration.ofMinutes(2))
            .maximumSize(KEYS)
            .build();

    private record Window(long minute, AtomicInteger taken) {}

    /**
     * @param most in one minute
     */
    public Throttle(Clock clock, int most) {
        this.clock = clock;
        this.most = most;
    }

    /** Counts one. Answers 0, or the seconds to wait if it was one too many. */
    public int take(K key) {
        long now = clock.millis();
        Window window = windows.asMap().compute(key, (same, kept) -> isOf(now, kept) ? kept : fresh(now));
        return window.taken().incrementAndGet() > most ? untilNext(now) : 0;
    }

    /** Counts nothing. Answers 0 if one more may come, or the seconds to wait. */
    public int secondsToWait(K key) {
        Window window = windows.getIfPresent(key);
        long now = clock.millis();
        return isOf(now, window) && window.taken().get() >= most ? untilNext(now) : 0;
    }

    private static boolean isOf(long now, Window window) {
        return window != null && window.minute() == now / MINUTE_MILLIS;
    }

    private static Window fresh(long now) {
        return new Window(now / MINUTE_MILLIS, new AtomicInteger());
    }

    private static int untilNext(long now) {
        return (int) ((MINUTE_MILLIS - now % MINUTE_MILLIS) / 1_000) + 1;
    }
}
