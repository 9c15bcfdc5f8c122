package dev.sallyport.scim.push;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** The bearer tokens with which a tenant's identity provider pushes. Two may be live at once, so that they can be changed without a gap. */
public final class ScimTokens {
    /** How long a token is good if nobody says otherwise. */
    public static final Duration LIFE = Duration.ofDays(180);

    /**
     * A token that was just made.
     *
     * @param secret shown this once
     */
    public record Created(ScimToken token, String secret) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Created[" + token.id() + "]";
        }
    }

    private static final int LIVE_AT_ONCE = 2;
    private static final String COLUMNS = "id, created_at, expires_at, last_used_at, revoked_at";

    // Two administrators at the same moment do not make three tokens.
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('scim_tokens/' || $1::text, 0))";

    private static final String CREATE = """
            INSERT INTO scim_tokens (tenant_id, id, token_hash, expires_at)
            SELECT $1, $2, $3, now() + make_interval(secs => $4::float8)
            WHERE (SELECT count(*) FROM scim_tokens WHERE tenant_id = $1 AND revoked_at IS NULL AND expires_at > now()) < $5
            RETURNING""" + " " + COLUMNS;

    private static final String REVOKE = """
            UPDATE scim_tokens SET revoked_at = now() WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL""";

    // The time of the last use is kept to the minute, so that a busy client does not write with every request.
    private static final String AUTHENTICATE = """
            WITH token AS (
              SELECT id, last_used_at FROM scim_tokens
              WHERE tenant_id = $1 AND token_hash = $2 AND revoked_at IS NULL AND expires_at > now()),
            used AS (
              UPDATE scim_tokens t SET last_used_at = now() FROM token
              WHERE t.tenant_id = $1 AND t.id = token.id AND coalesce(token.last_used_at, '-infinity') < now() - interval '1 minute')
            SELECT id FROM token""";

    private final Database database;

    public ScimTokens(Database database) {
        this.database = database;
    }

    /** Makes a token. Fails with {@link TooManyTokens}. */
    public Future<Created> create(TenantId tenant, Duration life, String actor) {
        String secret = Bearer.mint(Bearer.SCIM_TOKEN);
        UUID id = Uuid7.next();
        Tuple arguments = Tuple.of(
                tenant.value(), id, Buffer.buffer(Bearer.hash(secret)), (double) life.toSeconds(), LIVE_AT_ONCE);
        return database.tenants().transaction(tenant, tx -> tx.preparedQuery(LOCK)
                .execute(Tuple.of(tenant.toString()))
                .compose(locked -> tx.preparedQuery(CREATE).execute(arguments))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw new TooManyTokens();
                    }
                    return token(rows.iterator().next());
                })
                .compose(token -> AuditTrail.append(
                                tx,
                                tenant,
                                AuditEvent.of(actor, "scim_token.created", "scim-token:" + id)
                                        .with(new JsonObject()
                                                .put(
                                                        "expires_at",
                                                        token.expiresAt().toString())))
                        .map(new Created(token, secret))));
    }

    /** All tokens, the newest first. */
    public Future<List<ScimToken>> list(TenantId tenant) {
        return database.tenants()
                .query(
                        tenant,
                        "SELECT " + COLUMNS + " FROM scim_tokens WHERE tenant_id = $1 ORDER BY id DESC LIMIT 200",
                        Tuple.of(tenant.value()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(ScimTokens::token)
                        .toList());
    }

    /** Ends a token; it is refused from the next request on. False if there is no such live token. */
    public Future<Boolean> revoke(TenantId tenant, UUID id, String actor) {
        return database.tenants().transaction(tenant, tx -> tx.preparedQuery(REVOKE)
                .execute(Tuple.of(tenant.value(), id))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : AuditTrail.append(tx, tenant, AuditEvent.of(actor, "scim_token.revoked", "scim-token:" + id))
                                .map(true)));
    }

    /** The live token of this tenant with this secret. */
    Future<Optional<UUID>> authenticate(TenantId tenant, String secret) {
        if (!secret.startsWith(Bearer.SCIM_TOKEN) || secret.length() > 200) {
            return Future.succeededFuture(Optional.empty());
        }
        return database.tenants()
                .query(tenant, AUTHENTICATE, Tuple.of(tenant.value(), Buffer.buffer(Bearer.hash(secret))))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getUUID("id")));
    }

    private static ScimToken token(Row row) {
        return new ScimToken(
                row.getUUID("id"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("last_used_at")).map(time -> time.toInstant()),
                Optional.ofNullable(row.getOffsetDateTime("revoked_at")).map(time -> time.toInstant()));
    }
}
