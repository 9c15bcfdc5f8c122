package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.keys.TenantKeys;
import dev.sallyport.broker.people.Person;
import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.broker.token.Granted;
import dev.sallyport.broker.token.TokenSubject;
import dev.sallyport.broker.token.Tokens;
import dev.sallyport.roles.Access;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** The body of a successful token response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3), the same for every grant that concerns a person. */
public final class TokenAnswer {
    private final Tokens tokens;
    private final PersonAccess access;

    public TokenAnswer(Tokens tokens, PersonAccess access) {
        this.tokens = tokens;
        this.access = access;
    }

    /** What every answer of a tenant needs, from memory or from a connection of its own. */
    public record Ready(PersonAccess.Rules rules, TenantKeys keys) {}

    /** Gets ready; before the transaction of the grant begins. */
    public Future<Ready> ready(Tenant tenant) {
        return Future.all(access.rules(tenant.id()), tokens.keys(tenant))
                .map(both -> new Ready(both.resultAt(0), both.resultAt(1)));
    }

    /** Computes permissions anew and signs, for what was granted and committed. */
    public Future<JsonObject> of(Ready ready, Tenant tenant, Applications.Client client, Granted granted) {
        TokenSubject subject = granted.subject();
        Access may = access.of(ready.rules(), granted.person());
        return tokens.accessToken(ready.keys(), tenant, client, subject, may).compose(accessToken -> {
            JsonObject body = new JsonObject()
                    .put("access_token", accessToken)
                    .put("token_type", "Bearer")
                    .put("expires_in", tenant.lifetimes().accessToken().toSeconds())
                    .put("scope", String.join(" ", subject.scope()))
                    .put("refresh_token", granted.refreshToken());
            return subject.has("openid")
                    ? tokens.idToken(ready.keys(), tenant, client, subject, Person.of(granted.person()), accessToken)
                            .map(id -> body.put("id_token", id))
                    : Future.succeededFuture(body);
        });
    }
}
