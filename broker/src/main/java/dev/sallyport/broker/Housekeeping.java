package dev.sallyport.broker;

import dev.sallyport.broker.keys.KeyRotation;
import dev.sallyport.broker.session.UpstreamGrants;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.alarm.ExpiryWatch;
import dev.sallyport.tenant.connection.Succession;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away what has expired, moves signing keys on whose time has come, warns of what will expire and
 * switches off connections that were replaced, tenant by tenant, each by one node every ten minutes. Nothing
 * depends on it being done in time: whatever is expired is refused by its own time.
 */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long LOOK_MILLIS = 15_000;
    private static final int TENANTS_AT_ONCE = 20;

    private static final String ENROL =
            "INSERT INTO jobs (tenant_id, kind) SELECT id, 'housekeeping' FROM tenants ON CONFLICT DO NOTHING";
    private static final String CLAIM = """
            UPDATE jobs SET due_at = now() + interval '10 minutes', fence = fence + 1
            WHERE (tenant_id, kind, key) IN (SELECT tenant_id, kind, key FROM jobs WHERE kind = 'housekeeping' AND due_at <= now()
              ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING tenant_id""";
    /** A code is kept for an hour after its end, so that its replay is recognised; a refresh family for a week. */
    private static final List<String> EXPIRED = List.of(
            "DELETE FROM login_transactions WHERE expires_at < now()",
            "DELETE FROM consent_requests WHERE expires_at < now()",
            "DELETE FROM outbox WHERE offboarding_id IS NULL AND state = 'delivered' AND delivered_at < now() - interval '30 days'",
            "DELETE FROM authorization_codes WHERE expires_at < now() - interval '1 hour'",
            "DELETE FROM revocations WHERE expires_at < now()",
            "DELETE FROM pushed_requests WHERE expires_at < now() AND browser_hash IS NULL",
            "DELETE FROM pushed_requests WHERE expires_at < now() - interval '1 hour'",
            "DELETE FROM used_jtis WHERE expires_at < now()",
            "DELETE FROM scim_refusals WHERE last_at < now() - interval '30 days'",
            "DELETE FROM connection_keys WHERE retire_at < now()",
            "DELETE FROM upstream_logouts WHERE expires_at < now()",
            "DELETE FROM refresh_families WHERE expires_at < now() - interval '7 days'",
            "DELETE FROM sessions WHERE expires_at < now() - interval '30 days'",
            "DELETE FROM api_keys WHERE least(ended_at, expires_at) < now() - interval '90 days'");

    private final Vertx vertx;
    private final Database database;
    private final KeyRotation keys;
    private final UpstreamGrants grants;
    private final ExpiryWatch expiries;
    private final Succession succession;
    private final AtomicBoolean busy = new AtomicBoolean();
    private long timer = -1;

    Housekeeping(
            Vertx vertx,
            Database database,
            KeyRotation keys,
            UpstreamGrants grants,
            ExpiryWatch expiries,
            Succession succession) {
        this.vertx = vertx;
        this.database = database;
        this.keys = keys;
        this.grants = grants;
        this.expiries = expiries;
        this.succession = succession;
    }

    void start() {
        timer = vertx.setPeriodic(LOOK_MILLIS, id -> {
            if (busy.compareAndSet(false, true)) {
                round().onFailure(e -> LOG.warn("housekeeping waits for the next round: {}", e.toString()))
                        .onComplete(done -> busy.set(false));
            }
        });
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    /** One round over the tenants that are due. */
    Future<Void> round() {
        return database.platform(ENROL, Tuple.tuple())
                .compose(v -> database.platform(
                        "DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day'", Tuple.tuple()))
                .compose(v -> database.platform(
                        "DELETE FROM revocation_news WHERE written_at < now() - interval '1 hour'", Tuple.tuple()))
                .compose(v -> database.platform(CLAIM, Tuple.of(TENANTS_AT_ONCE)))
                .compose(rows -> {
                    List<Future<Void>> all = new ArrayList<>();
                    for (Row row : rows) {
                        all.add(tidy(new TenantId(row.getUUID("tenant_id"))));
                    }
                    return Future.join(all).<Void>mapEmpty();
                });
    }

    private Future<Void> tidy(TenantId tenant) {
        Future<Void> done = grants.tidy(tenant);
        for (String sql : EXPIRED) {
            done = done.compose(
                    v -> database.tenants().query(tenant, sql, Tuple.tuple()).mapEmpty());
        }
        return done.compose(v -> keys.advance(tenant))
                .compose(v -> expiries.look(tenant))
                .compose(v -> succession.look(tenant));
    }
}
