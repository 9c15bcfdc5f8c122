package dev.sallyport.broker.bulk;

import dev.sallyport.broker.bulk.ImportPlan.Planned;
import dev.sallyport.broker.bulk.ImportPlan.Step;
import dev.sallyport.broker.people.Groups;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The next rows of one import, in one transaction. Each row is planned once more with what is known now: what no longer comes to what was
 * approved is not applied and says so.
 */
final class ImportBatch {
    private static final int ROWS = 100;

    private static final String IMPORT = """
            SELECT connection_id FROM imports WHERE tenant_id = $1 AND id = $2 AND status = 'applying' FOR UPDATE""";
    private static final String NEXT = """
            SELECT row_no, data, plan FROM import_rows
            WHERE tenant_id = $1 AND import_id = $2 AND plan IN ('create', 'update') AND applied_at IS NULL
            ORDER BY row_no LIMIT $3""";
    // The same lock under which a sign-in looks for its account: the two never create one person twice (F14).
    private static final String LOCK =
            "SELECT pg_advisory_xact_lock(hashtextextended(k, 0)) FROM unnest($1::text[]) AS k";
    private static final String MARK = """
            UPDATE import_rows SET plan = $4, detail = $5, user_id = $6, applied_at = CASE WHEN $7 THEN now() END
            WHERE tenant_id = $1 AND import_id = $2 AND row_no = $3""";
    private static final String CREATE = """
            INSERT INTO users (tenant_id, id, status, user_name, email, display_name, given_name, family_name, source, status_cause)
            VALUES ($1, $2, 'staged', $3, $4, $5, $6, $7, 'import', 'import')
            ON CONFLICT (tenant_id, user_name_key) WHERE status <> 'offboarded' DO NOTHING""";
    private static final String UPDATE = """
            UPDATE users SET email_verified = email_verified AND ($3::text IS NULL OR email = $3::text),
              email = coalesce($3, email), display_name = coalesce($4, display_name), given_name = coalesce($5, given_name),
              family_name = coalesce($6, family_name), updated_at = now(), version = version + 1
            WHERE tenant_id = $1 AND id = $2""";
    private static final String AWAIT = """
            INSERT INTO awaited_identities (tenant_id, user_id, connection_id, subject, user_name)
            SELECT $1, $2, $3, $4, CASE WHEN $4::text IS NULL THEN $5::text END
            WHERE NOT EXISTS (SELECT 1 FROM identities i WHERE i.tenant_id = $1 AND i.user_id = $2)
            ON CONFLICT (tenant_id, user_id, connection_id) DO UPDATE SET subject = excluded.subject, user_name = excluded.user_name
            WHERE excluded.subject IS NOT NULL""";
    private static final String GRANT = """
            INSERT INTO grants (tenant_id, id, user_id, role, reason, granted_by) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (tenant_id, user_id, role) DO NOTHING""";
    private static final String END =
            "UPDATE imports SET status = $3, applied_at = CASE WHEN $3 = 'applied' THEN now() END WHERE tenant_id = $1 AND id = $2";
    private static final String DONE = "DELETE FROM jobs WHERE tenant_id = $1 AND kind = 'import' AND key = $2";
    private static final String KEEP_LEASE = """
            UPDATE jobs SET lease_until = now() + interval '60 seconds' WHERE tenant_id = $1 AND kind = 'import' AND key = $2""";

    private final Database database;
    private final Imports imports;
    private final TenantId tenant;
    private final UUID id;

    ImportBatch(Database database, Imports imports, TenantId tenant, UUID id) {
        this.database = database;
        this.imports = imports;
        this.tenant = tenant;
        this.id = id;
    }

    /** Applies the next rows; true if there may be more. */
    Future<Boolean> run(String approver) {
        return imports.rules(tenant)
                .compose(rules -> database.tenants().transaction(tenant, tx -> tx.preparedQuery(IMPORT)
                        .execute(Tuple.of(tenant.value(), id))
                        .compose(found -> found.size() == 0
                                ? forgetJob(tx).map(false)
                                : batch(
                                        tx,
                                        new ConnectionId(found.iterator().next().getUUID("connection_id")),
                                        rules,
                                        approver))));
    }

    /** Ends an import that cannot go on; what was applied stays. */
    Future<Void> giveUp(String cause) {
        return database.tenants().transaction(tenant, tx -> tx.preparedQuery(IMPORT)
                .execute(Tuple.of(tenant.value(), id))
                .compose(found -> found.size() == 0 ? forgetJob(tx) : end(tx, "failed", "system", cause)));
    }

    private Future<Boolean> batch(SqlConnection tx, ConnectionId connection, Imports.Rules rules, String approver) {
        return tx.preparedQuery(NEXT)
                .execute(Tuple.of(tenant.value(), id, ROWS))
                .compose(found -> {
                    if (found.size() == 0) {
                        return end(tx, "applied", approver, "").map(false);
                    }
                    Map<PersonRow, String> approved = new LinkedHashMap<>();
                    for (Row row : found) {
                        approved.put(Imports.row(row), row.getString("plan"));
                    }
                    List<PersonRow> rows = List.copyOf(approved.keySet());
                    return lock(tx, rows)
                            .compose(v -> KnownPeople.of(tx, tenant, connection, rows))
                            .compose(known -> {
                                Future<Void> done = Future.succeededFuture();
                                for (Planned planned : ImportPlan.of(rows, known, rules.catalogue())) {
                                    Step step = Step.of(approved.get(planned.row()));
                                    done = done.compose(v -> apply(tx, connection, planned, step, approver));
                                }
                                return done;
                            })
                            .compose(v -> tx.preparedQuery(KEEP_LEASE).execute(Tuple.of(tenant.value(), id.toString())))
                            .map(true);
                });
    }

