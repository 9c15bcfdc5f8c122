package dev.sallyport.tenant.alarm;

import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

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

    private static final String COLUMNS =
            "id, kind, subject, detail, times, raised_at, last_seen_at, resolved_at, acknowledged_at, acknowledged_by";
    private static final String LIST = "SELECT " + COLUMNS
            + " FROM alarms WHERE tenant_id = $1 AND id < $2 AND (NOT $3 OR resolved_at IS NULL)"
            + " ORDER BY id DESC LIMIT $4";
    private static final String ACKNOWLEDGE = """
            UPDATE alarms SET acknowledged_at = now(), acknowledged_by = $3
            WHERE tenant_id = $1 AND id = $2 AND acknowledged_at IS NULL RETURNING\s""" + COLUMNS;

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

    /**
     * The alarms of a tenant, the newest first.
     *
     * @param openOnly without those whose reason is gone
     * @param before only older ones than this
     */
    public static Future<List<Alarm>> list(
            SqlConnection tx, TenantId tenant, boolean openOnly, UUID before, int limit) {
        return tx.preparedQuery(LIST)
                .execute(Tuple.of(tenant.value(), before, openOnly, limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(Alarms::alarm)
                        .toList());
    }

    /** Notes that somebody has seen it; the first who says so stays. Empty if there is no such alarm. */
    public static Future<Optional<Alarm>> acknowledge(SqlConnection tx, TenantId tenant, UUID id, String actor) {
        return tx.preparedQuery(ACKNOWLEDGE)
                .execute(Tuple.of(tenant.value(), id, actor))
                .compose(rows -> {
                    if (rows.size() == 0) {
                        return find(tx, tenant, id);
                    }
                    Alarm alarm = alarm(rows.iterator().next());
                    return AuditTrail.append(
                                    tx,
                                    tenant,
                                    AuditEvent.of(actor, "alarm.acknowledged", alarm.subject())
                                            .because(alarm.kind()))
                            .map(Optional.of(alarm));
                });
    }

    private static Future<Optional<Alarm>> find(SqlConnection tx, TenantId tenant, UUID id) {
        return tx.preparedQuery("SELECT " + COLUMNS + " FROM alarms WHERE tenant_id = $1 AND id = $2")
                .execute(Tuple.of(tenant.value(), id))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(Alarms::alarm)
                        .findFirst());
    }

    private static Alarm alarm(Row row) {
        return new Alarm(
                row.getUUID("id"),
                row.getString("kind"),
                row.getString("subject"),
                row.getJsonObject("detail"),
                row.getLong("times"),
                row.getOffsetDateTime("raised_at").toInstant(),
                row.getOffsetDateTime("last_seen_at").toInstant(),
                time(row, "resolved_at"),
                time(row, "acknowledged_at"),
                Optional.ofNullable(row.getString("acknowledged_by")));
    }

    private static Optional<Instant> time(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
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
