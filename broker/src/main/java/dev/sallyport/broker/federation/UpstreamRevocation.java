package dev.sallyport.broker.federation;

import dev.sallyport.broker.session.SessionId;
import dev.sallyport.broker.session.UpstreamGrant;
import dev.sallyport.broker.session.UpstreamGrants;
import dev.sallyport.broker.signals.Notice;
import dev.sallyport.broker.signals.Outbox;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.Connections;
import dev.sallyport.tenant.connection.ProviderMetadata;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Tells a provider that its refresh token is needed no more (RFC 7009), where it has an endpoint for that, after the session has ended here.
 * The client secret goes with it, so the endpoint must be where the token endpoint is. Our own copy is forgotten with the last attempt.
 */
public final class UpstreamRevocation implements Outbox.Delivery {
    private final Connections connections;
    private final Upstream upstream;
    private final UpstreamGrants grants;

    public UpstreamRevocation(Connections connections, Upstream upstream, UpstreamGrants grants) {
        this.connections = connections;
        this.upstream = upstream;
        this.grants = grants;
    }

    @Override
    public Future<String> deliver(Tenant tenant, Notice notice) {
        String token = notice.payload().getString("token");
        Optional<ConnectionId> id = ConnectionId.parse(notice.target().substring("connection:".length()));
        if (token == null || id.isEmpty()) {
            return Future.succeededFuture("forgotten");
        }
        return connections
                .find(tenant.id(), id.get())
                .compose(connection -> connection.isEmpty()
                        ? Future.succeededFuture("connection_gone")
                        : grants.isInUse(
                                        tenant.id(),
                                        UUID.fromString(notice.payload().getString("identity")))
                                .compose(inUse -> inUse
                                        ? Future.succeededFuture("in_use")
                                        : revoke(tenant, notice, connection.get(), token)));
    }

    private Future<String> revoke(Tenant tenant, Notice notice, Connection connection, String token) {
        SessionId session = new SessionId(notice.session().orElseThrow());
        Buffer box = Buffer.buffer(Base64.getMimeDecoder().decode(token));
        return grants.open(tenant.id(), session, box)
                .compose(grant -> grant.issuer().equals(connection.issuer())
                        ? give(tenant, connection, grant)
                        : Future.succeededFuture("issuer_changed"))
                .recover(failure -> Future.failedFuture(
                        IdTokenCheck.reason(failure).orElseGet(() -> String.valueOf(failure.getMessage()))));
    }

    private Future<String> give(Tenant tenant, Connection connection, UpstreamGrant grant) {
        return upstream.metadata(tenant.id(), connection).compose(metadata -> {
            Optional<String> endpoint = metadata.revocationEndpoint();
            if (endpoint.isEmpty()) {
                return Future.succeededFuture("no_endpoint");
            }
            if (!isBesideTokenEndpoint(metadata, endpoint.get())) {
                return Future.succeededFuture("endpoint_elsewhere");
            }
            return upstream.revoke(tenant.id(), connection, endpoint.get(), grant.refreshToken())
                    .compose(status -> status < 500
                            ? Future.succeededFuture("http_" + status)
                            : Future.failedFuture("http_" + status));
        });
    }

    private static boolean isBesideTokenEndpoint(ProviderMetadata metadata, String endpoint) {
        URI tokens = URI.create(metadata.tokenEndpoint());
        URI revocation = URI.create(endpoint);
        return Objects.equals(tokens.getScheme(), revocation.getScheme())
                && Objects.equals(tokens.getRawAuthority(), revocation.getRawAuthority());
    }
}
