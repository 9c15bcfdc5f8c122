package dev.sallyport.broker.bulk;

import dev.sallyport.broker.bulk.ImportPlan.Planned;
import dev.sallyport.broker.bulk.ImportPlan.Step;
import dev.sallyport.broker.bulk.ImportRefused.Reason;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.GrantAuthority;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.RoleMapping;
import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.mapping.Catalogues;
import dev.sallyport.tenant.mapping.RoleMappings;
import dev.sallyport.tenant.mapping.StoredMapping;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * Imports: sent by one person, judged row by row, decided by another. Exactly the rows that the report shows are applied, by
 * {@link ImportWorker}. Whoever sends or approves a file must hold everything that it gives.
 */
public final class Imports {
    private static final String INSERT = """
            INSERT INTO imports (tenant_id, id, status, connection_id, content_sha256, row_count, error_count, requested_by)
            VALUES ($1, $2, 'pending_approval', $3, $4, $5, $6, $7)""";
    private static final String INSERT_ROW = """
            INSERT INTO import_rows (tenant_id, import_id, row_no, data, plan, detail, user_id) VALUES ($1, $2, $3, $4, $5, $6, $7)""";
    private static final String FIND =
            "SELECT " + Import.COLUMNS + " FROM imports i WHERE i.tenant_id = $1 AND i.id = $2";
    private static final String LIST = "SELECT " + Import.COLUMNS
            + " FROM imports i WHERE i.tenant_id = $1 AND ($2::uuid IS NULL OR i.id < $2::uuid) ORDER BY i.id DESC LIMIT $3";
    private static final String ROWS = """
            SELECT row_no, data ->> 'user_name' AS user_name, plan, detail, user_id, applied_at FROM import_rows
            WHERE tenant_id = $1 AND import_id = $2 AND row_no > $3 ORDER BY row_no LIMIT $4""";
    private static final String TO_APPLY = """
            SELECT row_no, data FROM import_rows
            WHERE tenant_id = $1 AND import_id = $2 AND plan IN ('create', 'update') ORDER BY row_no""";
    private static final String DECIDE = """
            UPDATE imports SET status = $3, decided_by = $4, decided_at = now() WHERE tenant_id = $1 AND id = $2""";
    private static final String WAKE = """
            INSERT INTO jobs (tenant_id, kind, key) VALUES ($1, 'import', $2) ON CONFLICT DO NOTHING""";

    private final Database database;
    private final Catalogues catalogues;
    private final RoleMappings mappings;
    private final Clock clock;

    public Imports(Database database, Catalogues catalogues, RoleMappings mappings, Clock clock) {
        this.database = database;
        this.catalogues = catalogues;
        this.mappings = mappings;
        this.clock = clock;
    }

    /** Somebody who sends or decides. */
    public record Decider(String actor, GrantAuthority authority) {}

    /** Judges a file and keeps it until somebody else decides. Fails with {@link ImportRefused} BEYOND. */
    public Future<Import> create(
            TenantId tenant, ConnectionId connection, List<PersonRow> rows, byte[] sha256, Decider sender) {
        UUID id = Uuid7.next();
        return rules(tenant).compose(rules -> database.tenants()
                .transaction(tenant, tx -> KnownPeople.of(tx, tenant, connection, rows)
                        .compose(known -> {
                            List<Planned> plan = ImportPlan.of(rows, known, rules.catalogue());
                            refuseIfBeyond(changing(plan), connection, rules, sender);
                            return keep(tx, tenant, id, connection, plan, sha256, sender.actor());
                        })
                        .compose(v -> find(tx, tenant, id))
                        .map(Optional::orElseThrow)));
    }

    /** An import, if there is one with this id. */
    public Future<Optional<Import>> find(TenantId tenant, UUID id) {
        return database.tenants().transaction(tenant, tx -> find(tx, tenant, id));
    }

