package dev.sallyport.demo.page;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** A map in memory whose entries are gone after their time. Safe for use from several threads. */
public final class ShortLived<V> {

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(30);

    private record Entry<V>(V value, Instant expiresAt) {}

    private final Clock clock;
    private final Duration life;
    private final Map<String, Entry<V>> entries = new ConcurrentHashMap<>();
    private final AtomicReference<Instant> lastSweep;

    /** Entries live this long after they were put. */
    public ShortLived(Clock clock, Duration life) {
        this.clock = clock;
        this.life = life;
        this.lastSweep = new AtomicReference<>(clock.instant());
    }

    /** Stores the value under the key, and forgets what has expired. */
    public void put(String key, V value) {
        Instant now = clock.instant();
        sweep(now);
        entries.put(key, new Entry<>(value, now.plus(life)));
    }

    /** Stores the value unless the key is known; tells whether it did. */
    public boolean putIfNew(String key, V value) {
        Instant now = clock.instant();
        sweep(now);
        boolean[] stored = new boolean[1];
        entries.compute(key, (k, old) -> {
            stored[0] = old == null || !now.isBefore(old.expiresAt);
            return stored[0] ? new Entry<>(value, now.plus(life)) : old;
        });
        return stored[0];
    }

    /** The value, if it is still there. */
    public Optional<V> get(String key) {
        return live(entries.get(key));
    }

    /** Removes the value and hands it out: of several callers at the same moment exactly one gets it. */
    public Optional<V> take(String key) {
        return live(entries.remove(key));
    }

    /** Forgets every value that matches. */
    public void removeIf(Predicate<V> unwanted) {
        entries.values().removeIf(entry -> unwanted.test(entry.value));
    }

    /** The values that are still there. */
    public Collection<V> values() {
        sweep(clock.instant());
        return entries.values().stream().flatMap(entry -> live(entry).stream()).toList();
    }

    private Optional<V> live(Entry<V> entry) {
        return Optional.ofNullable(entry)
                .filter(e -> clock.instant().isBefore(e.expiresAt))
                .map(Entry::value);
    }

    private void sweep(Instant now) {
        Instant last = lastSweep.get();
        if (last.plus(SWEEP_EVERY).isBefore(now) && lastSweep.compareAndSet(last, now)) {
            entries.values().removeIf(entry -> !now.isBefore(entry.expiresAt));
        }
    }
}
