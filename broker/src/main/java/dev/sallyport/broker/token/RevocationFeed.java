package dev.sallyport.broker.token;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.Uuids;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.pubsub.PgSubscriber;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feed of cut-offs that token verifiers follow, one per tenant. Pollers wait in memory for the database's word; when nothing happens
 * they cost nothing. A lost notification is made good within a second by looking whether anything was written at all.
 */
public final class RevocationFeed {
    private static final Logger LOG = LoggerFactory.getLogger(RevocationFeed.class);
    private static final long LOOK_MILLIS = 500;
    /** After something was written its transaction may still be open; so long every look counts as news. */
    private static final long UNSETTLED_MILLIS = 20_000;

    private static final long KEEP_MILLIS = 60_000;

    private final Vertx vertx;
    private final Database database;
    private final Revocations revocations;
    private final PgSubscriber subscriber;
    private final Map<TenantId, Kept> kept = new ConcurrentHashMap<>();
    private final Map<TenantId, Set<Promise<Void>>> waiting = new ConcurrentHashMap<>();
    private volatile long written = -1;
    private volatile long unsettledUntil;
    private volatile long trustedAt;
    private volatile long timer = -1;
    private volatile boolean closed;

    private record Kept(Future<Revocations.Feed> feed, long readAt) {}

    private RevocationFeed(Vertx vertx, Database database) {
        this.vertx = vertx;
        this.database = database;
        this.revocations = new Revocations(database);
        this.subscriber = database.subscriber();
    }

    /** A feed that listens until {@link #close()}. */
    public static Future<RevocationFeed> start(Vertx vertx, Database database) {
        RevocationFeed feed = new RevocationFeed(vertx, database);
        feed.subscriber
                .channel("sallyport_revocations")
                .handler(tenant -> Uuids.parse(tenant).map(TenantId::new).ifPresent(feed::news));
        feed.timer = vertx.setPeriodic(LOOK_MILLIS, id -> feed.look());
        return feed.subscriber.connect().compose(v -> feed.look()).map(feed);
    }

    /** An answer to a poller: the entity tag, and the body unless it is what the poller has. */
    public record Answer(String etag, String body) {
        /** Whether the poller knew all of it. */
        public boolean isUnchanged() {
            return body == null;
        }
    }

    /**
     * Answers at once if there is something the poller does not know, else when there is, or when its patience ends.
     *
     * @param known the entity tag that the poller has; empty for none
     */
    public Future<Answer> poll(Tenant tenant, String known, Duration patience) {
        return current(tenant.id()).compose(feed -> {
            if (!feed.etag().equals(known)) {
                return Future.succeededFuture(new Answer(feed.etag(), feed.json()));
            }
            if (patience.isZero() || closed) {
                return Future.succeededFuture(new Answer(feed.etag(), null));
            }
            long until = System.nanoTime() + patience.toNanos();
            return waitForNews(tenant.id(), patience)
                    .compose(v -> poll(tenant, known, Duration.ofNanos(Math.max(0, until - System.nanoTime()))));
        });
    }

    /** Stops listening; whoever waits is answered. */
    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(timer);
        waiting.keySet().forEach(this::news);
        return subscriber.close();
    }

    private Future<Revocations.Feed> current(TenantId tenant) {
        long now = System.nanoTime() / 1_000_000;
        Kept have = kept.get(tenant);
        // Entries leave by themselves, so a picture is kept for a minute at most; and only while we know that nothing
        // was missed.
        if (have != null && now - have.readAt() < KEEP_MILLIS && now - trustedAt < 2 * LOOK_MILLIS) {
            return have.feed();
        }
        Future<Revocations.Feed> read = revocations.read(tenant);
        Kept fresh = new Kept(read, now);
        kept.put(tenant, fresh);
        read.onFailure(e -> kept.remove(tenant, fresh));
        return read;
    }

    private Future<Void> waitForNews(TenantId tenant, Duration patience) {
        Promise<Void> promise = Promise.promise();
        waiting.computeIfAbsent(tenant, t -> ConcurrentHashMap.newKeySet()).add(promise);
        long alarm = vertx.setTimer(Math.max(1, patience.toMillis()), id -> promise.tryComplete());
        return promise.future().onComplete(done -> {
            vertx.cancelTimer(alarm);
            waiting.computeIfPresent(tenant, (t, all) -> {
                all.remove(promise);
                return all.isEmpty() ? null : all;
            });
        });
    }

    private void news(TenantId tenant) {
        kept.remove(tenant);
        Set<Promise<Void>> all = waiting.get(tenant);
        if (all != null) {
            all.forEach(Promise::tryComplete);
        }
    }

    private Future<Void> look() {
        return database.platform("SELECT last_value FROM revocations_seq_seq", Tuple.tuple())
                .onSuccess(rows -> {
                    long now = System.nanoTime() / 1_000_000;
                    long last = rows.iterator().next().getLong(0);
                    if (last != written) {
                        written = last;
                        unsettledUntil = now + UNSETTLED_MILLIS;
                    }
                    trustedAt = now;
                    if (now < unsettledUntil) {
                        kept.clear();
                        waiting.keySet().forEach(this::news);
                    }
                })
                .onFailure(e -> LOG.debug("the revocations cannot be looked at: {}", e.getMessage()))
                .mapEmpty();
    }
}
