package dev.sallyport.scim.run;

import dev.sallyport.scim.reconcile.Entry;
import dev.sallyport.scim.reconcile.Known;
import dev.sallyport.scim.reconcile.Known.Standing;
import dev.sallyport.scim.reconcile.ReconcilePlan;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * What the plan is made from: the difference between what was read and what we hold, computed by the database, so that a run over a large
 * directory in which little changed needs little memory.
 *
 * @param population people with an account for whom the directory vouched before this read
 * @param removedLastDay removals by machine in the last 24 hours
 * @param labels by resource id
 */
record PlanInput(
        List<Entry> entries, List<Known> known, int population, int removedLastDay, Map<String, String> labels) {
    // Where the groups are known, fingerprints are compared. Where they are not, what is kept of the resource is
    // compared without them.
    private static final String BOTH = """
            WITH e AS (
              SELECT resource_id, coalesce(external_id, '') AS external_id, coalesce(user_name, '') AS user_name, active,
                coalesce(resource ->> 'problem', '') AS problem,
                encode(CASE WHEN $3 THEN fingerprint ELSE sha256(convert_to((resource - 'groups')::text, 'UTF8')) END, 'hex') AS fingerprint,
                (user_name IS NOT NULL AND count(*) OVER (PARTITION BY lower(btrim(user_name))) > 1)
                  OR (external_id IS NOT NULL AND count(*) OVER (PARTITION BY external_id) > 1) AS duplicate
              FROM sync_entries WHERE tenant_id = $1 AND run_id = $2),
            a AS (
              SELECT d.resource_id, d.user_id, d.active AS vouched, u.status, coalesce(u.email, u.user_name) AS label,
                coalesce(encode(CASE WHEN $3 THEN d.fingerprint ELSE sha256(convert_to((d.resource - 'groups')::text, 'UTF8')) END, 'hex'), '')
                  AS fingerprint
              FROM directory_accounts d JOIN users u ON u.tenant_id = $1 AND u.id = d.user_id
              WHERE d.tenant_id = $1 AND d.source = 'pull')
            SELECT e.resource_id AS entry_id, e.external_id, e.user_name, e.active, e.problem, e.fingerprint AS entry_fingerprint,
              a.resource_id AS account_id, a.user_id, a.vouched, a.status, a.label, a.fingerprint AS account_fingerprint
            FROM e FULL JOIN a ON a.resource_id = e.resource_id
            WHERE CASE
              WHEN e.duplicate OR e.problem <> '' THEN true
              WHEN a.resource_id IS NULL THEN e.active
              WHEN e.resource_id IS NULL THEN $4 AND a.status <> 'offboarded'
              WHEN a.status = 'offboarded' THEN e.active
              ELSE e.active <> a.vouched OR NOT e.active OR e.fingerprint <> a.fingerprint END""";

    private static final String TOTALS = """
            SELECT
              (SELECT count(*) FROM directory_accounts d JOIN users u ON u.tenant_id = $1 AND u.id = d.user_id
               WHERE d.tenant_id = $1 AND d.source = 'pull' AND d.active AND u.status <> 'offboarded')::integer AS population,
              (SELECT count(*) FROM sync_findings
               WHERE tenant_id = $1 AND action = 'remove' AND state = 'done' AND done_at > now() - interval '1 day')::integer AS removed""";

    /**
     * Loads it.
     *
     * @param withGroups whether this read knows the groups
     * @param withAbsent whether absence means anything; see {@link ReconcilePlan}
     */
    static Future<PlanInput> load(SqlConnection tx, UUID tenant, UUID run, boolean withGroups, boolean withAbsent) {
        return tx.preparedQuery(TOTALS).execute(Tuple.of(tenant)).compose(totals -> {
            Row total = totals.iterator().next();
            return tx.preparedQuery(BOTH)
                    .execute(Tuple.of(tenant, run, withGroups, withAbsent))
                    .map(rows -> of(
                            StreamSupport.stream(rows.spliterator(), false).toList(),
                            total.getInteger("population"),
                            total.getInteger("removed")));
        });
    }

    private static PlanInput of(List<Row> rows, int population, int removed) {
        Map<String, String> labels = new HashMap<>();
        rows.forEach(row -> label(row, labels));
        return new PlanInput(
                rows.stream()
                        .filter(row -> row.getString("entry_id") != null)
                        .map(PlanInput::entry)
                        .toList(),
                rows.stream()
                        .filter(row -> row.getString("account_id") != null)
                        .map(PlanInput::known)
                        .toList(),
                population,
                removed,
                labels);
    }

    private static void label(Row row, Map<String, String> labels) {
        if (row.getString("account_id") != null) {
            labels.put(row.getString("account_id"), row.getString("label"));
        } else {
            labels.put(row.getString("entry_id"), row.getString("user_name"));
        }
    }

    private static Entry entry(Row row) {
        return new Entry(
                row.getString("entry_id"),
                row.getString("external_id"),
                row.getString("user_name"),
                row.getBoolean("active"),
                row.getString("entry_fingerprint"),
                row.getString("problem"));
    }

    private static Known known(Row row) {
        Standing standing =
                switch (row.getString("status")) {
                    case "offboarded" -> Standing.OFF;
                    case "suspended" -> Standing.SUSPENDED;
                    default -> Standing.LIVE;
                };
        return new Known(
                new UserId(row.getUUID("user_id")),
                row.getString("account_id"),
                row.getString("label"),
                row.getBoolean("vouched"),
                standing,
                row.getString("account_fingerprint"));
    }
}
