package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.application.Entrusted;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * {@code urn:ietf:params:oauth:grant-type:token-exchange} (RFC 8693 §2.1). Off, unless the operator entrusts the application with it (D09);
 * what exactly is said in {@link Entrusted}. There is no refresh token: whoever wants another one exchanges again.
 */
public final class TokenExchangeGrant {
    /** The grant type. */
    public static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";

    private final ExchangeTarget targets;
    private final ApiKeyExchange apiKeys;
    private final OnBehalfOfExchange onBehalfOf;

    public TokenExchangeGrant(ExchangeTarget targets, ApiKeyExchange apiKeys, OnBehalfOfExchange onBehalfOf) {
        this.targets = targets;
        this.apiKeys = apiKeys;
        this.onBehalfOf = onBehalfOf;
    }

    Future<JsonObject> grant(Tenant tenant, Applications.Client client, Parameters form) {
        Entrusted entrusted = client.application().entrusted();
        if (client.application().thirdParty() || !entrusted.exchanges()) {
            return unauthorized("this client may not exchange tokens");
        }
        ExchangeRequest request = ExchangeRequest.parse(form);
        return switch (request.kind()) {
            case API_KEY ->
                entrusted.exchangesApiKeys()
                        ? targets.of(tenant, client, request)
                                .compose(target -> apiKeys.exchange(tenant, client, target, request))
                        : unauthorized("this client may not exchange API keys");
            case ACCESS_TOKEN ->
                client.application().isPublic() || entrusted.onBehalfOf().isEmpty()
                        ? unauthorized("this client may not exchange access tokens")
                        : targets.of(tenant, client, request)
                                .compose(target -> another(client, target))
                                .compose(target -> onBehalfOf.exchange(tenant, client, target, request));
        };
    }

    private static Future<Applications.Client> another(Applications.Client client, Applications.Client target) {
        return target.id().equals(client.id())
                ? Future.failedFuture(new OAuthError(
                        400, "invalid_target", "name in audience or resource the application that the token is for"))
                : Future.succeededFuture(target);
    }

    private static <T> Future<T> unauthorized(String description) {
        return Future.failedFuture(new OAuthError(400, "unauthorized_client", description));
    }
}
