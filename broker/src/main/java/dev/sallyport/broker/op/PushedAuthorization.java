package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.Forms;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** The pushed authorization request endpoint (RFC 9126 §2): the application hands over its request itself, and sends the browser with its name only. */
public final class PushedAuthorization {
    private final ClientAuthentication clients;
    private final AuthorizeRequests requests;
    private final PushedRequests pushed;

    public PushedAuthorization(ClientAuthentication clients, AuthorizeRequests requests, PushedRequests pushed) {
        this.clients = clients;
        this.requests = requests;
        this.pushed = pushed;
    }

    /** POST {@code /t/{tenant}/par}. */
    public Future<Void> handle(RoutingContext context) {
        Forms.require(context);
        Tenant tenant = Tenancy.of(context);
        return clients.authenticate(context, tenant)
                .compose(client -> read(tenant, client, Parameters.form(context)))
                .compose(request -> pushed.push(tenant, request))
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
