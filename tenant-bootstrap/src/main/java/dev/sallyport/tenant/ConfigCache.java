package dev.sallyport.tenant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.pubsub.PgSubscriber;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Configuration that a node keeps for a while, keyed by tenant. It is dropped when the database says that it changed, and altogether
 * when the version number shows that a notification was missed. Persons, sessions and tokens are never kept here.
 *
 * <p>Freshness: a change elsewhere is seen within a second even when notifications are lost. A node that cannot reach the database to
 * learn the version serves nothing from here that is older than three seconds.
 */
public final class ConfigCache {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigCache.class);
    private static final String CHANNEL = "sallyport_config";
    private static final long POLL_MILLIS = 1_000;
    private static final long TRUST_MILLIS = 3_000;
    private static final int KNOWN = 20_000;
    private static final int ASKED = 2_000;
    private static final Duration ASKED_AT_MOST = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final List<Region<?, ?>> regions = new CopyOnWriteArrayList<>();
    private final AtomicLong version = new AtomicLong(-1);
    private final PgSubscriber subscriber;
    private volatile long checkedAt;
    private volatile boolean asking;
    private volatile long timer = -1;

    private ConfigCache(Vertx vertx, Database database) {
        this.vertx = vertx;
        this.subscriber = database.subscriber();
    }

    /** A cache that follows the database's changes until {@link #close()}. */
    public static Future<ConfigCache> start(Vertx vertx, Database database) {
        ConfigCache cache = new ConfigCache(vertx, database);
        cache.subscriber.channel(CHANNEL).handler(cache::changed);
        cache.timer = vertx.setPeriodic(POLL_MILLIS, id -> cache.poll());
        return cache.subscriber.connect().compose(connected -> cache.poll()).map(cache);
    }

    /** A region whose keys are tenants. */
    public <V> Region<TenantId, V> region(Duration atMost, Function<TenantId, Future<V>> loader) {
        return keyed(atMost, loader);
    }

    /** A region with keys of its own; any change of configuration drops all of it. */
    public <K, V> Region<K, V> keyed(Duration atMost, Function<K, Future<V>> loader) {
        Region<K, V> region = new Region<>(this, atMost, loader);
        regions.add(region);
        return region;
    }

    /** Forgets everything; for the node that made a change itself and must see it at once. */
    public void dropAll() {
        regions.forEach(Region::dropAll);
    }

    /** Stops following. */
    public Future<Void> close() {
        vertx.cancelTimer(timer);
        return subscriber.close();
    }

    private boolean isTrusted() {
        return System.nanoTime() / 1_000_000 - checkedAt < TRUST_MILLIS;
    }

    private void changed(String subject) {
        regions.forEach(region -> region.drop(subject));
    }

    private Future<Void> poll() {
        // On the listener's own connection: when all others are taken, the node must still learn that its memory is
        // fresh, or it would ask the database for everything and take even more of them.
        SqlConnection own = subscriber.actualConnection();
        if (own == null || asking) {
            return Future.succeededFuture();
        }
        asking = true;
        return own.query("SELECT version FROM config_state")
                .execute()
                .onSuccess(rows -> {
                    long now = rows.iterator().next().getLong(0);
                    if (version.getAndSet(now) != now) {
                        dropAll();
                    }
                    checkedAt = System.nanoTime() / 1_000_000;
                })
                .onComplete(done -> asking = false)
                .onFailure(e -> LOG.debug("the version of the configuration is not to be had: {}", e.getMessage()))
                .mapEmpty();
    }

    /**
     * One kind of configuration.
     *
     * @param <K> tenant, or a key of its own
     * @param <V> an immutable value
     */
    public static final class Region<K, V> {
        private final ConfigCache owner;
        private final Function<K, Future<V>> loader;
        private final Cache<K, Future<V>> known;
        // What is being read, and what turned out not to be there: whoever asks for names at random takes no place from
        // what is.
        private final Cache<K, Future<V>> asked;
        private final AtomicLong generation = new AtomicLong();

        private Region(ConfigCache owner, Duration atMost, Function<K, Future<V>> loader) {
            this.owner = owner;
            this.loader = loader;
            this.known = Caffeine.newBuilder()
                    .maximumSize(KNOWN)
                    .expireAfterWrite(atMost)
                    .build();
            this.asked = Caffeine.newBuilder()
                    .maximumSize(ASKED)
                    .expireAfterWrite(ASKED_AT_MOST.compareTo(atMost) < 0 ? ASKED_AT_MOST : atMost)
                    .build();
        }

        /**
         * The value, from memory if it is known to be fresh. Fails as the loader fails; failures are not kept, and an empty {@link Optional}
         * only for a moment.
         */
        public Future<V> get(K key) {
            Future<V> kept = known.getIfPresent(key);
            if (kept == null) {
                kept = asked.getIfPresent(key);
            }
            // What is being read at this moment is fresh; whoever comes meanwhile waits for it and does not read again.
            if (kept != null && (owner.isTrusted() || !kept.isComplete())) {
                return kept;
            }
            long before = generation.get();
            Future<V> loaded = loader.apply(key);
            keep(asked, key, loaded, before);
            loaded.onComplete(done -> {
                boolean there = done.succeeded() && !Optional.empty().equals(done.result());
                if (there) {
                    keep(known, key, loaded, before);
                }
                if (done.failed() || there || generation.get() != before) {
                    asked.asMap().remove(key, loaded);
                }
            });
            return loaded;
        }

        // What was loaded while a change came in may already be old, and must not be seen for a moment: whoever drops
        // counts up first and
        // then forgets, so that it is either not put in here or taken out there.
        private void keep(Cache<K, Future<V>> where, K key, Future<V> loaded, long before) {
            where.asMap().compute(key, (same, kept) -> generation.get() == before ? loaded : kept);
        }

        private void drop(String subject) {
            generation.incrementAndGet();
            Uuids.parse(subject).map(TenantId::new).ifPresentOrElse(this::dropTenant, this::forget);
        }

        private void dropTenant(TenantId tenant) {
            if (Stream.concat(
                            known.asMap().keySet().stream().limit(1),
                            asked.asMap().keySet().stream().limit(1))
                    .allMatch(TenantId.class::isInstance)) {
                known.asMap().remove(tenant);
                asked.asMap().remove(tenant);
            } else {
                forget();
            }
        }

        private void dropAll() {
            generation.incrementAndGet();
            forget();
        }

        private void forget() {
            known.invalidateAll();
            asked.invalidateAll();
        }
    }
}
