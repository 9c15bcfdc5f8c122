package dev.sallyport.broker.token;

import dev.sallyport.database.Database;
import dev.sallyport.database.DatabaseUnavailable;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.Uuids;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.pubsub.PgSubscriber;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feed of cut-offs that token verifiers follow, one per tenant. Pollers wait in memory for the database's word; when nothing happens
 * they cost nothing. A lost notification is made good within a second by {@link RevocationNews}. Many changes at once are answered with
 * one reading of the feed in every {@link #PACE_MILLIS}. A node that has lost the database keeps nobody waiting.
 */
public final class RevocationFeed {
    private static final Logger LOG = LoggerFactory.getLogger(RevocationFeed.class);
    private static final long LOOK_MILLIS = 500;
    /** So many looks without an answer, one after another, and the database is lost to this node; a mere pause of the node is not that. */
    private static final int LOST_LOOKS = 6;

    private static final long KEEP_MILLIS = 60_000;
    private static final long PACE_MILLIS = 200;

    private final Vertx vertx;
    private final Revocations revocations;
    private final RevocationNews news;
    private final PgSubscriber subscriber;
    private final Map<TenantId, Kept> kept = new ConcurrentHashMap<>();
    private final Map<TenantId, Set<Promise<Void>>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile long trustedAt;
    private volatile long timer = -1;
    private volatile boolean closed;

    /** A picture of a feed, being read or read; an outdated one is kept for its time, so that it is not read again too soon. */
    private record Kept(Future<Revocations.Feed> feed, long readAt, boolean outdated) {}

    private RevocationFeed(Vertx vertx, Database database) {
        this.vertx = vertx;
        this.revocations = new Revocations(database);
        this.news = new RevocationNews(database);
        this.subscriber = database.subscriber();
    }

    /** A feed that listens until {@link #close()}. */
    public static Future<RevocationFeed> start(Vertx vertx, Database database) {
        RevocationFeed feed = new RevocationFeed(vertx, database);
        feed.subscriber
                .channel("sallyport_revocations")
                .handler(tenant -> Uuids.parse(tenant).map(TenantId::new).ifPresent(feed::written));
        feed.timer = vertx.setPeriodic(LOOK_MILLIS, id -> feed.look());
        return feed.subscriber.connect().compose(v -> feed.look()).map(feed);
    }

    /** An answer to a poller: the entity tag, and the body unless it is what the poller has. */
    public record Answer(String etag, Buffer body) {
        /** Whether the poller knew all of it. */
        public boolean isUnchanged() {
            return body == null;
        }
    }

    /** Somebody who waits, and may go away meanwhile. */
    public interface Poller {
        /** Whether nobody waits any more. */
        boolean isGone();

        /** Has something run when the poller goes; replaces what was to be run before. */
        void whenGone(Runnable work);
    }

    /**
     * Answers at once if there is something the poller does not know, else when there is, or when its patience ends. Fails with
     * {@link DatabaseUnavailable} when this node cannot know.
     *
     * @param known the entity tag that the poller has; empty for none
     */
    public Future<Answer> poll(Tenant tenant, String known, Duration patience, Poller poller) {
        return current(tenant.id()).compose(feed -> {
            if (!feed.etag().equals(known)) {
                return Future.succeededFuture(new Answer(feed.etag(), feed.json()));
            }
            if (patience.isZero() || closed || poller.isGone()) {
                return Future.succeededFuture(new Answer(feed.etag(), null));
            }
            long until = System.nanoTime() + patience.toNanos();
            return waitForNews(tenant.id(), patience, poller)
                    .compose(
                            v -> poll(tenant, known, Duration.ofNanos(Math.max(0, until - System.nanoTime())), poller));
        });
    }

    /** How many pollers wait now. */
    public int waiting() {
        return waiting.values().stream().mapToInt(Set::size).sum();
    }

    /** Stops listening; whoever waits is answered. */
    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(timer);
        waiting.values().forEach(all -> all.forEach(Promise::tryComplete));
        return subscriber.close();
    }

    private Future<Revocations.Feed> current(TenantId tenant) {
        long now = millis();
        // Entries leave by themselves, so a picture is kept for a minute at most; and only while we know that nothing
        // was missed.
        boolean trusted = now - trustedAt < 2 * LOOK_MILLIS;
        return kept.compute(tenant, (t, have) -> {
                    boolean good = have != null
                            && !have.outdated
                            && !have.feed.failed()
                            && now - have.readAt < KEEP_MILLIS
                            && (trusted || now - have.readAt < PACE_MILLIS);
                    if (good) {
                        return have;
                    }
                    long pause = have == null ? 0 : Math.max(0, have.readAt + PACE_MILLIS - now);
                    Future<Revocations.Feed> read = pause == 0
                            ? revocations.read(t)
                            : vertx.timer(pause, TimeUnit.MILLISECONDS).compose(v -> revocations.read(t));
                    return new Kept(read, now + pause, false);
                })
                .feed();
    }

    private Future<Void> waitForNews(TenantId tenant, Duration patience, Poller poller) {
        Promise<Void> promise = Promise.promise();
        waiting.computeIfAbsent(tenant, t -> ConcurrentHashMap.newKeySet()).add(promise);
        long alarm = vertx.setTimer(Math.max(1, patience.toMillis()), id -> promise.tryComplete());
        poller.whenGone(promise::tryComplete);
        return promise.future().onComplete(done -> {
            vertx.cancelTimer(alarm);
            waiting.computeIfPresent(tenant, (t, all) -> {
                all.remove(promise);
                return all.isEmpty() ? null : all;
            });
        });
    }

    private void written(TenantId tenant) {
        kept.computeIfPresent(tenant, (t, have) -> new Kept(have.feed, have.readAt, true));
        Set<Promise<Void>> all = waiting.get(tenant);
        if (all != null) {
            all.forEach(Promise::tryComplete);
        }
    }

    private Future<Void> look() {
        if (unanswered.incrementAndGet() > LOST_LOOKS) {
            waiting.values().forEach(all -> all.forEach(each -> each.tryFail(new DatabaseUnavailable(null))));
        }
        return news.since()
                .onSuccess(tenants -> {
                    trustedAt = millis();
                    unanswered.set(0);
                    tenants.forEach(this::written);
                    kept.values().removeIf(have -> trustedAt - have.readAt > 2 * KEEP_MILLIS);
                })
                .onFailure(e -> LOG.debug("the revocations cannot be looked at: {}", e.getMessage()))
                .mapEmpty();
    }

    private static long millis() {
        return System.nanoTime() / 1_000_000;
    }
}
