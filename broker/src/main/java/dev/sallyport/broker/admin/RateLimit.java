package dev.sallyport.broker.admin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.broker.admin.Problem.Kind;
import dev.sallyport.database.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** So many calls of one tenant in a minute on this node. */
final class RateLimit {
    private static final long MINUTE_MILLIS = 60_000;

    private final Clock clock;
    private final int most;
    private final Cache<TenantId, Window> windows = Caffeine.newBuilder()
            .expireAfterAccess(Duration.ofMinutes(2))
            .maximumSize(10_000)
            .build();

    private record Window(long minute, AtomicInteger taken) {}

    RateLimit(Clock clock, int most) {
        this.clock = clock;
        this.most = most;
    }

    /** Takes one. Fails with 429 and the seconds to wait. */
    void take(TenantId tenant) {
        long now = clock.millis();
        long minute = now / MINUTE_MILLIS;
        Window window = windows.asMap()
                .compute(
                        tenant,
                        (key, kept) -> kept == null || kept.minute() != minute
                                ? new Window(minute, new AtomicInteger())
                                : kept);
        if (window.taken().incrementAndGet() > most) {
            int wait = (int) ((minute + 1) * MINUTE_MILLIS - now) / 1_000 + 1;
            throw new Problem(Kind.RATE_LIMITED, "Too many of these in one minute.", List.of(), wait);
        }
    }
}
