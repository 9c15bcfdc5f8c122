package dev.sallyport.tenant.alarm;

import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/**
 * The tenants' alarms. There is one open alarm for each kind and subject, however often it is raised; the first raising and the resolving
 * are audit events ({@code alarm.raised}, {@code alarm.resolved}), so that they reach whoever follows the event stream.
 */
public final class Alarms {
    private static final String RAISE = """
            INSERT INTO alarms (tenant_id, id, kind, subject, detail) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (kind, subject, tenant_id) WHERE resolved_at IS NULL
            DO UPDATE SET last_seen_at = now(), times = alarms.times + 1, detail = EXCLUDED.detail
            RETURNING id = $2 AS raised""";
    private static final String RESOLVE =
            "UPDATE alarms SET resolved_at = now() WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND resolved_at IS NULL";

    private Alarms() {}

    /**
     * Raises an alarm, or notes that it is still the case.
     *
     * @param kind such as {@code issuer_changed}
     * @param subject what it is about, such as {@code connection:{id}}
     * @param detail for people; no secrets
     * @return whether it is a new one
     */
    public static Future<Boolean> raise(
            SqlConnection tx, TenantId tenant, String kind, String subject, JsonObject detail) {
        return tx.preparedQuery(RAISE)
                .execute(Tuple.of(tenant.value(), Uuid7.next(), kind, subject, detail))
                .map(rows -> rows.iterator().next().getBoolean("raised"))
                .compose(raised -> raised
                        ? AuditTrail.append(
                                        tx,
                                        tenant,
                                        AuditEvent.of("system", "alarm.raised", subject)
                                                .because(kind)
                                                .with(detail))
                                .map(true)
                        : Future.succeededFuture(false));
    }

    /** Notes that it is not the case any more; whether there was such an alarm. */
    public static Future<Boolean> resolve(SqlConnection tx, TenantId tenant, String kind, String subject) {
        return tx.preparedQuery(RESOLVE)
                .execute(Tuple.of(tenant.value(), kind, subject))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : AuditTrail.append(
                                        tx,
                                        tenant,
                                        AuditEvent.of("system", "alarm.resolved", subject)
                                                .because(kind))
                                .map(true));
    }
}
