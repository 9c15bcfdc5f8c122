package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.token.RefreshTokens;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

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
        List<String> wanted = form.list("scope");
        return answer.ready(tenant)
                .compose(ready -> refreshTokens.<JsonObject>use(
                        tenant,
                        client,
                        token,
                        granted -> narrow(granted, wanted),
                        (tx, subject, next) -> answer.of(tx, ready, tenant, client, subject, next)))
                .compose(outcome -> {
                    if (outcome instanceof RefreshTokens.Outcome.Rotated<JsonObject> rotated) {
                        return Future.succeededFuture(rotated.tokens());
                    }
                    String reason = ((RefreshTokens.Outcome.Refused<JsonObject>) outcome).reason();
                    return Future.failedFuture(
                            reason.equals("scope")
                                    ? new OAuthError(400, "invalid_scope", "scope is wider than what was granted")
                                    : OAuthError.invalidGrant());
                });
    }

    /** A narrower scope is for this answer only; a wider one is refused. */
    private static Optional<List<String>> narrow(List<String> granted, List<String> wanted) {
        return wanted.isEmpty()
                ? Optional.of(granted)
                : granted.containsAll(wanted) ? Optional.of(wanted) : Optional.empty();
    }
}
