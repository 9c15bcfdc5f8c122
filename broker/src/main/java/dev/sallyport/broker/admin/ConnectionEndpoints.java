package dev.sallyport.broker.admin;

import dev.sallyport.database.Uuid7;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.connection.AssertionAudience;
import dev.sallyport.tenant.connection.Check;
import dev.sallyport.tenant.connection.ClaimNames;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionChecks;
import dev.sallyport.tenant.connection.ConnectionSettings;
import dev.sallyport.tenant.connection.ConnectionStatus;
import dev.sallyport.tenant.connection.Connections;
import dev.sallyport.tenant.connection.OpenSessions.Fate;
import dev.sallyport.tenant.connection.ProviderKind;
import dev.sallyport.tenant.connection.ProviderMetadata.IssuerMismatch;
import dev.sallyport.tenant.connection.TokenEndpointMoved;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code …/connections}: the tenant's identity providers. */
final class ConnectionEndpoints implements Endpoint.Family {
    private final AdminParts parts;
    private final Connections connections;
    private final ConnectionChecks checks;

    ConnectionEndpoints(AdminParts parts) {
        this.parts = parts;
        this.connections = parts.connections();
        this.checks = parts.connectionChecks();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "createConnection", this::create,
                "listConnections", this::list,
                "getConnection", this::get,
                "updateConnection", this::update,
                "deleteConnection", this::delete,
                "testConnection", this::test);
    }

    private Future<Answer> create(Call call) {
        JsonObject body = call.body();
        Optional<String> secret = Optional.ofNullable(body.getString("client_secret"));
        ConnectionSettings usual = ConnectionSettings.of(
                        body.getString("name"), body.getString("issuer"), body.getString("client_id"), secret)
                .change()
                .presets(provider(body).orElse(ProviderKind.OIDC))
                .build();
        ConnectionId id = new ConnectionId(Uuid7.next());
        return namesItself(call, id, usual)
                .compose(v -> create(call, id, settings(body, usual), body))
                .compose(created -> bound(call, created))
                .compose(created -> withPilot(call, created, body))
                .compose(created -> withStatus(call, created, body))
                .map(connection -> Answer.created(json(call, connection), location(call, connection))
                        .version(connection.version()));
    }

    private Future<Connection> create(Call call, ConnectionId id, ConnectionSettings settings, JsonObject body) {
        String former = body.getString("replaces");
        return former == null
                ? connections.create(call.tenantId(), id, settings, call.actor())
                : connections.createSuccessor(
                        call.tenantId(), id, new ConnectionId(UUID.fromString(former)), settings, call.actor());
    }

    private Future<Answer> list(Call call) {
        return connections
                .list(call.tenantId())
                .map(all -> Answer.ok(Listing.page(all, call, c -> json(call, c), c -> c.id().toString())));
    }

    private Future<Answer> get(Call call) {
        return find(call).map(connection -> answer(call, connection));
    }

    private Future<Answer> update(Call call) {
        JsonObject body = call.body();
        return find(call)
                .compose(now -> {
                    ConnectionSettings wanted = settings(body, ConnectionSettings.of(now));
                    Future<Void> sound = wanted.issuer().equals(now.issuer())
                            ? Future.succeededFuture()
                            : namesItself(call, now.id(), wanted);
                    return sound.compose(
                            v -> connections.update(call.tenantId(), now.id(), wanted, call.ifVersion(), call.actor()));
                })
                .map(Call::found)
                .compose(changed -> bound(call, changed))
                .compose(changed -> withPilot(call, changed, body))
                .compose(changed -> withStatus(call, changed, body))
                .map(connection -> answer(call, connection));
    }

    private Future<Answer> delete(Call call) {
        return connections
                .delete(call.tenantId(), new ConnectionId(call.id()), call.ifVersion(), call.actor())
                .map(deleted -> {
                    if (!deleted) {
                        throw Problem.notFound();
                    }
                    return Answer.gone();
                });
    }

    private Future<Answer> test(Call call) {
        return find(call)
                .compose(connection -> checks.run(call.tenantId(), connection))
                .map(results -> Answer.ok(new JsonObject()
                        .put("ok", results.stream().allMatch(Check::ok))
                        .put(
                                "checks",
                                new JsonArray(results.stream().map(Check::json).toList()))
                        .put("tested_at", Times.text(parts.clock().instant()))));
    }

    private Future<Connection> find(Call call) {
        return connections.find(call.tenantId(), new ConnectionId(call.id())).map(Call::found);
    }

    // A provider that is away may be saved, since nobody can sign in through it before it answers; one that says it is
    // somebody else may not (A06).
    private Future<Void> namesItself(Call call, ConnectionId id, ConnectionSettings settings) {
        Connection asAsked = Connection.draft(id, settings, parts.clock().instant());
        return parts.providers()
                .metadata(call.tenantId(), asAsked)
                .<Void>mapEmpty()
                .recover(failure ->
                        failure instanceof OutboundRefused ? Future.succeededFuture() : Future.failedFuture(failure));
    }

    // What was entered is bound to where the provider takes it now, if the provider is to be had; else to where it does
    // first.
    private Future<Connection> bound(Call call, Connection connection) {
        if (!connection.canProve() || connection.tokenEndpoint().isPresent()) {
            return Future.succeededFuture(connection);
        }
        return parts.providers()
                .metadata(call.tenantId(), connection)
                .compose(metadata -> parts.tokenPlace().require(call.tenantId(), connection, metadata.tokenEndpoint()))
                .compose(v -> connections.find(call.tenantId(), connection.id()))
                .map(found -> found.orElse(connection))
                .recover(failure -> failure instanceof OutboundRefused
                                || failure instanceof IssuerMismatch
                                || failure instanceof TokenEndpointMoved
                        ? Future.succeededFuture(connection)
                        : Future.failedFuture(failure));
    }

    // Before the status: a connection that goes live as a pilot is never live for everybody, not for a moment.
    private Future<Connection> withPilot(Call call, Connection connection, JsonObject body) {
        if (!body.containsKey("pilot_groups")) {
            return Future.succeededFuture(connection);
        }
        JsonArray groups = body.getJsonArray("pilot_groups");
        return connections
                .setPilot(
                        call.tenantId(),
                        connection.id(),
                        Optional.ofNullable(groups)
                                .map(all -> all.stream().map(String.class::cast).toList()),
                        Optional.empty(),
                        call.actor())
                .map(Call::found);
    }

    private Future<Connection> withStatus(Call call, Connection connection, JsonObject body) {
        Optional<ConnectionStatus> wanted =
                Optional.ofNullable(body.getString("status")).flatMap(ConnectionStatus::parse);
        return wanted.isEmpty() || wanted.get() == connection.status()
                ? Future.succeededFuture(connection)
                : connections
                        .setStatus(
                                call.tenantId(),
                                connection.id(),
                                wanted.get(),
                                body.getBoolean("end_sessions", true) ? Fate.END : Fate.REST,
                                Optional.empty(),
                                call.actor())
                        .map(Call::found);
    }

    private static ConnectionSettings settings(JsonObject body, ConnectionSettings now) {
        return now.change()
                .name(body.getString("name", now.name()))
                .provider(provider(body).orElse(now.provider()))
                .issuer(body.getString("issuer", now.issuer()))
                .clientId(body.getString("client_id", now.clientId()))
                .clientSecret(Optional.ofNullable(body.getString("client_secret")))
                .tokenEndpointAuthMethod(body.getString("token_endpoint_auth_method", now.tokenEndpointAuthMethod()))
                .assertionAudience(Optional.ofNullable(body.getString("assertion_audience"))
                        .flatMap(AssertionAudience::parse)
                        .orElse(now.assertionAudience()))
                .scopes(texts(body, "scopes", now.scopes()))
                .claims(
                        body.containsKey("claims")
                                ? ClaimNames.of(now.claims().json().mergeIn(body.getJsonObject("claims")))
                                : now.claims())
                .algorithms(texts(body, "algorithms", now.algorithms()))
                .secretExpiresAt(
                        body.containsKey("secret_expires_at")
                                ? Optional.ofNullable(body.getString("secret_expires_at"))
                                        .map(text -> Times.read(text, "#/secret_expires_at"))
                                : now.secretExpiresAt())
                .upstreamLogout(body.getBoolean("upstream_logout", now.upstreamLogout()))
                .liveness(
                        body.containsKey("liveness_seconds")
                                ? Optional.ofNullable(body.getInteger("liveness_seconds"))
                                        .map(Duration::ofSeconds)
                                : now.liveness())
                .build();
    }

    private static Optional<ProviderKind> provider(JsonObject body) {
        return Optional.ofNullable(body.getString("provider")).flatMap(ProviderKind::parse);
    }

    private static List<String> texts(JsonObject body, String name, List<String> otherwise) {
        JsonArray given = body.getJsonArray(name);
        return given == null
                ? otherwise
                : given.stream().map(String.class::cast).toList();
    }

    private Answer answer(Call call, Connection connection) {
        return Answer.ok(json(call, connection)).version(connection.version());
    }

    private String location(Call call, Connection connection) {
        return parts.publicUrl() + "/admin/v1/tenants/" + call.tenant().slug() + "/connections/" + connection.id();
    }

    private JsonObject json(Call call, Connection c) {
        String federation = call.tenant().issuer(parts.publicUrl()) + "/federation/" + c.id();
        return new JsonObject()
                .put("id", c.id().toString())
                .put("name", c.name())
                .put("protocol", c.protocol())
                .put("provider", c.provider().word())
                .put("issuer", c.issuer())
                .put("client_id", c.clientId())
                .put("token_endpoint_auth_method", c.tokenEndpointAuthMethod())
                .put("assertion_audience", c.settings().assertionAudience().word())
                .put("token_endpoint", c.tokenEndpoint().orElse(null))
                .put(
                        "jwks_uri",
                        c.hasKeys()
                                ? Connection.keysUri(
                                        parts.publicUrl(), call.tenant().slug(), c.id())
                                : null)
                .put("stopped", c.stopped().orElse(null))
                .put("scopes", new JsonArray(c.scopes()))
                .put("claims", c.claims().json())
                .put("algorithms", new JsonArray(c.algorithms()))
                .put("status", c.status().word())
                .put("upstream_logout", c.upstreamLogout())
                .put("liveness_seconds", c.liveness().map(Duration::toSeconds).orElse(null))
                .put(
                        "pilot_groups",
                        c.rollout().pilotGroups().map(JsonArray::new).orElse(null))
                .put(
                        "replaces",
                        c.rollout().replaces().map(ConnectionId::toString).orElse(null))
                .put("went_live_at", Times.text(c.wentLiveAt()))
                .put("secret_expires_at", Times.text(c.secretExpiresAt()))
                .put("secret_set", c.hasSecret())
                .put("redirect_uri", federation + "/callback")
                .put("backchannel_logout_uri", federation + "/backchannel-logout")
                .put("created_at", Times.text(c.createdAt()))
                .put("updated_at", Times.text(c.updatedAt()));
    }
}
