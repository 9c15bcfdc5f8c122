package dev.sallyport.tenant.alarm;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.OptionalInt;

/**
 * Warns before something ends without which people cannot sign in or the directory cannot be read: client secrets, SCIM tokens, break-glass
 * links. 30, 14 and 3 days before, and when it has ended, there is one audit event each ({@code credential.expiring}, cause {@code
 * 30_days}) and an alarm, which ends when the thing was renewed or is gone.
 */
public final class ExpiryWatch {
    private static final int[] DAYS = {0, 3, 14, 30};

    // What has ended is told once more and then left; a SCIM token that ended a month ago is nobody's any more.
    private static final String CREDENTIALS = """
            SELECT 'client_secret_expiring' AS kind, 'connection:' || c.id AS subject, c.secret_expires_at AS expires_at, now() AS now
              FROM connections c WHERE c.tenant_id = $1 AND c.secret_expires_at < now() + interval '30 days' AND c.status <> 'disabled'
            UNION ALL
            SELECT 'scim_token_expiring', 'scim_token:' || s.id, s.expires_at, now()
              FROM scim_tokens s WHERE s.tenant_id = $1 AND s.revoked_at IS NULL
               AND s.expires_at BETWEEN now() - interval '30 days' AND now() + interval '30 days'
            UNION ALL
            SELECT 'break_glass_expiring', 'setup_link:' || l.id, l.expires_at, now()
              FROM setup_links l WHERE l.tenant_id = $1 AND 'break_glass' = ANY (l.purposes) AND l.redeemed_at IS NULL
               AND l.revoked_at IS NULL AND l.expires_at BETWEEN now() - interval '30 days' AND now() + interval '30 days'""";
    private static final String OVER = """
            SELECT kind, subject FROM alarms WHERE tenant_id = $1 AND resolved_at IS NULL
              AND kind IN ('client_secret_expiring', 'scim_token_expiring', 'break_glass_expiring') AND NOT subject = ANY ($2)""";
    private static final String WARN = """
            INSERT INTO expiry_warnings (tenant_id, subject, expires_at, days) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING""";

    private final Database database;

    public ExpiryWatch(Database database) {
        this.database = database;
    }

    /** Looks at what a tenant has; gives the warnings that are due and were not given before. */
    public Future<Void> look(TenantId tenant) {
        return database.tenants().transaction(tenant, tx -> tx.preparedQuery(CREDENTIALS)
                .execute(Tuple.of(tenant.value()))
                .compose(rows -> {
                    Future<Void> done = Future.succeededFuture();
                    String[] subjects = new String[rows.size()];
                    int i = 0;
                    for (Row row : rows) {
                        subjects[i++] = row.getString("subject");
                        done = done.compose(v -> consider(tx, tenant, row));
                    }
                    return done.compose(v -> resolve(tx, tenant, subjects));
                }));
    }

    private static Future<Void> consider(SqlConnection tx, TenantId tenant, Row row) {
        Instant expiresAt = row.getOffsetDateTime("expires_at").toInstant();
        Instant now = row.getOffsetDateTime("now").toInstant();
        OptionalInt days = due(now, expiresAt);
        return days.isEmpty()
                ? Future.succeededFuture()
                : warn(tx, tenant, row.getString("kind"), row.getString("subject"), expiresAt, days.getAsInt());
    }

    /** Which warning is due: 30, 14, 3 or, when it has ended, 0; none while there is more time than that. */
    static OptionalInt due(Instant now, Instant expiresAt) {
        Duration left = Duration.between(now, expiresAt);
        for (int days : DAYS) {
            if (left.compareTo(Duration.ofDays(days)) <= 0) {
                return OptionalInt.of(days);
            }
        }
        return OptionalInt.empty();
    }

    private static Future<Void> warn(
            SqlConnection tx, TenantId tenant, String kind, String subject, Instant expiresAt, int days) {
        OffsetDateTime end = expiresAt.atOffset(ZoneOffset.UTC);
        JsonObject detail =
                new JsonObject().put("expires_at", expiresAt.toString()).put("days", days);
        return tx.preparedQuery(WARN)
                .execute(Tuple.of(tenant.value(), subject, end, days))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture()
                        : AuditTrail.append(
                                        tx,
                                        tenant,
                                        AuditEvent.of("system", "credential.expiring", subject)
                                                .because(days == 0 ? "expired" : days + "_days")
                                                .with(detail))
                                .compose(v -> Alarms.raise(tx, tenant, kind, subject, detail))
                                .mapEmpty());
    }

    private static Future<Void> resolve(SqlConnection tx, TenantId tenant, String[] subjects) {
        return tx.preparedQuery(OVER)
                .execute(Tuple.tuple().addUUID(tenant.value()).addArrayOfString(subjects))
                .compose(rows -> {
                    Future<Void> done = Future.succeededFuture();
                    for (Row row : rows) {
                        done = done.compose(
                                v -> Alarms.resolve(tx, tenant, row.getString("kind"), row.getString("subject"))
                                        .mapEmpty());
                    }
                    return done;
                });
    }
}