    /** Imports, the newest first. */
    public Future<List<Import>> list(TenantId tenant, Optional<UUID> before, int limit) {
        Tuple arguments = Tuple.from(Arrays.asList(tenant.value(), before.orElse(null), limit));
        return database.tenants().query(tenant, LIST, arguments).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(Import::of)
                .toList());
    }

    /** The rows of an import behind a row number. */
    public Future<List<Import.ReportRow>> rows(TenantId tenant, UUID id, int after, int limit) {
        return database.tenants()
                .query(tenant, ROWS, Tuple.of(tenant.value(), id, after, limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(Import.ReportRow::of)
                        .toList());
    }

    /** Lets an import be applied. Empty if there is none. Fails with {@link ImportRefused}. */
    public Future<Optional<Import>> approve(TenantId tenant, UUID id, Decider approver) {
        return rules(tenant).compose(rules -> database.tenants()
                .transaction(tenant, tx -> pending(tx, tenant, id).compose(found -> {
                    if (found.isEmpty()) {
                        return Future.succeededFuture(found);
                    }
                    if (found.get().requestedBy().equals(approver.actor())) {
                        return Future.failedFuture(new ImportRefused(Reason.OWN, List.of()));
                    }
                    return toApply(tx, tenant, id)
                            .map(rows -> {
                                refuseIfBeyond(rows, found.get().connection().orElseThrow(), rules, approver);
                                return rows;
                            })
                            .compose(rows -> decide(tx, tenant, id, "applying", approver.actor(), ""))
                            .compose(v -> tx.preparedQuery(WAKE).execute(Tuple.of(tenant.value(), id.toString())))
                            .compose(v -> find(tx, tenant, id));
                })));
    }

    /** Sends an import away; nothing of it is ever applied. Empty if there is none. Fails with {@link ImportRefused} NOT_PENDING. */
    public Future<Optional<Import>> reject(TenantId tenant, UUID id, String actor, String reason) {
        return database.tenants().transaction(tenant, tx -> pending(tx, tenant, id)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : decide(tx, tenant, id, "rejected", actor, reason).compose(v -> find(tx, tenant, id))));
    }

    /** What a tenant's groups and roles mean at this moment. */
    record Rules(Catalogue catalogue, RoleMapping mapping) {}

    Future<Rules> rules(TenantId tenant) {
        return Future.all(catalogues.current(), mappings.load(tenant))
                .map(both -> new Rules(
                        both.resultAt(0), both.<StoredMapping>resultAt(1).mapping()));
    }

    static Future<List<PersonRow>> toApply(SqlConnection tx, TenantId tenant, UUID id) {
        return tx.preparedQuery(TO_APPLY).execute(Tuple.of(tenant.value(), id)).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(Imports::row)
                .toList());
    }

    /** Fails with {@link ImportRefused} BEYOND if the rows give what this person does not hold. */
    void refuseIfBeyond(List<PersonRow> rows, ConnectionId connection, Rules rules, Decider decider) {
        GroupSource source = GroupSource.connection(connection.toString());
        List<Violation> beyond = decider.authority()
                .judge(ImportReach.of(rows, source, rules.mapping(), rules.catalogue(), clock.instant()), "people");
        if (!beyond.isEmpty()) {
            throw new ImportRefused(Reason.BEYOND, beyond);
        }
    }

    static PersonRow row(Row row) {
        return PersonRow.of(row.getInteger("row_no"), row.getJsonObject("data"));
    }

    private static List<PersonRow> changing(List<Planned> plan) {
        return plan.stream()
                .filter(planned -> planned.step().changes())
                .map(Planned::row)
                .toList();
    }

    private static Future<Void> keep(
            SqlConnection tx,
            TenantId tenant,
            UUID id,
            ConnectionId connection,
            List<Planned> plan,
            byte[] sha256,
            String actor) {
        int errors = (int) plan.stream()
                .filter(p -> p.step() == Step.ERROR || p.step() == Step.CONFLICT)
                .count();
        List<Tuple> rows =
                plan.stream().map(planned -> tuple(tenant, id, planned)).toList();
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(
                        tenant.value(), id, connection.value(), Buffer.buffer(sha256), plan.size(), errors, actor))
                .compose(v -> tx.preparedQuery(INSERT_ROW).executeBatch(rows))
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant,
                        AuditEvent.of(actor, "import.created", "import:" + id)
                                .with(new JsonObject().put("rows", plan.size()).put("errors", errors))));
    }

    private static Tuple tuple(TenantId tenant, UUID id, Planned planned) {
        return Tuple.from(Arrays.asList(
                tenant.value(),
                id,
                planned.row().number(),
                planned.row().json(),
                planned.step().word(),
                planned.detail(),
                planned.user().map(UserId::value).orElse(null)));
    }

    private static Future<Optional<Import>> find(SqlConnection tx, TenantId tenant, UUID id) {
        return tx.preparedQuery(FIND).execute(Tuple.of(tenant.value(), id)).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(Import::of)
                .findFirst());
    }

    /** The import, locked; fails if it was decided. */
    private static Future<Optional<Import>> pending(SqlConnection tx, TenantId tenant, UUID id) {
        return tx.preparedQuery(FIND + " FOR UPDATE OF i")
                .execute(Tuple.of(tenant.value(), id))
                .compose(rows -> {
                    Optional<Import> found = StreamSupport.stream(rows.spliterator(), false)
                            .map(Import::of)
                            .findFirst();
                    boolean decided = found.isPresent() && !found.get().status().equals("pending_approval");
                    return decided
                            ? Future.failedFuture(new ImportRefused(Reason.NOT_PENDING, List.of()))
                            : Future.succeededFuture(found);
                });
    }

    private static Future<Void> decide(
            SqlConnection tx, TenantId tenant, UUID id, String status, String actor, String reason) {
        String action = status.equals("rejected") ? "import.rejected" : "import.approved";
        return tx.preparedQuery(DECIDE)
                .execute(Tuple.of(tenant.value(), id, status, actor))
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant,
                        AuditEvent.of(actor, action, "import:" + id).with(new JsonObject().put("reason", reason))));
    }
}
