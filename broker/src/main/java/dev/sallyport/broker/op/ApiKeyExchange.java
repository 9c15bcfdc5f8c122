package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.token.PresentedKeys;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * An API key becomes a short access token of its owner, for what owner and key may both do now. The token names its key, is refused as soon
 * as the key ends, and outlives neither.
 */
public final class ApiKeyExchange {
    private final Database database;
    private final PresentedKeys keys;
    private final TokenAnswer answer;
    private final ExchangedToken tokens;

    public ApiKeyExchange(Database database, PresentedKeys keys, TokenAnswer answer, ExchangedToken tokens) {
        this.database = database;
        this.keys = keys;
        this.answer = answer;
        this.tokens = tokens;
    }

    /** Fails with {@code invalid_grant} for a key that is not good here and now. */
    Future<JsonObject> exchange(
            Tenant tenant, Applications.Client client, Applications.Client target, ExchangeRequest request) {
        if (!request.subjectToken().startsWith(Bearer.API_KEY)) {
            return Future.failedFuture(OAuthError.invalidRequest("subject_token is not an API key"));
        }
        return answer.ready(tenant)
                .compose(ready -> database.tenants()
                        .transaction(tenant.id(), tx -> keys.hold(tx, ready.rules(), tenant, request.subjectToken())
                                .compose(found -> found.isEmpty()
                                        ? Future.failedFuture(OAuthError.invalidGrant())
                                        : issue(ready, tenant, client, target, request, found.get()))))
                .map(issued -> {
                    keys.used(tenant, issued.key());
                    return issued.answer();
                });
    }

    private record Issued(PresentedKeys.Presented key, JsonObject answer) {}

    private Future<Issued> issue(
            TokenAnswer.Ready ready,
            Tenant tenant,
            Applications.Client client,
            Applications.Client target,
            ExchangeRequest request,
            PresentedKeys.Presented key) {
        ExchangedScope scope = ExchangedScope.of(
                request.scope(),
                java.util.List.of(),
                key.access(),
                ready.rules().catalogue(),
                key::lets);
        return tokens.answer(
                        ready.keys(),
                        tenant,
                        new ExchangedToken.Content(
                                client,
                                target,
                                key.owner(),
                                scope,
                                new ExchangedToken.Origin.Key(key.id()),
                                key.expiresAt()))
                .map(body -> new Issued(key, body));
    }
}
