package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.token.RefreshTokens;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** {@code refresh_token} (RFC 6749 §6): rotates, asks again whether everything is live, computes permissions anew. */
public final class RefreshGrant {
    private final RefreshTokens refreshTokens;
    private final TokenAnswer answer;

    public RefreshGrant(RefreshTokens refreshTokens, TokenAnswer answer) {
        this.refreshTokens = refreshTokens;
        this.answer = answer;
    }

    Future<JsonObject> grant(Tenant tenant, Applications.Client client, Parameters form) {
        String token = form.require("refresh_token");
        Resource.require(form, client);
        return answer.ready(tenant).compose(ready -> refreshTokens
                .use(tenant, client, token, form.list("scope"))
                .compose(outcome -> {
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
}
