package dev.sallyport.tenant.audit;

import dev.sallyport.database.TenantId;
import dev.sallyport.database.TenantScope;
import dev.sallyport.database.Uuid7;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/** Appends to the audit log. The rows cannot be changed or deleted by the role that writes them. */
public final class AuditTrail {
    private static final String INSERT = """
            INSERT INTO audit_events (tenant_id, id, actor, action, subject, cause, details)
            VALUES ($1, $2, $3, $4, $5, $6, $7)""";

    private AuditTrail() {}

    /** Appends within the transaction that makes the change: both happen or neither. */
    public static Future<Void> append(SqlConnection transaction, TenantId tenant, AuditEvent event) {
        return transaction.preparedQuery(INSERT).execute(row(tenant, event)).mapEmpty();
    }

    /** Appends something that changed nothing else, such as a refusal. */
    public static Future<Void> append(TenantScope scope, TenantId tenant, AuditEvent event) {
        return scope.query(tenant, INSERT, row(tenant, event)).mapEmpty();
    }

    private static Tuple row(TenantId tenant, AuditEvent event) {
        return Tuple.of(
                tenant.value(),
                Uuid7.next(),
                event.actor(),
                event.action(),
                event.subject(),
                event.cause(),
                event.details());
    }
}
