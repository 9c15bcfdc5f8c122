package dev.sallyport.scim.run;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Searches a tenant for access that the directory does not vouch for. Where there is no directory at all, nobody is a ghost for not being in
 * it. {@code off_but_holding} must never be found: it means that a closing was not whole.
 */
public final class Ghosts {
    private static final String FIND = Database.PLANNED_ANEW + """
            WITH vouching AS (
              SELECT u.id, bool_or(d.active AND d.absent_since IS NULL) AS vouched, count(d.user_id) AS accounts,
                max(d.absent_since) AS absent_since, max(d.updated_at) AS told_at, max(d.last_seen_at) AS last_seen_at,
                array_agg(d.resource_id) FILTER (WHERE d.resource_id IS NOT NULL) AS resource_ids
              FROM users u LEFT JOIN directory_accounts d ON d.tenant_id = $1 AND d.user_id = u.id
              WHERE u.tenant_id = $1 AND u.status = 'active' GROUP BY u.id),
            linked AS (
              SELECT i.user_id, bool_and(c.status = 'disabled') AS disabled, max(c.updated_at) AS since,
                array_agg(DISTINCT c.name) AS connections
              FROM identities i JOIN connections c ON c.tenant_id = $1 AND c.id = i.connection_id
              WHERE i.tenant_id = $1 GROUP BY i.user_id),
            holding AS (
              SELECT u.id, u.status_changed_at,
                (SELECT count(*) FROM sessions s WHERE s.tenant_id = $1 AND s.user_id = u.id AND s.ended_at IS NULL AND s.expires_at > now()) AS sessions,
                (SELECT count(*) FROM refresh_families f WHERE f.tenant_id = $1 AND f.user_id = u.id AND f.ended_at IS NULL AND f.expires_at > now()) AS refresh_families,
                (SELECT count(*) FROM api_keys k WHERE k.tenant_id = $1 AND k.user_id = u.id AND k.ended_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())) AS api_keys,
                (SELECT count(*) FROM memberships m WHERE m.tenant_id = $1 AND m.user_id = u.id) AS memberships,
                (SELECT count(*) FROM grants g WHERE g.tenant_id = $1 AND g.user_id = u.id) AS grants,
                (SELECT count(*) FROM consents c WHERE c.tenant_id = $1 AND c.user_id = u.id) AS consents
              FROM users u WHERE u.tenant_id = $1 AND u.status IN ('suspended', 'offboarded')),
            ghosts AS (
              SELECT u.id, 'never_in_directory' AS reason, u.created_at AS since,
                jsonb_build_object('source', u.source, 'last_sign_in_at', u.last_sign_in_at) AS evidence
              FROM users u JOIN vouching v ON v.id = u.id
              WHERE u.tenant_id = $1 AND v.accounts = 0
                AND (EXISTS (SELECT FROM directories WHERE tenant_id = $1) OR EXISTS (SELECT FROM directory_accounts WHERE tenant_id = $1))
              UNION ALL
              SELECT v.id, 'no_longer_in_directory', v.absent_since,
                jsonb_build_object('resource_ids', v.resource_ids, 'last_seen_at', v.last_seen_at)
              FROM vouching v WHERE v.accounts > 0 AND NOT v.vouched AND v.absent_since IS NOT NULL
              UNION ALL
              SELECT v.id, 'not_vouched_for', v.told_at, jsonb_build_object('resource_ids', v.resource_ids, 'told_at', v.told_at)
              FROM vouching v WHERE v.accounts > 0 AND NOT v.vouched AND v.absent_since IS NULL
              UNION ALL
              SELECT u.id, 'connection_disabled', l.since, jsonb_build_object('connections', l.connections)
              FROM users u JOIN linked l ON l.user_id = u.id
              WHERE u.tenant_id = $1 AND u.status = 'active' AND l.disabled
              UNION ALL
              SELECT h.id, 'off_but_holding', h.status_changed_at, to_jsonb(h) - 'id' - 'status_changed_at'
              FROM holding h WHERE h.sessions + h.refresh_families + h.api_keys + h.memberships + h.grants + h.consents > 0
              UNION ALL
              SELECT u.id, 'idle_api_keys', coalesce(u.last_sign_in_at, u.created_at),
                jsonb_build_object('api_keys', count(*), 'last_sign_in_at', u.last_sign_in_at, 'last_used_at', max(k.last_used_at))
              FROM users u JOIN api_keys k ON k.tenant_id = $1 AND k.user_id = u.id AND k.ended_at IS NULL
                AND (k.expires_at IS NULL OR k.expires_at > now())
              WHERE u.tenant_id = $1 AND u.status = 'active'
                AND coalesce(u.last_sign_in_at, u.created_at) < now() - make_interval(days => $2)
              GROUP BY u.id, u.last_sign_in_at, u.created_at)
            SELECT u.id, coalesce(u.email, u.user_name) AS label, u.status, g.reason, g.evidence, g.since,
              extract(epoch FROM now() - g.since)::float8 AS age
            FROM ghosts g JOIN users u ON u.tenant_id = $1 AND u.id = g.id
            WHERE u.id || '/' || g.reason > $3 ORDER BY u.id || '/' || g.reason LIMIT $4""";

    /** After so many days without a sign-in a live API key is reported. */
    public static final int IDLE_DAYS = 90;

    private final Database database;

    public Ghosts(Database database) {
        this.database = database;
    }

    /**
     * Searches.
     *
     * @param after the {@link Ghost#cursor} of the last one seen; empty for the beginning
     */
    public Future<List<Ghost>> find(TenantId tenant, String after, int limit) {
        return database.tenants()
                .query(tenant, FIND, Tuple.of(tenant.value(), IDLE_DAYS, after, limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(Ghosts::ghost)
                        .toList());
    }

    private static Ghost ghost(Row row) {
        return new Ghost(
                new UserId(row.getUUID("id")),
                row.getString("label"),
                row.getString("status"),
                row.getString("reason"),
                (JsonObject) row.getJson("evidence"),
                row.getOffsetDateTime("since").toInstant(),
                Duration.ofSeconds(row.getDouble("age").longValue()));
    }
}
