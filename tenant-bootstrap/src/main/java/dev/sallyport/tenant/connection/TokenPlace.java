package dev.sallyport.tenant.connection;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Binds what proves us to a provider to the place that it was entered for: the first token endpoint that the provider names after that.
 * Another path at the same origin is the same place.
 */
public final class TokenPlace {
    // The secret must still be the one of the connection as the caller knows it.
    private static final String BIND = """
            WITH bound AS (
              UPDATE connections SET token_endpoint = $3 WHERE tenant_id = $1 AND id = $2 AND issuer = $4
                AND client_secret IS NOT DISTINCT FROM $5 AND token_endpoint IS NULL RETURNING token_endpoint)
            SELECT token_endpoint FROM bound
            UNION ALL
            SELECT token_endpoint FROM connections WHERE tenant_id = $1 AND id = $2 AND issuer = $4
              AND client_secret IS NOT DISTINCT FROM $5 AND token_endpoint IS NOT NULL""";

    private final Database database;

    public TokenPlace(Database database) {
        this.database = database;
    }

    /**
     * Binds the connection to this endpoint if it is bound to none; fails with {@link TokenEndpointMoved} if it is bound to another place; then
     * the connection is stopped, with an alarm.
     */
    public Future<Void> require(TenantId tenant, Connection connection, String endpoint) {
        return bound(tenant, connection, endpoint)
                .compose(place -> isSame(place, endpoint)
                        ? Future.succeededFuture()
                        : stop(tenant, connection, place, endpoint)
                                .compose(v -> Future.failedFuture(new TokenEndpointMoved())));
    }

    private Future<Void> stop(TenantId tenant, Connection connection, String before, String now) {
        return database.tenants()
                .transaction(
                        tenant,
                        tx -> Stops.set(
                                tx, tenant, connection, Stops.TOKEN_ENDPOINT, Stops.moved(connection, before, now)));
    }

    /** Whether two addresses have one scheme, host and port. */
    static boolean isSame(String one, String other) {
        return origin(one).equals(origin(other));
    }

    private Future<String> bound(TenantId tenant, Connection connection, String endpoint) {
        if (connection.tokenEndpoint().isPresent()) {
            return Future.succeededFuture(connection.tokenEndpoint().get());
        }
        Tuple arguments = Tuple.of(tenant.value(), connection.id().value(), endpoint, connection.issuer())
                .addBuffer(connection.sealedSecret().map(Buffer::buffer).orElse(null));
        return bind(tenant, arguments)
                // Bound by somebody else at this moment: now it can be read.
                .compose(place -> place.isPresent() ? Future.succeededFuture(place) : bind(tenant, arguments))
                .map(place -> place.orElseThrow(TokenEndpointMoved::new));
    }

    private Future<Optional<String>> bind(TenantId tenant, Tuple arguments) {
        return database.tenants()
                .query(tenant, BIND, arguments)
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getString("token_endpoint")));
    }

    private static String origin(String address) {
        URI uri = URI.create(address);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int usual = scheme.equals("https") ? 443 : 80;
        return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":"
                + (uri.getPort() < 0 ? usual : uri.getPort());
    }
}
