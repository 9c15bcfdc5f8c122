package dev.sallyport.tenant.audit;

import io.vertx.core.json.JsonObject;

/**
 * One line of the audit log. Never contains a secret.
 *
 * @param actor who: {@code operator}, {@code user:{id}}, {@code setup:{link id}}, {@code scim:{token id}}, {@code system}
 * @param action what, in dotted words such as {@code connection.created}
 * @param subject on what, such as {@code connection:{id}}
 * @param cause why, or empty
 * @param details before and after, reason codes
 */
public record AuditEvent(String actor, String action, String subject, String cause, JsonObject details) {
    /** Without cause and details. */
    public static AuditEvent of(String actor, String action, String subject) {
        return new AuditEvent(actor, action, subject, "", new JsonObject());
    }

    /** The same with a cause. */
    public AuditEvent because(String why) {
        return new AuditEvent(actor, action, subject, why, details);
    }

    /** The same with details. */
    public AuditEvent with(JsonObject more) {
        return new AuditEvent(actor, action, subject, cause, more);
    }
}
