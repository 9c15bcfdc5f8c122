package dev.sallyport.scim.run;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.scim.reconcile.Snapshot;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;

/**
 * The row of a run in the hands of the node that works on it. Every change asks for the fence; without it {@link LeaseLost} ends the work.
 */
final class RunRow {
    /** The run belongs to somebody else now. */
    static final class LeaseLost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LeaseLost() {
            super("the lease went to another node", null, false, false);
        }
    }

    private static final String ACTIVE = """
            SELECT id FROM sync_runs WHERE tenant_id = $1 AND state IN ('queued', 'reading', 'planning', 'applying')""";

    private static final String SCHEDULED = """
            INSERT INTO sync_runs (tenant_id, id, mode, state, requested_by) VALUES ($1, $2, 'full', 'queued', 'schedule')
            ON CONFLICT DO NOTHING""";

    private static final String TAKE = """
            UPDATE sync_runs SET fence = $3, started_at = coalesce(started_at, now())
            WHERE tenant_id = $1 AND id = $2 AND fence < $3 AND state IN ('queued', 'reading', 'planning', 'applying')
            RETURNING""" + " " + SyncRun.COLUMNS + """
            , coalesce(released_at, started_at) < now() - interval '1 hour' AS stale""";

    private static final String READING = """
            UPDATE sync_runs SET state = 'reading', complete = NULL, reason = NULL, found = 0
            WHERE tenant_id = $1 AND id = $2 AND fence = $3""";

    private static final String READ = """
            WITH run AS (
              UPDATE sync_runs SET state = 'planning', complete = $4, reason = $5, found = $6
              WHERE tenant_id = $1 AND id = $2 AND fence = $3 RETURNING tenant_id, mode),
            fresh AS (
              UPDATE directories SET last_full_read_at = now() FROM run
              WHERE directories.tenant_id = run.tenant_id AND run.mode = 'full' AND $4)
            SELECT 1 AS one FROM run""";

    private static final String FAILED = """
            WITH run AS (
              UPDATE sync_runs SET state = 'failed', reason = $4, finished_at = now()
              WHERE tenant_id = $1 AND id = $2 AND fence = $3 RETURNING id),
            entries AS (DELETE FROM sync_entries WHERE tenant_id = $1 AND run_id IN (SELECT id FROM run))
            SELECT 1 AS one FROM run""";

    // A removal that was done counts however it came about; what could not be done counts as skipped.
    private static final String FINISHED = """
            WITH counted AS (
              SELECT count(*) FILTER (WHERE action = 'admit' AND state <> 'failed') AS admitted,
                     count(*) FILTER (WHERE action = 'update' AND state <> 'failed') AS updated,
                     count(*) FILTER (WHERE action = 'suspect') AS suspected,
                     count(*) FILTER (WHERE action = 'remove' AND state <> 'failed' OR action = 'hold' AND state = 'done') AS removed,
                     count(*) FILTER (WHERE action = 'hold' AND state = 'kept') AS held,
                     count(*) FILTER (WHERE action = 'skip' OR state = 'failed') AS skipped,
                     count(*) FILTER (WHERE action IN ('admit', 'update') OR action = 'skip' AND resource_id IS NOT NULL
                                      OR action = 'remove' AND reason = 'inactive') AS touched
              FROM sync_findings WHERE tenant_id = $1 AND run_id = $2),
            run AS (
              UPDATE sync_runs r SET
                admitted = c.admitted, updated = c.updated, suspected = c.suspected, removed = c.removed, held = c.held,
                skipped = c.skipped, unchanged = greatest(0, r.found - c.touched),
                state = CASE WHEN c.held > 0 AND NOT r.dry_run THEN 'held' ELSE 'done' END, finished_at = now()
              FROM counted c WHERE r.tenant_id = $1 AND r.id = $2 AND r.fence = $3
              RETURNING r.id),
            entries AS (DELETE FROM sync_entries WHERE tenant_id = $1 AND run_id IN (SELECT id FROM run)),
            history AS (
              DELETE FROM sync_runs WHERE tenant_id = $1 AND state IN ('done', 'failed') AND finished_at < now() - interval '90 days')
            SELECT 1 AS one FROM run""";

    private final Database database;
    private final TenantId tenant;
    private final long fence;
    private final SyncRun run;
    private final boolean stale;

    private RunRow(Database database, TenantId tenant, long fence, SyncRun run, boolean stale) {
        this.database = database;
        this.tenant = tenant;
        this.fence = fence;
        this.run = run;
        this.stale = stale;
    }

    /**
     * Takes the tenant's run that is under way or asked for; makes one if the clock asks.
     *
     * @param scheduled whether a run may be made
     */
    static Future<Optional<RunRow>> take(Database database, TenantId tenant, long fence, boolean scheduled) {
        return database.tenants().transaction(tenant, tx -> tx.preparedQuery(ACTIVE)
                .execute(Tuple.of(tenant.value()))
                .compose(rows -> {
                    if (rows.size() > 0) {
                        return Future.succeededFuture(
                                Optional.of(rows.iterator().next().getUUID("id")));
                    }
                    UUID id = Uuid7.next();
                    return scheduled
                            ? tx.preparedQuery(SCHEDULED)
                                    .execute(Tuple.of(tenant.value(), id))
                                    .map(Optional.of(id))
                            : Future.succeededFuture(Optional.<UUID>empty());
                })
                .compose(id -> id.isEmpty()
                        ? Future.succeededFuture(Optional.<RunRow>empty())
                        : tx.preparedQuery(TAKE)
                                .execute(Tuple.of(tenant.value(), id.get(), fence))
                                .map(rows -> {
                                    if (rows.size() == 0) {
                                        throw new LeaseLost();
                                    }
                                    var row = rows.iterator().next();
                                    return Optional.of(new RunRow(
                                            database,
                                            tenant,
                                            fence,
                                            SyncRun.of(row),
                                            Boolean.TRUE.equals(row.getBoolean("stale"))));
                                })));
    }

    TenantId tenant() {
        return tenant;
    }

    long fence() {
        return fence;
    }

    /** As it was when it was taken. */
    SyncRun run() {
        return run;
    }

    UUID id() {
        return run.id();
    }

    /** Whether its evidence is more than an hour old. */
    boolean isStale() {
        return stale;
    }

    Future<Void> reading() {
        return guarded(READING, Tuple.of(tenant.value(), id(), fence));
    }

    Future<Void> read(Snapshot snapshot) {
        return guarded(
                READ,
                Tuple.of(tenant.value(), id(), fence, snapshot.complete(), snapshot.reason(), snapshot.totalSeen()));
    }

    Future<Void> failed(String why) {
        return guarded(FAILED, Tuple.of(tenant.value(), id(), fence, why));
    }

    /** Counts the findings; the run is done, or held if it holds somebody. */
    Future<Void> finished() {
        return guarded(FINISHED, Tuple.of(tenant.value(), id(), fence));
    }

    /** Locks the row for the rest of a transaction. Fails with {@link LeaseLost} if the fence is not ours. */
    Future<Void> lock(SqlConnection tx) {
        return tx.preparedQuery(
                        "SELECT 1 AS one FROM sync_runs WHERE tenant_id = $1 AND id = $2 AND fence = $3 FOR UPDATE")
                .execute(Tuple.of(tenant.value(), id(), fence))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw new LeaseLost();
                    }
                    return null;
                });
    }

    private Future<Void> guarded(String sql, Tuple arguments) {
        return database.tenants().query(tenant, sql, arguments).map(rows -> {
            if (rows.size() == 0 && rows.rowCount() == 0) {
                throw new LeaseLost();
            }
            return null;
        });
    }
}
