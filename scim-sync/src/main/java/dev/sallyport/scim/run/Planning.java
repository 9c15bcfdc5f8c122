package dev.sallyport.scim.run;

import dev.sallyport.database.Database;
import dev.sallyport.database.Uuid7;
import dev.sallyport.scim.directory.Directory;
import dev.sallyport.scim.directory.TenantAdmins;
import dev.sallyport.scim.pull.DirectoryReader;
import dev.sallyport.scim.pull.Reading;
import dev.sallyport.scim.reconcile.Brakes;
import dev.sallyport.scim.reconcile.Decision;
import dev.sallyport.scim.reconcile.ReconcilePlan;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Makes the plan of a run, asks the directory about everybody it suspects, and writes all of it down in one transaction before anything is
 * done.
 */
final class Planning {
    private static final int CHUNK = 2_000;

    private static final String CLEAR = "DELETE FROM sync_findings WHERE tenant_id = $1 AND run_id = $2";

    private static final String FINDINGS = """
            INSERT INTO sync_findings (tenant_id, run_id, id, action, resource_id, user_id, label, reason, state, detail)
            SELECT $1, $2, f.id, f.action, f.resource_id, f.user_id, f.label, f.reason, f.state, f.detail
            FROM unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[])
              AS f (id, action, resource_id, user_id, label, reason, state, detail)""";

    private static final String SEEN = """
            UPDATE directory_accounts d SET last_seen_run = $2, last_seen_at = now(), absent_since = NULL
            FROM sync_entries e
            WHERE d.tenant_id = $1 AND d.source = 'pull' AND e.tenant_id = $1 AND e.run_id = $2 AND e.resource_id = d.resource_id
              AND (d.absent_since IS NOT NULL OR d.last_seen_at < now() - interval '1 day')""";

    private static final String ABSENT = """
            UPDATE directory_accounts d SET absent_since = now()
            WHERE d.tenant_id = $1 AND d.source = 'pull' AND d.absent_since IS NULL
              AND NOT EXISTS (SELECT FROM sync_entries e WHERE e.tenant_id = $1 AND e.run_id = $2 AND e.resource_id = d.resource_id)""";

    // Who is off and inactive there too needs no removal, but the directory's word is written down: if it changes, they
    // may return.
    private static final String WITHDRAWN = """
            UPDATE directory_accounts d SET active = false, updated_at = now(), version = d.version + 1
            FROM sync_entries e, users u
            WHERE d.tenant_id = $1 AND d.source = 'pull' AND d.active AND e.tenant_id = $1 AND e.run_id = $2
              AND e.resource_id = d.resource_id AND NOT e.active AND NOT e.resource ? 'problem'
              AND u.tenant_id = $1 AND u.id = d.user_id AND u.status = 'offboarded'""";

    // Being off ends memberships; whoever comes back gets them from the directory again.
    private static final String TAKE_OVER_AGAIN = """
            UPDATE directory_accounts d SET fingerprint = NULL FROM users u
            WHERE d.tenant_id = $1 AND d.source = 'pull' AND d.fingerprint IS NOT NULL
              AND u.tenant_id = $1 AND u.id = d.user_id AND u.status IN ('suspended', 'offboarded')""";

    private static final String GROUPS_SEEN = """
            UPDATE groups g SET last_seen_at = now()
            WHERE g.tenant_id = $1 AND g.source = 'scim' AND g.value IN (
              SELECT DISTINCT v ->> 'value' FROM sync_entries e, jsonb_array_elements(e.resource -> 'groups') AS v
              WHERE e.tenant_id = $1 AND e.run_id = $2)""";

    private static final String SUPERSEDED = """
            UPDATE sync_runs SET state = 'done', reason = 'superseded'
            WHERE tenant_id = $1 AND id <> $2 AND state = 'held'""";

    private static final String APPLYING = """
            UPDATE sync_runs SET state = 'applying' WHERE tenant_id = $1 AND id = $2""";

    private final Database database;
    private final TenantAdmins admins;
    private final RunRow run;
    private final Directory directory;
    private final int together;

    Planning(Database database, TenantAdmins admins, RunRow run, Directory directory, int together) {
        this.database = database;
        this.admins = admins;
        this.run = run;
        this.directory = directory;
        this.together = together;
    }

    /** Plans and writes down; afterwards the run is applying. */
    Future<Void> plan(Reading reading, DirectoryReader reader) {
        UUID tenant = run.tenant().value();
        boolean complete = reading.snapshot().complete();
        return database.tenants()
                .transaction(run.tenant(), tx -> PlanInput.load(tx, tenant, run.id(), reading.groupsRead(), complete))
                .compose(input -> admins.of(run.tenant())
                        .map(all -> ReconcilePlan.of(
                                reading.snapshot(), input.entries(), input.known(), brakes(input, all)))
                        .compose(plan -> confirmed(plan, reader))
                        .compose(decisions -> write(reading, decisions, input.labels())));
    }

    private Brakes brakes(PlanInput input, Set<UserId> all) {
        return new Brakes(
                directory.maxRemovals(), directory.maxRemovalRatio(), input.population(), input.removedLastDay(), all);
    }

