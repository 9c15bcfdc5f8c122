package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.ClientAddress;
import dev.sallyport.broker.web.Forms;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.broker.web.Throttle;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;

/** The pushed authorization request endpoint (RFC 9126 §2): the application hands over its request itself, and sends the browser with its name only. */
public final class PushedAuthorization {
    /** A public client proves nothing, so anybody may push in its name: so many a minute, from one address. */
    public static final int PUBLIC_A_MINUTE = 60;

    /** What is kept of one request, in characters of JSON. */
    private static final int MOST_KEPT = 8_192;

    private final ClientAuthentication clients;
    private final AuthorizeRequests requests;
    private final PushedRequests pushed;
    private final ClientAddress addresses;
    private final Throttle<Pusher> pushes;

    private record Pusher(String clientId, String address) {}

    public PushedAuthorization(
            ClientAuthentication clients,
            AuthorizeRequests requests,
            PushedRequests pushed,
            ClientAddress addresses,
            Clock clock) {
        this.clients = clients;
        this.requests = requests;
        this.pushed = pushed;
        this.addresses = addresses;
        this.pushes = new Throttle<>(clock, PUBLIC_A_MINUTE);
    }

    /** POST {@code /t/{tenant}/par}. */
    public Future<Void> handle(RoutingContext context) {
        Forms.require(context);
        Tenant tenant = Tenancy.of(context);
        return clients.authenticate(context, tenant)
                .compose(client -> {
                    slow(context, client);
                    return read(tenant, client, Parameters.form(context));
                })
                .compose(request -> {
                    if (request.toJson().encode().length() > MOST_KEPT) {
                        throw new OAuthError(413, "invalid_request", "the request is too long; shorten its state");
                    }
                    return pushed.push(tenant, request);
                })
                .map(requestUri -> {
                    Answers.json(
                            context,
                            201,
                            new JsonObject()
                                    .put("request_uri", requestUri)
                                    .put("expires_in", PushedRequests.LIFE.toSeconds()));
                    return null;
                });
    }

    /** RFC 9126 §2.3: 429 for who pushes too often. */
    private void slow(RoutingContext context, Applications.Client client) {
        int wait = client.application().isPublic()
                ? pushes.take(new Pusher(client.id(), addresses.of(context.request())))
                : 0;
        if (wait > 0) {
            context.response().putHeader("Retry-After", String.valueOf(wait));
            throw new OAuthError(
                    429,
                    "temporarily_unavailable",
                    "too many requests were pushed in this client's name from this address; try again as Retry-After says");
        }
    }

    private Future<AuthorizeRequest> read(Tenant tenant, Applications.Client client, Parameters form) {
        if (!client.application().isInteractive()) {
            throw new OAuthError(400, "unauthorized_client", "a service signs nobody in");
        }
        if (!tenant.isActive()) {
            throw new OAuthError(400, "access_denied", "this organisation is not live");
        }
        if (form.has("request_uri")) {
            throw OAuthError.invalidRequest("request_uri cannot be pushed");
        }
        String redirectUri = form.require("redirect_uri");
        if (!client.application().allowsRedirect(redirectUri)) {
            throw OAuthError.invalidRequest("redirect_uri is not registered");
        }
        return requests.read(tenant, client, form, redirectUri);
    }
}
