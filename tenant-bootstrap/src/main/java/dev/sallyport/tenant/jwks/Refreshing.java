package dev.sallyport.tenant.jwks;

import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * A value from outside that is fetched by one caller for all who wait, at most so often, and replaced only by a good one.
 *
 * @param <V> immutable
 */
public final class Refreshing<V> {
    /** Fetches that one window may cost the other side, whatever the reason. */
    private static final int FETCHES_PER_WINDOW = 2;

    private static final Duration WINDOW = Duration.ofSeconds(30);

    private final Supplier<Future<V>> source;
    private final Clock clock;
    private final Deque<Instant> fetches = new ArrayDeque<>();
    private Future<V> underWay;
    private V value;
    private Instant valueAt = Instant.MIN;
    private Throwable lastFailure;

    /** A value that is fetched when it is first asked for. */
    public Refreshing(Supplier<Future<V>> source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    /** The value that is at most so old, fetched if need be; fails as the fetch fails. */
    public synchronized Future<V> atMost(Duration age) {
        if (value != null && valueAt.plus(age).isAfter(clock.instant())) {
            return Future.succeededFuture(value);
        }
        return fetch();
    }

    /** The last good value of whatever age, or null. */
    public synchronized V last() {
        return value;
    }

    /** Fetches, unless it is being fetched already (then the same answer) or was fetched too often (then what is known). */
    public synchronized Future<V> fetch() {
        return fetch(FETCHES_PER_WINDOW);
    }

    /** The same for whoever might be anybody: leaves one fetch of each window to others. */
    public synchronized Future<V> fetchSparingly() {
        return fetch(FETCHES_PER_WINDOW - 1);
    }

    private Future<V> fetch(int most) {
        if (underWay != null) {
            return underWay;
        }
        Instant now = clock.instant();
        while (!fetches.isEmpty() && !fetches.peekFirst().plus(WINDOW).isAfter(now)) {
            fetches.removeFirst();
        }
        if (fetches.size() >= most) {
            return value != null && lastFailure == null
                    ? Future.succeededFuture(value)
                    : Future.failedFuture(lastFailure);
        }
        fetches.addLast(now);
        Future<V> fetching = source.get();
        underWay = fetching;
        fetching.onSuccess(fresh -> settle(fresh, null)).onFailure(e -> settle(null, e));
        return fetching;
    }

    private synchronized void settle(V fresh, Throwable failure) {
        underWay = null;
        lastFailure = failure;
        if (failure == null) {
            value = fresh;
            valueAt = clock.instant();
        }
    }
}
