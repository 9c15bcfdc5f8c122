package dev.sallyport.scim.run;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * A node's hold on one tenant's sync, judged by the database's clock. The fence grows with every claim and is written into the run; what an
 * earlier holder still sends is refused there. The holder itself stops as soon as it cannot be sure any more.
 */
final class SyncLease {
    // Whoever waits longest comes first; a tenant with much to do holds one lease, however much it is.
    private static final String CLAIM = """
            UPDATE jobs SET lease_until = now() + make_interval(secs => $2::float8), fence = fence + 1, attempts = attempts + 1
            WHERE (tenant_id, kind, key) IN (
              SELECT tenant_id, kind, key FROM jobs
              WHERE kind = 'sync' AND due_at <= now() AND (lease_until IS NULL OR lease_until < now())
              ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING tenant_id, fence, attempts""";

    private static final String RENEW = """
            UPDATE jobs SET lease_until = now() + make_interval(secs => $3::float8)
            WHERE tenant_id = $1 AND kind = 'sync' AND key = '' AND fence = $2 AND lease_until > now()""";

    private static final String LET_GO = """
            UPDATE jobs SET lease_until = NULL, attempts = greatest(0, attempts - 1)
            WHERE tenant_id = $1 AND kind = 'sync' AND key = '' AND fence = $2""";

    private static final String FAILED = """
            UPDATE jobs SET lease_until = NULL, due_at = now() + make_interval(secs => least(60, power(2, attempts))), last_error = $3
            WHERE tenant_id = $1 AND kind = 'sync' AND key = '' AND fence = $2""";

    // Somebody may have asked for a run while the last one ended.
    private static final String NEXT = """
            UPDATE jobs SET lease_until = NULL, attempts = 0, last_error = NULL,
              due_at = CASE WHEN EXISTS (SELECT FROM sync_runs WHERE tenant_id = $1 AND state IN ('queued', 'applying')) THEN now()
                            ELSE now() + make_interval(secs => $3::float8 * (0.9 + 0.2 * random())) END
            WHERE tenant_id = $1 AND kind = 'sync' AND key = '' AND fence = $2""";

    // The row stays, because its fence must never go back.
    private static final String END = """
            UPDATE jobs SET lease_until = NULL, attempts = 0,
              due_at = CASE WHEN EXISTS (SELECT FROM directories WHERE tenant_id = $1 AND enabled) THEN now() ELSE 'infinity' END
            WHERE tenant_id = $1 AND kind = 'sync' AND key = '' AND fence = $2""";

    private final Vertx vertx;
    private final Database database;
    private final TenantId tenant;
    private final long fence;
    private final int attempts;
    private final Duration length;
    private volatile long sureUntil;
    private volatile boolean over;
    private long timer;

    private SyncLease(
            Vertx vertx, Database database, TenantId tenant, long fence, int attempts, Duration length, long asked) {
        this.vertx = vertx;
        this.database = database;
        this.tenant = tenant;
        this.fence = fence;
        this.attempts = attempts;
        this.length = length;
        this.sureUntil = asked + length.toNanos();
        this.timer = vertx.setPeriodic(Math.max(1, length.toMillis() / 3), id -> renew());
    }

    /** Claims what is due, at most so many tenants. */
    static Future<List<SyncLease>> claim(Vertx vertx, Database database, int most, Duration length) {
        long asked = System.nanoTime();
        return database.platform(CLAIM, Tuple.of(most, seconds(length)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new SyncLease(
                                vertx,
                                database,
                                new TenantId(row.getUUID("tenant_id")),
                                row.getLong("fence"),
                                row.getInteger("attempts"),
                                length,
                                asked))
                        .toList());
    }

    TenantId tenant() {
        return tenant;
    }

    long fence() {
        return fence;
    }

    /** How often this work was begun without coming to an end, this time included. */
    int attempts() {
        return attempts;
    }

    /** Whether the lease is surely ours, counted from before it was last asked for. */
    boolean isSure() {
        return !over && System.nanoTime() - sureUntil < 0;
    }

    /** The work is done; the next is due after about so long. */
    Future<Void> next(Duration interval) {
        stop();
        return database.tenants()
                .query(tenant, NEXT, Tuple.of(tenant.value(), fence, seconds(interval)))
                .mapEmpty();
    }

    /** There is no directory to read any more. */
    Future<Void> end() {
        stop();
        return database.tenants()
                .query(tenant, END, Tuple.of(tenant.value(), fence))
                .mapEmpty();
    }

    /** The work could not go on; somebody tries again after a while that grows. */
    Future<Void> failed(String why) {
        stop();
        return database.platform(FAILED, Tuple.of(tenant.value(), fence, why)).mapEmpty();
    }

    /** This node stops; another may go on at once. */
    Future<Void> letGo() {
        stop();
        return database.platform(LET_GO, Tuple.of(tenant.value(), fence)).mapEmpty();
    }

    /** Nothing is renewed or written any more, as if the node had died. */
    void stop() {
        over = true;
        vertx.cancelTimer(timer);
    }

    private void renew() {
        long asked = System.nanoTime();
        database.platform(RENEW, Tuple.of(tenant.value(), fence, seconds(length)))
                .onSuccess(rows -> {
                    if (rows.rowCount() == 1) {
                        sureUntil = asked + length.toNanos();
                    } else {
                        stop();
                    }
                });
        // A renewal that fails is tried again at the next tick; without one the lease runs out by itself.
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
