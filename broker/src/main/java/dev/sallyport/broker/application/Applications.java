package dev.sallyport.broker.application;

import com.nimbusds.jose.JWSAlgorithm;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** All applications, and in which tenants they are enabled. Read from memory. */
public final class Applications {
    private static final String SELECT = """
            SELECT a.*, coalesce((SELECT json_agg(json_build_object('id', s.id, 'hash', encode(s.secret_hash, 'base64'), 'hint', s.hint,
                'created_at', s.created_at, 'expires_at', s.expires_at) ORDER BY s.created_at, s.id)
              FROM application_secrets s WHERE s.client_id = a.client_id), '[]'::json) AS secrets,
            """ + EntrustedRows.DELEGATIONS + " FROM applications a";

    private final Database database;
    private final ConfigCache cache;
    private final ConfigCache.Region<String, Optional<Application>> byClientId;
    private final ConfigCache.Region<TenantId, Map<String, String>> audiences;
    private final ConfigCache.Region<TenantId, Set<String>> origins;

    public Applications(Database database, ConfigCache cache) {
        this.database = database;
        this.cache = cache;
        this.byClientId = cache.keyed(Duration.ofMinutes(5), this::load);
        this.audiences = cache.region(Duration.ofMinutes(5), this::loadAudiences);
        this.origins = cache.region(Duration.ofMinutes(5), this::loadOrigins);
    }

    /** An application, enabled anywhere or not. */
    public Future<Optional<Application>> find(String clientId) {
        return clientId == null || clientId.length() > 100
                ? Future.succeededFuture(Optional.empty())
                : byClientId.get(clientId);
    }

    /** An application as it is in a tenant; empty if it is not enabled there. */
    public Future<Optional<Client>> inTenant(Tenant tenant, String clientId) {
        return Future.all(find(clientId), audiences.get(tenant.id())).map(both -> {
            Optional<Application> application = both.resultAt(0);
            Map<String, String> enabled = both.resultAt(1);
            return application
                    .filter(a -> enabled.containsKey(clientId))
                    .map(a -> new Client(a, enabled.get(clientId)));
        });
    }

    /** All that are enabled in a tenant: client id to audience. */
    public Future<Map<String, String>> audiences(TenantId tenant) {
        return audiences.get(tenant);
    }

    /** The web origins of the public applications that are enabled in a tenant: from there a browser may call it. */
    public Future<Set<String>> origins(TenantId tenant) {
        return origins.get(tenant);
    }

