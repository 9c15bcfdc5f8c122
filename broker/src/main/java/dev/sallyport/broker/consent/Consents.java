package dev.sallyport.broker.consent;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** What people allowed, as it is stored: per person, application and scope. */
public final class Consents {
    private static final String GRANT = """
            INSERT INTO consents (tenant_id, user_id, client_id, scopes) VALUES ($1, $2, $3, $4)
            ON CONFLICT (tenant_id, user_id, client_id) DO UPDATE SET granted_at = now(),
              scopes = consents.scopes || ARRAY(SELECT s FROM unnest(excluded.scopes) AS n (s) WHERE s <> ALL (consents.scopes))""";

    // In this order: a code or refresh token that is being used at this moment is waited for, so that the family it
    // makes or belongs to is found and cut off afterwards.
    private static final String END_CODES =
            "DELETE FROM authorization_codes WHERE user_id = $1 AND client_id = $2 AND used_at IS NULL";
    private static final String END_TOKENS = """
            UPDATE refresh_tokens t SET expires_at = now() FROM refresh_families f
            WHERE f.tenant_id = t.tenant_id AND f.id = t.family_id AND f.user_id = $1 AND f.client_id = $2 AND f.ended_at IS NULL
              AND t.used_at IS NULL""";
    private static final String END_FAMILIES = """
            UPDATE refresh_families SET ended_at = now(), end_cause = 'consent_revoked'
            WHERE user_id = $1 AND client_id = $2 AND ended_at IS NULL RETURNING id""";
    private static final String CUT_OFF = """
            INSERT INTO revocations (tenant_id, kind, value, not_before, expires_at)
            SELECT $1, 'family', id::text, clock_timestamp(), clock_timestamp() + interval '10 minutes' FROM unnest($2::uuid[]) AS f (id)""";

    private final Database database;

    public Consents(Database database) {
        this.database = database;
    }

    /** The scopes that a person allowed an application; empty if they allowed nothing. The connection must be inside the tenant's scope. */
    public Future<Optional<List<String>>> given(SqlConnection tx, UserId user, String clientId) {
        return tx.preparedQuery("SELECT scopes FROM consents WHERE user_id = $1 AND client_id = $2")
                .execute(Tuple.of(user.value(), clientId))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(List.of(rows.iterator().next().getArrayOfStrings("scopes"))));
    }

    /** Writes down a yes; what was allowed before stays allowed. */
    public Future<Void> grant(SqlConnection tx, TenantId tenant, UserId user, String clientId, List<String> scopes) {
        return tx.preparedQuery(GRANT)
                .execute(Tuple.of(tenant.value(), user.value(), clientId, scopes.toArray(String[]::new)))
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant,
                        AuditEvent.of("user:" + user, "consent.granted", "application:" + clientId)
                                .with(new JsonObject().put("scopes", new JsonArray(scopes)))));
    }

    /** Everything that a person allowed, in the order of the client ids. */
    public Future<List<Consent>> of(TenantId tenant, UserId user) {
        return database.tenants().query(tenant, """
                        SELECT c.client_id, a.name, c.scopes, c.granted_at FROM consents c JOIN applications a ON a.client_id = c.client_id
                        WHERE c.user_id = $1 ORDER BY c.client_id LIMIT 500""", Tuple.of(user.value())).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(Consents::consent)
                .toList());
    }

    /**
     * Takes a yes back: the application's refresh families, codes and access tokens of this person die with it, its other people's do not.
     *
     * @param actor as in the audit log
     * @return false if there is no such consent
     */
    public Future<Boolean> revoke(Tenant tenant, UserId user, String clientId, String actor) {
        Tuple whose = Tuple.of(user.value(), clientId);
        return database.tenants().transaction(tenant.id(), tx -> tx.preparedQuery(
                        "DELETE FROM consents WHERE user_id = $1 AND client_id = $2")
                .execute(whose)
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : end(tx, tenant.id(), whose)
                                .compose(families -> AuditTrail.append(
                                        tx,
                                        tenant.id(),
                                        AuditEvent.of(actor, "consent.revoked", "application:" + clientId)
                                                .with(new JsonObject()
                                                        .put("user", user.toString())
                                                        .put("refresh_families", families))))
                                .map(true)));
    }

    private static Future<Integer> end(SqlConnection tx, TenantId tenant, Tuple whose) {
        return tx.preparedQuery(END_CODES)
                .execute(whose)
                .compose(v -> tx.preparedQuery(END_TOKENS).execute(whose))
                .compose(v -> tx.preparedQuery(END_FAMILIES).execute(whose))
                .compose(rows -> {
                    UUID[] families = StreamSupport.stream(rows.spliterator(), false)
                            .map(row -> row.getUUID("id"))
                            .toArray(UUID[]::new);
                    return tx.preparedQuery(CUT_OFF)
                            .execute(Tuple.of(tenant.value(), (Object) families))
                            .map(families.length);
                });
    }

    private static Consent consent(Row row) {
        return new Consent(
                row.getString("client_id"),
                row.getString("name"),
                List.of(row.getArrayOfStrings("scopes")),
                row.getOffsetDateTime("granted_at").toInstant());
    }
}
