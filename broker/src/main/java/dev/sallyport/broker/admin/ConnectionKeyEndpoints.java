package dev.sallyport.broker.admin;

import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionKey;
import dev.sallyport.tenant.connection.ConnectionKeys;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code …/connections/{id}/keys}: the keys by which a connection is a client of its IdP. */
final class ConnectionKeyEndpoints implements Endpoint.Family {
    private final AdminParts parts;
    private final ConnectionKeys keys;

    ConnectionKeyEndpoints(AdminParts parts) {
        this.parts = parts;
        this.keys = parts.connectionKeys();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "listConnectionKeys", this::list,
                "rotateConnectionKey", this::rotate,
                "withdrawConnectionKey", this::withdraw);
    }

    private Future<Answer> list(Call call) {
        return find(call)
                .compose(connection -> connection.hasKeys()
                        ? keys.list(call.tenantId(), connection)
                        : Future.succeededFuture(List.of()))
                .map(all -> Answer.ok(Listing.page(all, call, this::json, ConnectionKey::kid)));
    }

    private Future<Answer> rotate(Call call) {
        Duration ahead = Duration.ofSeconds(
                call.body().getLong("activate_in_seconds", ConnectionKeys.PUBLISH_AHEAD.toSeconds()));
        return find(call)
                .map(connection -> {
                    if (!connection.hasKeys()) {
                        throw Problem.conflict("The connection proves itself by a secret, not by a key.");
                    }
                    return connection;
                })
                .compose(connection -> keys.rotate(call.tenantId(), connection, ahead, call.actor()))
                .map(key -> Answer.ok(json(key)));
    }

    private Future<Answer> withdraw(Call call) {
        return find(call)
                .compose(connection -> keys.withdraw(call.tenantId(), connection.id(), call.path("kid"), call.actor()))
                .map(found -> {
                    if (!found) {
                        throw Problem.notFound();
                    }
                    return Answer.gone();
                });
    }

    private Future<Connection> find(Call call) {
        return parts.connections()
                .find(call.tenantId(), new ConnectionId(call.id()))
                .map(Call::found);
    }

    private JsonObject json(ConnectionKey key) {
        return new JsonObject()
                .put("kid", key.kid())
                .put("state", key.state(parts.clock().instant()))
                .put("public_jwk", key.publicJwk())
                .put("created_at", Times.text(key.createdAt()))
                .put("activate_at", Times.text(key.activateAt()))
                .put("retire_at", Times.text(key.retireAt()));
    }
}
