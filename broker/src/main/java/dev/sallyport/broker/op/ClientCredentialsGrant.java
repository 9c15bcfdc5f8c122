package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.token.Tokens;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** A confidential application gets an access token for itself (RFC 6749 §4.4); it speaks for nobody and gets no refresh token. */
public final class ClientCredentialsGrant {
    private final Tokens tokens;

    public ClientCredentialsGrant(Tokens tokens) {
        this.tokens = tokens;
    }

    Future<JsonObject> grant(Tenant tenant, Applications.Client client, Parameters form) {
        if (client.application().isPublic()) {
            return Future.failedFuture(
                    new OAuthError(400, "unauthorized_client", "a public client cannot use client_credentials"));
        }
        if (!form.list("scope").isEmpty()) {
            return Future.failedFuture(
                    new OAuthError(400, "invalid_scope", "an application's own token has no scopes; leave scope out"));
        }
        if (form.get("audience")
                .map(a -> !a.equals(client.audience()) && !a.equals(client.id()))
                .orElse(false)) {
            return Future.failedFuture(
                    new OAuthError(400, "invalid_target", "audience is not the application's in this tenant"));
        }
        Resource.require(form, client);
        return tokens.accessTokenForClient(tenant, client, "").map(token -> new JsonObject()
                .put("access_token", token)
                .put("token_type", "Bearer")
                .put("expires_in", tenant.lifetimes().accessToken().toSeconds()));
    }
}
