package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.token.RefreshTokens;
import dev.sallyport.broker.token.Revocations;
import dev.sallyport.broker.token.TokenCheck;
import dev.sallyport.broker.web.Forms;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** Revocation (RFC 7009): a client gives back a token of its own. Unknown ones and other clients' answer 200 and nothing happens. */
public final class Revoke {
    private final ClientAuthentication clients;
    private final RefreshTokens refreshTokens;
    private final TokenCheck check;
    private final Revocations revocations;

    public Revoke(
            ClientAuthentication clients, RefreshTokens refreshTokens, TokenCheck check, Revocations revocations) {
        this.clients = clients;
        this.refreshTokens = refreshTokens;
        this.check = check;
        this.revocations = revocations;
    }

    /** POST {@code /t/{tenant}/revoke}. */
    public Future<Void> handle(RoutingContext context) {
        Forms.require(context);
        Tenant tenant = Tenancy.of(context);
        return clients.authenticate(context, tenant)
                .compose(client -> give(tenant, client, Parameters.form(context).require("token")))
                .map(v -> {
                    context.response()
                            .setStatusCode(200)
                            .putHeader("Cache-Control", "no-store")
                            .end();
                    return null;
                });
    }

    private Future<Void> give(Tenant tenant, Applications.Client client, String token) {
        if (token.startsWith(Bearer.REFRESH_TOKEN)) {
            return refreshTokens.revoke(tenant, client, token);
        }
        return check.live(tenant, token)
                .compose(live -> live.isPresent()
                                && client.id().equals(live.get().token().clientId())
                        ? revocations.revokeToken(tenant, client, live.get().token())
                        : Future.succeededFuture());
    }
}
