package dev.sallyport.broker.token;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.database.Database;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** People's own API keys. A key is shown once, may do at most what its owner may do now, and dies with its owner (B12). */
public final class ApiKeys {
    private final String publicUrl;
    private final Database database;
    private final PersonAccess access;
    private final Clock clock;

    public ApiKeys(String publicUrl, Database database, PersonAccess access, Clock clock) {
        this.publicUrl = publicUrl;
        this.database = database;
        this.access = access;
        this.clock = clock;
    }

    /** A key as its owner sees it. */
    public record ApiKey(
            UUID id,
            String name,
            List<String> scope,
            Instant createdAt,
            Optional<Instant> expiresAt,
            Optional<Instant> lastUsedAt) {
        private static ApiKey of(Row row) {
            return new ApiKey(
                    row.getUUID("id"),
                    row.getString("name"),
                    List.of(row.getArrayOfStrings("scope")),
                    row.getOffsetDateTime("created_at").toInstant(),
                    Optional.ofNullable(row.getOffsetDateTime("expires_at")).map(t -> t.toInstant()),
                    Optional.ofNullable(row.getOffsetDateTime("last_used_at")).map(t -> t.toInstant()));
        }
    }

    /** A new key with its secret, shown this once. */
    public record Created(ApiKey key, String secret) {}

    /**
     * Makes a key.
     *
     * @param scope permissions it is limited to; empty for all that its owner has
     */
    public Future<Created> create(
            Tenant tenant, UserId owner, String name, List<String> scope, Optional<Instant> expiresAt) {
        String secret = Bearer.mint(Bearer.API_KEY);
        UUID id = Uuid7.next();
        return database.tenants().transaction(tenant.id(), tx -> tx.preparedQuery("""
                        INSERT INTO api_keys (tenant_id, id, key_hash, user_id, name, scope, expires_at)
                        SELECT $1, $2, $3, u.id, $5, $6, $7 FROM users u WHERE u.id = $4 AND u.status = 'active'
                        RETURNING *""")
                .execute(Tuple.from(Arrays.asList(
                        tenant.id().value(),
                        id,
                        Buffer.buffer(Bearer.hash(secret)),
                        owner.value(),
                        name,
                        scope.toArray(String[]::new),
                        expiresAt.map(t -> t.atOffset(ZoneOffset.UTC)).orElse(null))))
                .compose(rows -> AuditTrail.append(
                                tx,
                                tenant.id(),
                                AuditEvent.of("user:" + owner, "api_key.created", "api_key:" + id)
                                        .with(new JsonObject().put("name", name).put("scope", new JsonArray(scope))))
                        .map(new Created(ApiKey.of(rows.iterator().next()), secret))));
    }

    /** The live keys of a person. */
    public Future<List<ApiKey>> of(Tenant tenant, UserId owner) {
        return database.tenants()
                .query(
                        tenant.id(),
                        "SELECT * FROM api_keys WHERE user_id = $1 AND ended_at IS NULL ORDER BY created_at LIMIT 200",
                        Tuple.of(owner.value()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(ApiKey::of)
                        .toList());
    }

    /** Ends a key of this person. False if they have none with this id. */
    public Future<Boolean> end(Tenant tenant, UserId owner, UUID id) {
        return database.tenants().transaction(tenant.id(), tx -> tx.preparedQuery("""
                        UPDATE api_keys SET ended_at = now(), end_cause = 'owner' WHERE id = $1 AND user_id = $2 AND ended_at IS NULL""")
                .execute(Tuple.of(id, owner.value()))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : AuditTrail.append(
                                        tx,
                                        tenant.id(),
                                        AuditEvent.of("user:" + owner, "api_key.ended", "api_key:" + id))
                                .map(true)));
    }

    /** What a key stands for now, as an application of the tenant hears it; empty for one that is not good. */
    public Future<Optional<JsonObject>> introspect(Tenant tenant, Applications.Client client, String key) {
        return access.rules(tenant.id())
                .compose(rules -> database.tenants().transaction(tenant.id(), tx -> tx.preparedQuery("""
                        SELECT k.*, u.id AS owner FROM api_keys k JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.user_id
                        WHERE k.key_hash = $1 AND k.ended_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
                          AND u.status = 'active' AND (u.not_before IS NULL OR k.created_at > u.not_before)""")
                        .execute(Tuple.of(Buffer.buffer(Bearer.hash(key))))
                        .compose(rows -> {
                            if (rows.size() == 0
                                    || cutOff(tenant, rows.iterator().next())) {
                                return Future.succeededFuture(Optional.empty());
                            }
                            Row row = rows.iterator().next();
                            UserId owner = new UserId(row.getUUID("owner"));
                            // Last use is noted once a minute, not once a request.
                            Future<?> seen = tx.preparedQuery("""
                                    UPDATE api_keys SET last_used_at = now()
                                    WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')""").execute(Tuple.of(row.getUUID("id")));
                            return seen.compose(v -> access.of(tx, rules, owner))
                                    .map(may -> {
                                        List<String> limit = List.of(row.getArrayOfStrings("scope"));
                                        JsonArray permissions = new JsonArray();
                                        may.permissions().stream()
                                                .map(p -> p.name())
                                                .filter(p -> limit.isEmpty() || limit.contains(p))
                                                .forEach(permissions::add);
                                        JsonObject body = new JsonObject()
                                                .put("active", true)
                                                .put("token_type", "api_key")
                                                .put("iss", tenant.issuer(publicUrl))
                                                .put("aud", client.audience())
                                                .put("sub", owner.toString())
                                                .put("tenant", tenant.slug())
                                                .put("jti", row.getUUID("id").toString())
                                                .put("permissions", permissions);
                                        if (row.getOffsetDateTime("expires_at") != null) {
                                            body.put(
                                                    "exp",
                                                    row.getOffsetDateTime("expires_at")
                                                            .toEpochSecond());
                                        }
                                        return Optional.of(body);
                                    });
                        })));
    }

    /** Now, by this node's clock. */
    public Instant now() {
        return clock.instant();
    }

    private static boolean cutOff(Tenant tenant, Row row) {
        return tenant.notBefore()
                .map(t -> !row.getOffsetDateTime("created_at").toInstant().isAfter(t))
                .orElse(false);
    }
}
