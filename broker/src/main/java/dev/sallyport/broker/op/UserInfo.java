package dev.sallyport.broker.op;

import dev.sallyport.broker.people.People;
import dev.sallyport.broker.token.UserClaims;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** UserInfo (OpenID Connect Core §5.3). */
public final class UserInfo {
    private final BearerToken bearer;
    private final People people;

    public UserInfo(BearerToken bearer, People people) {
        this.bearer = bearer;
        this.people = people;
    }

    /** GET and POST {@code /t/{tenant}/userinfo}. */
    public Future<Void> handle(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        return bearer.with(context, token -> {
            if (!token.scope().contains("openid") || token.user().isEmpty()) {
                return BearerToken.insufficient(context, "openid");
            }
            return people.find(tenant.id(), new UserId(token.user().get())).map(person -> {
                JsonObject claims = new JsonObject().put("sub", token.subject());
                person.ifPresent(p -> UserClaims.of(p, token.scope()).forEach(claims::put));
                Answers.json(context, 200, claims);
                return null;
            });
        });
    }
}
