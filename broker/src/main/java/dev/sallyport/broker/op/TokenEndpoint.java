package dev.sallyport.broker.op;

import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.Forms;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** The token endpoint (RFC 6749 §3.2): authenticates the client, then hands over to the grant. */
public final class TokenEndpoint {
    private final ClientAuthentication clients;
    private final CodeGrant code;
    private final RefreshGrant refresh;
    private final ClientCredentialsGrant clientCredentials;
    private final TokenExchangeGrant tokenExchange;

    public TokenEndpoint(
            ClientAuthentication clients,
            CodeGrant code,
            RefreshGrant refresh,
            ClientCredentialsGrant clientCredentials,
            TokenExchangeGrant tokenExchange) {
        this.clients = clients;
        this.code = code;
        this.refresh = refresh;
        this.clientCredentials = clientCredentials;
        this.tokenExchange = tokenExchange;
    }

    /** POST {@code /t/{tenant}/token}. */
    public Future<Void> handle(RoutingContext context) {
        Forms.require(context);
        Tenant tenant = Tenancy.of(context);
        Parameters form = Parameters.form(context);
        String grantType = form.require("grant_type");
        return clients.authenticate(context, tenant)
                .compose(client -> {
                    if (!tenant.isActive()) {
                        return Future.<JsonObject>failedFuture(OAuthError.invalidGrant());
                    }
                    return switch (grantType) {
                        case "authorization_code" -> code.grant(tenant, client, form);
                        case "refresh_token" -> refresh.grant(tenant, client, form);
                        case "client_credentials" -> clientCredentials.grant(tenant, client, form);
                        case TokenExchangeGrant.GRANT_TYPE -> tokenExchange.grant(tenant, client, form);
                        default ->
                            Future.failedFuture(new OAuthError(
                                    400,
                                    "unsupported_grant_type",
                                    "grant_type must be authorization_code, refresh_token, client_credentials or "
                                            + TokenExchangeGrant.GRANT_TYPE));
                    };
                })
                .map(body -> {
                    Answers.json(context, 200, body);
                    return null;
                });
    }
}
