package dev.sallyport.broker.op;

import dev.sallyport.broker.token.UserClaims;
import dev.sallyport.broker.web.Answers;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** UserInfo (OpenID Connect Core §5.3). */
public final class UserInfo {
    private final BearerToken bearer;

    public UserInfo(BearerToken bearer) {
        this.bearer = bearer;
    }

    /** GET and POST {@code /t/{tenant}/userinfo}. */
    public Future<Void> handle(RoutingContext context) {
        return bearer.live(context, live -> {
            List<String> scope = live.token().scope();
            if (!scope.contains("openid") || live.person().isEmpty()) {
                return BearerToken.insufficient(context, "openid");
            }
            JsonObject claims = new JsonObject().put("sub", live.token().subject());
            UserClaims.of(live.person().get(), scope).forEach(claims::put);
            Answers.json(context, 200, claims);
            return Future.succeededFuture();
        });
    }
}
