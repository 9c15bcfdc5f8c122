package dev.sallyport.broker.admin;

import dev.sallyport.broker.session.SessionEnd;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * What follows a tenant's suspension. The tenant's cut-off made everything worthless already; here its API keys are ended, and its sessions in
 * batches, each with the notices to the applications, and verifiers are told. May be repeated after an interruption.
 */
final class TenantSuspension {
    private static final int BATCH = 200;
    private static final String CUT_OFF = """
            INSERT INTO revocations (tenant_id, kind, value, not_before, expires_at)
            VALUES ($1, 'tenant', $2, now(), now() + interval '10 minutes')""";
    private static final String KEYS =
            "UPDATE api_keys SET ended_at = now(), end_cause = 'tenant.suspended' WHERE ended_at IS NULL";
    private static final String LIVE =
            "SELECT id FROM sessions WHERE ended_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED";

    private final Database database;

    TenantSuspension(Database database) {
        this.database = database;
    }

    Future<Void> endEverything(Tenant tenant) {
        return database.tenants()
                .query(tenant.id(), CUT_OFF, Tuple.of(tenant.id().value(), tenant.slug()))
                .compose(done -> database.tenants().query(tenant.id(), KEYS, Tuple.tuple()))
                .compose(done -> batches(tenant));
    }

    private Future<Void> batches(Tenant tenant) {
        return database.tenants()
                .transaction(
                        tenant.id(),
                        tx -> tx.preparedQuery(LIVE).execute(Tuple.of(BATCH)).compose(rows -> {
                            List<UUID> sessions = StreamSupport.stream(rows.spliterator(), false)
                                    .map(row -> row.getUUID("id"))
                                    .toList();
                            return SessionEnd.end(tx, tenant.id(), sessions, "tenant.suspended", Optional.empty())
                                    .map(sessions.size());
                        }))
                .compose(ended -> ended < BATCH ? Future.succeededFuture() : batches(tenant));
    }
}
