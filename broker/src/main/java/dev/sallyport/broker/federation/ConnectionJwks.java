package dev.sallyport.broker.federation;

import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionKeys;
import dev.sallyport.tenant.connection.Connections;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Optional;

/** The public keys by which a connection is a client of its provider; the provider reads them here (RFC 7517 §5). */
public final class ConnectionJwks {
    private static final int CACHED_SECONDS = 300;

    private final Connections connections;
    private final ConnectionKeys keys;
    private final Clock clock;

    public ConnectionJwks(Connections connections, ConnectionKeys keys, Clock clock) {
        this.connections = connections;
        this.keys = keys;
        this.clock = clock;
    }

    /** GET {@code /t/{tenant}/federation/{connection}/jwks}. A connection that proves itself by a secret has none. */
    public Future<Void> handle(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        Future<Optional<Connection>> found = ConnectionId.parse(context.pathParam("connection"))
                .map(id -> connections.find(tenant.id(), id))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
        return found.compose(connection -> connection
                        .filter(Connection::hasKeys)
                        .map(c -> keys.jwks(tenant.id(), c, clock.instant()))
                        .orElseGet(
                                () -> Future.failedFuture(new OAuthError(404, "not_found", "there is nothing here"))))
                .map(jwks -> {
                    context.response()
                            .putHeader("Content-Type", "application/json")
                            .putHeader("Cache-Control", "public, max-age=" + CACHED_SECONDS)
                            .end(jwks.toBuffer());
                    return null;
                });
    }
}
