package dev.sallyport.scim.run;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.scim.run.SyncRefused.Reason;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Asking for runs, releasing what they hold, and their history. The work itself is {@link SyncWorker}'s. */
public final class SyncRuns {
    private static final String QUEUE = """
            INSERT INTO sync_runs (tenant_id, id, mode, dry_run, state, requested_by)
            SELECT $1, $2, $3, $4, 'queued', $5 FROM directories WHERE tenant_id = $1 AND enabled
            RETURNING""" + " " + SyncRun.COLUMNS;

    private static final String WAKE = """
            INSERT INTO jobs (tenant_id, kind, key) VALUES ($1, 'sync', '')
            ON CONFLICT (tenant_id, kind, key) DO UPDATE SET due_at = least(jobs.due_at, now())""";

    private static final String RELEASE = """
            UPDATE sync_runs SET state = 'applying', released_by = $3, released_at = now(), finished_at = NULL
            WHERE tenant_id = $1 AND id = $2 AND state = 'held' RETURNING""" + " " + SyncRun.COLUMNS;

    private static final String RELEASE_FINDINGS = """
            UPDATE sync_findings SET state = 'planned'
            WHERE tenant_id = $1 AND run_id = $2 AND action = 'hold' AND state = 'kept'""";

    private static final String FRESHNESS = """
            SELECT last_full_read_at, extract(epoch FROM now() - last_full_read_at)::float8 AS age, interval_seconds
            FROM directories WHERE tenant_id = $1""";

    private final Database database;

    public SyncRuns(Database database) {
        this.database = database;
    }

    /** Asks for a run; any node begins it at once. Fails with {@link SyncRefused} NO_DIRECTORY or RUN_UNDER_WAY. */
    public Future<SyncRun> queue(TenantId tenant, RunMode mode, boolean dryRun, String actor) {
        UUID id = Uuid7.next();
        return database.tenants()
                .transaction(tenant, tx -> tx.preparedQuery(QUEUE)
                        .execute(Tuple.of(tenant.value(), id, mode.word(), dryRun, actor))
                        .compose(rows -> rows.size() == 0
                                ? Future.failedFuture(new SyncRefused(Reason.NO_DIRECTORY))
                                : Future.succeededFuture(
                                        SyncRun.of(rows.iterator().next())))
                        .compose(run -> audit(tx, tenant, actor, "sync.queued", run)
                                .compose(done -> tx.preparedQuery(WAKE).execute(Tuple.of(tenant.value())))
                                .map(run)))
                .recover(SyncRuns::underWay);
    }

    /**
     * Lets a held run go on: exactly the people whom it holds are removed, without asking the directory again; the human who releases is
     * the evidence. Fails with {@link SyncRefused} NO_SUCH_RUN, NOT_HELD or RUN_UNDER_WAY.
     */
    public Future<SyncRun> release(TenantId tenant, UUID id, String actor) {
        return database.tenants()
                .transaction(tenant, tx -> tx.preparedQuery(RELEASE)
                        .execute(Tuple.of(tenant.value(), id, actor))
                        .compose(rows -> rows.size() == 0
                                ? refuseRelease(tx, tenant, id)
                                : Future.succeededFuture(
                                        SyncRun.of(rows.iterator().next())))
                        .compose(run -> tx.preparedQuery(RELEASE_FINDINGS)
                                .execute(Tuple.of(tenant.value(), id))
                                .compose(done -> audit(tx, tenant, actor, "sync.released", run))
                                .compose(done -> tx.preparedQuery(WAKE).execute(Tuple.of(tenant.value())))
                                .map(run)))
                .recover(SyncRuns::underWay);
    }

    /** A run, if there is one with this id. */
    public Future<Optional<SyncRun>> find(TenantId tenant, UUID id) {
        return database.tenants()
                .query(
                        tenant,
                        "SELECT " + SyncRun.COLUMNS + " FROM sync_runs WHERE tenant_id = $1 AND id = $2",
                        Tuple.of(tenant.value(), id))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(SyncRun::of)
                        .findFirst());
    }

    /** Runs, the latest first. */
    public Future<List<SyncRun>> list(TenantId tenant, Optional<UUID> before, int limit) {
        String sql = "SELECT " + SyncRun.COLUMNS + " " + """
                FROM sync_runs WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2::uuid) ORDER BY id DESC LIMIT $3""";
        return database.tenants()
                .query(tenant, sql, Tuple.of(tenant.value(), before.orElse(null), limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(SyncRun::of)
                        .toList());
    }

    /** Findings of a run, in the order of their ids. */
    public Future<List<SyncFinding>> findings(TenantId tenant, UUID run, Optional<UUID> after, int limit) {
        String sql = "SELECT " + SyncFinding.COLUMNS + " " + """
                FROM sync_findings WHERE tenant_id = $1 AND run_id = $2 AND ($3::uuid IS NULL OR id > $3::uuid)
                ORDER BY id LIMIT $4""";
        return database.tenants()
                .query(tenant, sql, Tuple.of(tenant.value(), run, after.orElse(null), limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(SyncFinding::of)
                        .toList());
    }

    /** How old our knowledge of the directory is; empty if there is no directory. */
    public Future<Optional<Freshness>> freshness(TenantId tenant) {
        return database.tenants()
                .query(tenant, FRESHNESS, Tuple.of(tenant.value()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(SyncRuns::freshness)
                        .findFirst());
    }

    private static Freshness freshness(Row row) {
        Duration promised = Duration.ofSeconds(row.getInteger("interval_seconds"));
        Optional<Instant> last =
                Optional.ofNullable(row.getOffsetDateTime("last_full_read_at")).map(time -> time.toInstant());
        Optional<Duration> age =
                Optional.ofNullable(row.getDouble("age")).map(seconds -> Duration.ofMillis((long) (seconds * 1000)));
        boolean overdue =
                age.map(old -> old.compareTo(promised.multipliedBy(2)) > 0).orElse(true);
        return new Freshness(last, age, promised, overdue);
    }

    private static Future<SyncRun> refuseRelease(SqlConnection tx, TenantId tenant, UUID id) {
        return tx.preparedQuery("SELECT 1 AS one FROM sync_runs WHERE tenant_id = $1 AND id = $2")
                .execute(Tuple.of(tenant.value(), id))
                .compose(rows ->
                        Future.failedFuture(new SyncRefused(rows.size() == 0 ? Reason.NO_SUCH_RUN : Reason.NOT_HELD)));
    }

    private static Future<Void> audit(SqlConnection tx, TenantId tenant, String actor, String action, SyncRun run) {
        return AuditTrail.append(
                tx,
                tenant,
                AuditEvent.of(actor, action, "sync-run:" + run.id())
                        .with(new JsonObject()
                                .put("mode", run.mode().word())
                                .put("dry_run", run.dryRun())
                                .put("held", run.counts().held())));
    }

    private static Future<SyncRun> underWay(Throwable failure) {
        return Future.failedFuture(
                Database.violates(failure, "sync_runs_one_at_a_time")
                        ? new SyncRefused(Reason.RUN_UNDER_WAY)
                        : failure);
    }
}