    /** Applications in the order of their client ids, after the given one. */
    public Future<List<Application>> list(String afterClientId, int limit) {
        return database.platform(
                        SELECT + " WHERE a.client_id > $1 ORDER BY a.client_id LIMIT $2",
                        Tuple.of(afterClientId, limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(Applications::application)
                        .toList());
    }

    /**
     * Registers an application.
     *
     * @return its secret, shown this once; empty for public ones
     */
    public Future<Registered> register(Application application, String actor) {
        Optional<String> secret =
                application.usesSecrets() ? Optional.of(Bearer.mint(Bearer.CLIENT_SECRET)) : Optional.empty();
        return database.platformTransaction(tx -> write(tx, application, """
                        INSERT INTO applications (client_id, name, type, redirect_uris, post_logout_redirect_uris, backchannel_logout_uri,
                          resource, third_party, token_endpoint_auth_method, signing_alg, jwks, jwks_uri, require_par)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""")
                        .compose(v -> EntrustedRows.write(tx, application))
                        .compose(v -> secret.isEmpty()
                                ? Future.succeededFuture()
                                : ApplicationSecrets.insert(
                                                tx,
                                                application.clientId(),
                                                Uuid7.next(),
                                                secret.get(),
                                                Optional.empty())
                                        .mapEmpty())
                        .compose(v -> platformAudit(tx, actor, "application.created", application, new JsonObject())))
                .map(v -> new Registered(application, secret))
                .onSuccess(done -> cache.dropAll());
    }

    /** Writes all fields but id and secrets; empty if it is gone. Fails with {@link VersionChanged}. */
    public Future<Optional<Application>> update(Application application, Optional<Long> ifVersion, String actor) {
        return database.platformTransaction(
                        tx -> tx.preparedQuery("SELECT version FROM applications WHERE client_id = $1 FOR UPDATE")
                                .execute(Tuple.of(application.clientId()))
                                .compose(rows -> {
                                    if (rows.size() == 0) {
                                        return Future.succeededFuture();
                                    }
                                    long version = rows.iterator().next().getLong("version");
                                    return ifVersion.isPresent() && ifVersion.get() != version
                                            ? Future.failedFuture(new VersionChanged())
                                            : overwrite(tx, application, actor);
                                }))
                .onSuccess(done -> cache.dropAll())
                .compose(v -> load(application.clientId()));
    }

    private static Future<Void> overwrite(SqlConnection tx, Application application, String actor) {
        return write(tx, application, """
                        UPDATE applications SET name = $2, type = $3, redirect_uris = $4, post_logout_redirect_uris = $5,
                          backchannel_logout_uri = $6, resource = $7, third_party = $8, token_endpoint_auth_method = $9,
                          signing_alg = $10, jwks = $11, jwks_uri = $12, require_par = $13, updated_at = now(),
                          version = version + 1 WHERE client_id = $1""")
                .compose(v -> application.usesSecrets()
                        ? Future.succeededFuture()
                        : ApplicationSecrets.clear(tx, application.clientId()))
                .compose(v -> EntrustedRows.write(tx, application))
                .compose(v -> platformAudit(tx, actor, "application.updated", application, new JsonObject()));
    }

    /**
     * Deletes an application everywhere.
     *
     * @param ifVersion the version that was meant, if the caller insists
     * @return false if there is none; fails with {@link VersionChanged}
     */
    public Future<Boolean> delete(Application application, Optional<Long> ifVersion, String actor) {
        return database.platformTransaction(
                        tx -> tx.preparedQuery("SELECT version FROM applications WHERE client_id = $1 FOR UPDATE")
                                .execute(Tuple.of(application.clientId()))
                                .compose(rows -> {
                                    if (rows.size() == 0) {
                                        return Future.succeededFuture(false);
                                    }
                                    long version = rows.iterator().next().getLong("version");
                                    if (ifVersion.isPresent() && ifVersion.get() != version) {
                                        return Future.failedFuture(new VersionChanged());
                                    }
                                    return tx.preparedQuery("DELETE FROM applications WHERE client_id = $1")
                                            .execute(Tuple.of(application.clientId()))
                                            .compose(v -> platformAudit(
                                                    tx, actor, "application.deleted", application, new JsonObject()))
                                            .map(true);
                                }))
                .onSuccess(done -> cache.dropAll());
    }

    /** Enables an application in a tenant, with its audience there. */
    public Future<Client> enable(Tenant tenant, Application application, Optional<String> audience, String actor) {
        String aud = audience.orElse(application.resource() + "/t/" + tenant.slug());
        return database.tenants()
                .transaction(tenant.id(), tx -> tx.preparedQuery("""
                                INSERT INTO tenant_applications (tenant_id, client_id, audience) VALUES ($1, $2, $3)
                                ON CONFLICT (tenant_id, client_id) DO UPDATE SET audience = excluded.audience""")
                        .execute(Tuple.of(tenant.id().value(), application.clientId(), aud))
                        .compose(rows -> AuditTrail.append(
                                tx,
                                tenant.id(),
                                AuditEvent.of(actor, "application.enabled", "application:" + application.clientId())
                                        .with(new JsonObject().put("audience", aud)))))
                .onSuccess(done -> cache.dropAll())
                .map(v -> new Client(application, aud));
    }

    /** Disables an application in a tenant; its tokens there and what people allowed it die and do not revive with it. False if it was not enabled. */
    public Future<Boolean> disable(Tenant tenant, String clientId, String actor) {
        return database.tenants()
                .transaction(tenant.id(), tx -> tx.preparedQuery("DELETE FROM tenant_applications WHERE client_id = $1")
                        .execute(Tuple.of(clientId))
                        .compose(rows -> rows.rowCount() == 0
                                ? Future.succeededFuture(false)
                                : endTokens(tx, tenant, clientId)
                                        .compose(v -> AuditTrail.append(
                                                tx,
                                                tenant.id(),
                                                AuditEvent.of(
                                                        actor, "application.disabled", "application:" + clientId)))
                                        .map(true)))
                .onSuccess(done -> cache.dropAll());
    }

    private static Future<Void> endTokens(SqlConnection tx, Tenant tenant, String clientId) {
        Future<?> families = tx.preparedQuery("""
                        WITH ended AS (UPDATE refresh_families SET ended_at = now(), end_cause = 'application.disabled'
                          WHERE client_id = $2 AND ended_at IS NULL RETURNING id)
                        INSERT INTO revocations (tenant_id, kind, value, not_before, expires_at)
                        SELECT $1, 'family', id::text, clock_timestamp(), clock_timestamp() + interval '10 minutes' FROM ended""").execute(Tuple.of(tenant.id().value(), clientId));
        Future<?> codes = tx.preparedQuery("DELETE FROM authorization_codes WHERE client_id = $1 AND used_at IS NULL")
                .execute(Tuple.of(clientId));
        Future<?> consents =
                tx.preparedQuery("DELETE FROM consents WHERE client_id = $1").execute(Tuple.of(clientId));
        return Future.all(families, codes, consents).mapEmpty();
    }

    private Future<Optional<Application>> load(String clientId) {
        return database.platform(SELECT + " WHERE a.client_id = $1", Tuple.of(clientId))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(application(rows.iterator().next())));
    }

