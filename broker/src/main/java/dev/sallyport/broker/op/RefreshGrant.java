package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.federation.StillThere;
import dev.sallyport.broker.token.RefreshTokens;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * {@code refresh_token} (RFC 6749 §6): rotates, asks again whether everything is live, computes permissions anew. Where the tenant wants
 * it, the person's provider is asked first whether they are still there.
 */
public final class RefreshGrant {
    private final RefreshTokens refreshTokens;
    private final StillThere provider;
    private final TokenAnswer answer;

    public RefreshGrant(RefreshTokens refreshTokens, StillThere provider, TokenAnswer answer) {
        this.refreshTokens = refreshTokens;
        this.provider = provider;
        this.answer = answer;
    }

    Future<JsonObject> grant(Tenant tenant, Applications.Client client, Parameters form) {
        String token = form.require("refresh_token");
        Resource.require(form, client);
        return answer.ready(tenant)
                .compose(ready -> use(tenant, client, token, form.list("scope")).compose(outcome -> {
                    if (outcome instanceof RefreshTokens.Outcome.Rotated rotated) {
                        return answer.of(ready, tenant, client, rotated.granted());
                    }
                    String reason = ((RefreshTokens.Outcome.Refused) outcome).reason();
                    return Future.failedFuture(
                            reason.equals("scope")
                                    ? new OAuthError(400, "invalid_scope", "scope is wider than what was granted")
                                    : OAuthError.invalidGrant());
                }));
    }

    private Future<RefreshTokens.Outcome> use(
            Tenant tenant, Applications.Client client, String token, List<String> scope) {
        return refreshTokens
                .use(tenant, client, token, scope, false)
                .compose(outcome -> outcome instanceof RefreshTokens.Outcome.Ask ask
                        ? provider.ask(tenant, ask.session())
                                .compose(there -> there
                                        ? refreshTokens.use(tenant, client, token, scope, true)
                                        : Future.succeededFuture(new RefreshTokens.Outcome.Refused("upstream_gone")))
                        : Future.succeededFuture(outcome));
    }
}