    private Future<List<Decision>> confirmed(ReconcilePlan plan, DirectoryReader reader) {
        List<Decision> decisions = new ArrayList<>();
        List<Decision.Suspect> suspects = plan.all(Decision.Suspect.class);
        plan.decisions().stream()
                .filter(decision -> !(decision instanceof Decision.Suspect))
                .forEach(decisions::add);
        return Together.each(suspects, together, suspect -> reader.confirm(suspect.resourceId())
                        .map(answer -> {
                            synchronized (decisions) {
                                decisions.add(ReconcilePlan.confirmed(suspect, answer));
                            }
                            return null;
                        }))
                .map(decisions);
    }

    private Future<Void> write(Reading reading, List<Decision> decisions, Map<String, String> labels) {
        List<Finding> findings = new ArrayList<>();
        reading.notes().forEach(note -> findings.add(Finding.note(note)));
        decisions.forEach(decision -> findings.add(Finding.of(
                decision,
                labels.getOrDefault(decision.resourceId(), ""),
                run.run().dryRun())));
        boolean complete = reading.snapshot().complete();
        long held = decisions.stream().filter(Decision.Hold.class::isInstance).count();
        Tuple here = Tuple.of(run.tenant().value(), run.id());
        return database.tenants().transaction(run.tenant(), tx -> run.lock(tx)
                .compose(done -> tx.preparedQuery(CLEAR).execute(here))
                .compose(done -> insert(tx, findings, 0))
                .compose(done -> run.run().dryRun() ? Future.succeededFuture() : remember(tx, complete, here))
                .compose(done -> held > 0 && !run.run().dryRun() ? alarm(tx, held) : Future.succeededFuture())
                .compose(done -> (held > 0 || complete) && !run.run().dryRun()
                        ? tx.preparedQuery(SUPERSEDED).execute(here)
                        : Future.succeededFuture())
                .compose(done -> tx.preparedQuery(APPLYING).execute(here))
                .mapEmpty());
    }

    private Future<Void> remember(SqlConnection tx, boolean complete, Tuple here) {
        Tuple tenant = Tuple.of(run.tenant().value());
        return tx.preparedQuery(SEEN)
                .execute(here)
                .compose(done -> complete ? tx.preparedQuery(ABSENT).execute(here) : Future.succeededFuture())
                .compose(done -> tx.preparedQuery(WITHDRAWN).execute(here))
                .compose(done -> tx.preparedQuery(TAKE_OVER_AGAIN).execute(tenant))
                .compose(done -> tx.preparedQuery(GROUPS_SEEN).execute(here))
                .mapEmpty();
    }

    private Future<Void> alarm(SqlConnection tx, long held) {
        return AuditTrail.append(
                tx,
                run.tenant(),
                AuditEvent.of("system", "sync.held", "sync-run:" + run.id()).with(new JsonObject().put("held", held)));
    }

    private Future<Void> insert(SqlConnection tx, List<Finding> findings, int from) {
        if (from >= findings.size()) {
            return Future.succeededFuture();
        }
        List<Finding> chunk = findings.subList(from, Math.min(from + CHUNK, findings.size()));
        Tuple arguments = Tuple.tuple()
                .addUUID(run.tenant().value())
                .addUUID(run.id())
                .addArrayOfUUID(chunk.stream().map(one -> Uuid7.next()).toArray(UUID[]::new))
                .addArrayOfString(chunk.stream().map(Finding::action).toArray(String[]::new))
                .addArrayOfString(chunk.stream().map(Finding::resourceId).toArray(String[]::new))
                .addArrayOfUUID(chunk.stream().map(Finding::user).toArray(UUID[]::new))
                .addArrayOfString(chunk.stream().map(Finding::label).toArray(String[]::new))
                .addArrayOfString(chunk.stream().map(Finding::reason).toArray(String[]::new))
                .addArrayOfString(chunk.stream().map(Finding::state).toArray(String[]::new))
                .addArrayOfString(chunk.stream().map(Finding::detail).toArray(String[]::new));
        return tx.preparedQuery(FINDINGS).execute(arguments).compose(done -> insert(tx, findings, from + CHUNK));
    }

    /** A row of sync_findings that is about to be written; null where the column is null. */
    private record Finding(
            String action, String resourceId, UUID user, String label, String reason, String state, String detail) {
        static Finding note(String note) {
            int colon = note.indexOf(':');
            return new Finding("skip", null, null, note.substring(colon + 1), note.substring(0, colon), "kept", null);
        }

        static Finding of(Decision decision, String label, boolean dryRun) {
            String action = action(decision);
            boolean toDo = Set.of("admit", "update", "remove").contains(action) && !dryRun;
            return new Finding(
                    action,
                    decision.resourceId(),
                    decision.user().map(UserId::value).orElse(null),
                    label,
                    decision.reason(),
                    toDo ? "planned" : "kept",
                    decision instanceof Decision.Hold hold ? hold.because() : null);
        }

        private static String action(Decision decision) {
            if (decision instanceof Decision.Admit) {
                return "admit";
            }
            if (decision instanceof Decision.Update) {
                return "update";
            }
            if (decision instanceof Decision.Suspect) {
                return "suspect";
            }
            if (decision instanceof Decision.Remove) {
                return "remove";
            }
            return decision instanceof Decision.Hold ? "hold" : "skip";
        }
    }
}