    private Future<Map<String, String>> loadAudiences(TenantId tenant) {
        return database.tenants()
                .query(tenant, "SELECT client_id, audience FROM tenant_applications", Tuple.tuple())
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .collect(Collectors.toUnmodifiableMap(
                                r -> r.getString("client_id"), r -> r.getString("audience"))));
    }

    private Future<Set<String>> loadOrigins(TenantId tenant) {
        return database.tenants().query(tenant, """
                        SELECT unnest(a.redirect_uris) AS uri FROM tenant_applications t JOIN applications a ON a.client_id = t.client_id
                        WHERE a.token_endpoint_auth_method = 'none'""", Tuple.tuple()).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .flatMap(r -> RedirectUris.origin(r.getString("uri")).stream())
                .collect(Collectors.toUnmodifiableSet()));
    }

    private static Future<Void> write(SqlConnection tx, Application a, String sql) {
        return tx.preparedQuery(sql)
                .execute(Tuple.from(Arrays.asList(
                        a.clientId(),
                        a.name(),
                        a.type(),
                        a.redirectUris().toArray(String[]::new),
                        a.postLogoutRedirectUris().toArray(String[]::new),
                        a.backchannelLogoutUri().orElse(null),
                        a.resource(),
                        a.thirdParty(),
                        a.tokenEndpointAuthMethod(),
                        a.signingAlgorithm().getName(),
                        a.keys().jwks().orElse(null),
                        a.keys().uri().orElse(null),
                        a.requirePar())))
                .mapEmpty();
    }

    static Future<Void> platformAudit(
            SqlConnection tx, String actor, String action, Application application, JsonObject more) {
        Future<?> set = tx.preparedQuery("SELECT set_config('sallyport.tenant', $1, true)")
                .execute(Tuple.of(TenantId.PLATFORM.toString()));
        return set.compose(v -> AuditTrail.append(
                tx,
                TenantId.PLATFORM,
                AuditEvent.of(actor, action, "application:" + application.clientId())
                        .with(new JsonObject()
                                .put("name", application.name())
                                .put("type", application.type())
                                .put("manages_api_keys", application.entrusted().managesApiKeys())
                                .put(
                                        "exchanges_api_keys",
                                        application.entrusted().exchangesApiKeys())
                                .put(
                                        "on_behalf_of",
                                        new JsonArray(List.copyOf(
                                                application.entrusted().onBehalfOf())))
                                .mergeIn(more))));
    }

    private static Application application(Row row) {
        JsonArray secrets = (JsonArray) row.getJson("secrets");
        return new Application(
                row.getString("client_id"),
                row.getString("name"),
                row.getString("type"),
                List.of(row.getArrayOfStrings("redirect_uris")),
                List.of(row.getArrayOfStrings("post_logout_redirect_uris")),
                Optional.ofNullable(row.getString("backchannel_logout_uri")),
                row.getString("resource"),
                row.getBoolean("third_party"),
                row.getString("token_endpoint_auth_method"),
                JWSAlgorithm.parse(row.getString("signing_alg")),
                secrets.stream()
                        .map(JsonObject.class::cast)
                        .map(Applications::secret)
                        .toList(),
                ClientKeys.of(
                        Optional.ofNullable(row.getJsonObject("jwks")), Optional.ofNullable(row.getString("jwks_uri"))),
                row.getBoolean("require_par"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getLong("version"),
                EntrustedRows.read(row));
    }

    private static Application.Secret secret(JsonObject row) {
        return new Application.Secret(
                UUID.fromString(row.getString("id")),
                Buffer.buffer(Base64.getMimeDecoder().decode(row.getString("hash"))),
                Optional.ofNullable(row.getString("hint")),
                OffsetDateTime.parse(row.getString("created_at")).toInstant(),
                Optional.ofNullable(row.getString("expires_at"))
                        .map(t -> OffsetDateTime.parse(t).toInstant()));
    }

    /** An application as it is in one tenant. */
    public record Client(Application application, String audience) {
        /** The client id. */
        public String id() {
            return application.clientId();
        }
    }

    /** What registering answers: the application and, this once, its secret. */
    public record Registered(Application application, Optional<String> secret) {}

    /** Makes an application's fields whole from what is usual for its type; used by whoever registers one. */
    public static String defaultAuthMethod(String type) {
        return type.equals("spa") || type.equals("native") ? "none" : "client_secret_basic";
    }
}
