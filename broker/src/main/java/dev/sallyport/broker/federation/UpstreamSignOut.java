package dev.sallyport.broker.federation;

import dev.sallyport.broker.session.Sessions;
import dev.sallyport.broker.web.Cookies;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.Connections;
import dev.sallyport.tenant.connection.ProviderMetadata;
import dev.sallyport.tenant.connection.Providers;
import dev.sallyport.tenant.connection.TokenEndpointMoved;
import dev.sallyport.tenant.secret.SealedSecrets;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The way on to the tenant's IdP after a session ended here (RP-Initiated Logout 1.0 §2, as the relying party): where its metadata names
 * an {@code end_session_endpoint} and the connection wants it. What ends here has ended before the browser leaves; an IdP that is away, or
 * that never sends the browser back, changes nothing about that.
 */
public final class UpstreamSignOut {
    /** Key of the address to go to at the very end, in what the transaction remembers. */
    public static final String RETURN_TO = "return_to";

    /** Addresses longer than this are refused by common proxies; a longer hint is left out. */
    private static final int MOST_HINT = 4_000;

    private final String publicUrl;
    private final Connections connections;
    private final Providers providers;
    private final SealedSecrets secrets;
    private final Transactions transactions;
    private final Cookies cookies;

    public UpstreamSignOut(
            String publicUrl,
            Connections connections,
            Providers providers,
            SealedSecrets secrets,
            Transactions transactions,
            Cookies cookies) {
        this.publicUrl = publicUrl;
        this.connections = connections;
        this.providers = providers;
        this.secrets = secrets;
        this.transactions = transactions;
        this.cookies = cookies;
    }

    /** The provider's ID token as it is kept with a session until that ends; empty if it will never be needed. */
    public Future<Optional<Buffer>> keep(Tenant tenant, ConnectionId connection, Optional<String> idToken) {
        return idToken.filter(token -> token.length() <= MOST_HINT)
                .map(token ->
                        secrets.seal(tenant.id(), row(connection), token).map(box -> Optional.of(Buffer.buffer(box))))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    /**
     * Where a browser goes whose session has just ended; empty if there is nothing to go to. Sets the cookie that binds the way back to
     * this browser.
     *
     * @param returnTo where it shall end, an address that was checked; empty for a page of ours
     */
    public Future<Optional<String>> departure(
            RoutingContext context, Tenant tenant, Sessions.Gone gone, Optional<String> returnTo) {
        return connections.find(tenant.id(), gone.connection()).compose(found -> found.filter(
                        c -> c.isActive() && c.upstreamLogout())
                .map(c -> begin(context, tenant, c, gone, returnTo))
                .orElseGet(() -> Future.succeededFuture(Optional.empty())));
    }

    private Future<Optional<String>> begin(
            RoutingContext context, Tenant tenant, Connection connection, Sessions.Gone gone, Optional<String> to) {
        return endpoint(tenant, connection).compose(endpoint -> {
            if (endpoint.isEmpty()) {
                return Future.succeededFuture(Optional.empty());
            }
            Transactions.Begun begun = Transactions.Begun.of(
                    connection, Purpose.SIGN_OUT, new JsonObject().put(RETURN_TO, to.orElse(null)));
            return hint(tenant, gone)
                    .compose(hint -> transactions.begin(tenant.id(), begun).map(v -> {
                        context.response().addCookie(begun.cookie(cookies, tenant));
                        return Optional.of(address(tenant, connection, endpoint.get(), hint, begun.state()));
                    }));
        });
    }

    /** Its metadata may be that of a hostile IdP: it was checked like every other endpoint, and must be one that a browser may be sent to. */
    private Future<Optional<String>> endpoint(Tenant tenant, Connection connection) {
        return providers
                .metadata(tenant.id(), connection)
                .map(ProviderMetadata::endSessionEndpoint)
                .map(endpoint -> endpoint.filter(e -> URI.create(e).getRawFragment() == null))
                .recover(failure -> failure instanceof OutboundRefused
                                || failure instanceof ProviderMetadata.IssuerMismatch
                                || failure instanceof TokenEndpointMoved
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure));
    }

    private Future<Optional<String>> hint(Tenant tenant, Sessions.Gone gone) {
        return gone.upstreamIdToken()
                .map(box -> secrets.openText(tenant.id(), row(gone.connection()), box.getBytes())
                        .map(Optional::of))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private String address(Tenant tenant, Connection connection, String endpoint, Optional<String> hint, String state) {
        Map<String, String> query = new LinkedHashMap<>();
        hint.ifPresent(token -> query.put("id_token_hint", token));
        query.put("client_id", connection.clientId());
        query.put("post_logout_redirect_uri", Connection.redirectUri(publicUrl, tenant.slug(), connection.id()));
        query.put("state", state);
        return Departure.address(endpoint, query);
    }

    private static String row(ConnectionId connection) {
        return "sessions/" + connection + "/upstream_id_token";
    }
}