    private Future<Void> lock(SqlConnection tx, List<PersonRow> rows) {
        String[] keys = rows.stream()
                .map(row -> tenant + "|" + row.userName().toLowerCase(Locale.ROOT))
                .sorted()
                .toArray(String[]::new);
        return tx.preparedQuery(LOCK).execute(Tuple.of((Object) keys)).mapEmpty();
    }

    private Future<Void> apply(
            SqlConnection tx, ConnectionId connection, Planned planned, Step approved, String approver) {
        if (planned.step() == Step.UNCHANGED) {
            return mark(tx, planned.row(), approved, "", planned.user(), true);
        }
        if (planned.step() != approved) {
            String detail = planned.step().changes()
                    ? "the account was changed by somebody else after this was judged"
                    : planned.detail();
            return mark(tx, planned.row(), Step.CONFLICT, detail, planned.user(), false);
        }
        return approved == Step.CREATE
                ? create(tx, connection, planned.row(), approver)
                : change(tx, connection, planned, planned.user().orElseThrow(), approver);
    }

    private Future<Void> create(SqlConnection tx, ConnectionId connection, PersonRow row, String approver) {
        UserId user = new UserId(Uuid7.next());
        Tuple person = Tuple.from(Arrays.asList(
                tenant.value(),
                user.value(),
                row.userName(),
                row.email().orElse(null),
                row.displayName().orElse(null),
                row.givenName().orElse(null),
                row.familyName().orElse(null)));
        return tx.preparedQuery(CREATE)
                .execute(person)
                .compose(created -> created.rowCount() == 0
                        ? mark(tx, row, Step.CONFLICT, "user_name: somebody else has it", Optional.empty(), false)
                        : furnish(tx, connection, row, user, approver)
                                .compose(v -> audit(tx, row, user, "person.created", approver))
                                .compose(v -> mark(tx, row, Step.CREATE, "", Optional.of(user), true)));
    }

    private Future<Void> change(
            SqlConnection tx, ConnectionId connection, Planned planned, UserId user, String approver) {
        PersonRow row = planned.row();
        Tuple profile = Tuple.from(Arrays.asList(
                tenant.value(),
                user.value(),
                row.email().orElse(null),
                row.displayName().orElse(null),
                row.givenName().orElse(null),
                row.familyName().orElse(null)));
        return tx.preparedQuery(UPDATE)
                .execute(profile)
                .compose(v -> furnish(tx, connection, row, user, approver))
                .compose(v -> audit(tx, row, user, "person.updated", approver))
                .compose(v -> mark(tx, row, Step.UPDATE, planned.detail(), Optional.of(user), true));
    }

    /** What an account has besides its profile: the identity it waits for, groups, roles. */
    private Future<Void> furnish(
            SqlConnection tx, ConnectionId connection, PersonRow row, UserId user, String approver) {
        List<Future<?>> all = new ArrayList<>();
        all.add(tx.preparedQuery(AWAIT)
                .execute(Tuple.from(Arrays.asList(
                        tenant.value(),
                        user.value(),
                        connection.value(),
                        row.subject().orElse(null),
                        row.userName()))));
        row.groups()
                .ifPresent(groups -> all.add(
                        Groups.replace(tx, tenant, user, GroupSource.connection(connection.toString()), groups)));
        row.roles()
                .forEach(role -> all.add(tx.preparedQuery(GRANT)
                        .execute(
                                Tuple.of(tenant.value(), Uuid7.next(), user.value(), role, "import " + id, approver))));
        return Future.all(all).mapEmpty();
    }

    private Future<Void> audit(SqlConnection tx, PersonRow row, UserId user, String action, String approver) {
        return AuditTrail.append(
                tx,
                tenant,
                AuditEvent.of(approver, action, "user:" + user)
                        .because("import:" + id)
                        .with(row.json()));
    }

    private Future<Void> mark(
            SqlConnection tx, PersonRow row, Step step, String detail, Optional<UserId> user, boolean applied) {
        return tx.preparedQuery(MARK)
                .execute(Tuple.from(Arrays.asList(
                        tenant.value(),
                        id,
                        row.number(),
                        step.word(),
                        detail,
                        user.map(UserId::value).orElse(null),
                        applied)))
                .mapEmpty();
    }

    private Future<Void> end(SqlConnection tx, String status, String actor, String cause) {
        return tx.preparedQuery(END)
                .execute(Tuple.of(tenant.value(), id, status))
                .compose(v -> forgetJob(tx))
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant,
                        AuditEvent.of(actor, "import." + status, "import:" + id)
                                .because(cause)
                                .with(new JsonObject())));
    }

    private Future<Void> forgetJob(SqlConnection tx) {
        return tx.preparedQuery(DONE)
                .execute(Tuple.of(tenant.value(), id.toString()))
                .mapEmpty();
    }
}
