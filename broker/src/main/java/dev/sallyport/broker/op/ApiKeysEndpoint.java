package dev.sallyport.broker.op;

import dev.sallyport.broker.token.ApiKey;
import dev.sallyport.broker.token.ApiKeys;
import dev.sallyport.broker.token.KeyManagement;
import dev.sallyport.broker.token.KeyManagement.Verdict;
import dev.sallyport.broker.token.KeyRefused;
import dev.sallyport.broker.token.VerifiedToken;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.Uuids;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A signed-in person's own API keys: {@code GET} lists, {@code POST {name, scopes?, expires_in?}} makes one and shows it once,
 * {@code PATCH …/{id}} narrows one, {@code DELETE …/{id}} ends one. A key gets no permission that its owner lacks (B08).
 */
public final class ApiKeysEndpoint {
    private static final String NOT_THE_PERSON =
            "API keys are looked after with an access token that an application of the vendor's own got when the person signed in";

    private final BearerToken bearer;
    private final ApiKeys keys;
    private final KeyManagement management;
    private final Clock clock;

    public ApiKeysEndpoint(BearerToken bearer, ApiKeys keys, KeyManagement management, Clock clock) {
        this.bearer = bearer;
        this.keys = keys;
        this.management = management;
        this.clock = clock;
    }

    /** GET {@code /t/{tenant}/api-keys}. */
    public Future<Void> list(RoutingContext context) {
        return with(context, caller -> keys.of(caller.tenant(), caller.user()).map(all -> {
            JsonArray items = new JsonArray();
            all.forEach(key -> items.add(json(key)));
            Answers.json(context, 200, new JsonObject().put("items", items).putNull("next_cursor"));
            return null;
        }));
    }

    /** POST {@code /t/{tenant}/api-keys}. */
    public Future<Void> create(RoutingContext context) {
        return with(context, caller -> {
            if (caller.verdict() == Verdict.STEP_UP) {
                return BearerToken.stepUp(context, KeyManagement.RECENT);
            }
            ApiKeyBody body = ApiKeyBody.of(context);
            List<String> scope = body.scopes();
            if (!caller.token().permissions().containsAll(scope)) {
                throw new OAuthError(403, "insufficient_scope", "scopes names a permission that you do not have");
            }
            return keys.make(
                            caller.tenant(),
                            new ApiKeys.Wish(
                                    caller.user(),
                                    body.name().orElseThrow(ApiKeyBody::noName),
                                    scope,
                                    body.life().orElse(ApiKeys.USUAL_LIFE),
                                    caller.actor()))
                    .map(made -> {
                        Answers.json(context, 201, json(made.key()).put("key", made.secret()));
                        return null;
                    });
        });
    }

    /** PATCH {@code /t/{tenant}/api-keys/{id}}. */
    public Future<Void> limit(RoutingContext context) {
        return with(context, caller -> {
            ApiKeyBody body = ApiKeyBody.of(context);
            if (body.isEmpty()) {
                throw OAuthError.invalidRequest("the body must hold name, scopes or expires_in");
            }
            ApiKeys.Limit limit = new ApiKeys.Limit(
                    body.name(),
                    Optional.of(body.scopes()).filter(scopes -> !scopes.isEmpty()),
                    body.life().map(clock.instant()::plus));
            return Uuids.parse(context.pathParam("id"))
                    .map(id -> keys.limit(caller.tenant(), id, Optional.of(caller.user()), limit, caller.actor()))
                    .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                    .map(key -> {
                        key.ifPresentOrElse(k -> Answers.json(context, 200, json(k)), () -> nothing(context));
                        return null;
                    });
        });
    }

    /** DELETE {@code /t/{tenant}/api-keys/{id}}. */
    public Future<Void> end(RoutingContext context) {
        return with(context, caller -> Uuids.parse(context.pathParam("id"))
                .map(id -> keys.end(caller.tenant(), id, Optional.of(caller.user()), "owner", caller.actor()))
                .orElseGet(() -> Future.succeededFuture(false))
                .map(ended -> {
                    if (ended) {
                        context.response().setStatusCode(204).end();
                    } else {
                        nothing(context);
                    }
                    return null;
                }));
    }

    private record Caller(Tenant tenant, UserId user, VerifiedToken token, Verdict verdict) {
        String actor() {
            return "user:" + user;
        }
    }

    private interface ForPerson {
        Future<Void> answer(Caller caller);
    }

    private Future<Void> with(RoutingContext context, ForPerson endpoint) {
        Tenant tenant = Tenancy.of(context);
        return bearer.with(context, token -> management
                        .judge(token)
                        .compose(verdict -> verdict == Verdict.NEVER
                                ? BearerToken.refused(context, NOT_THE_PERSON)
                                : endpoint.answer(new Caller(
                                        tenant, new UserId(token.user().orElseThrow()), token, verdict))))
                .recover(failure ->
                        Future.failedFuture(failure instanceof KeyRefused refused ? error(refused) : failure));
    }

    private static OAuthError error(KeyRefused refused) {
        return switch (refused.reason()) {
            case OWNER_OFF -> new OAuthError(401, "invalid_token", refused.getMessage());
            case TOO_MANY, NOT_LIVE -> new OAuthError(409, "invalid_request", refused.getMessage());
            case BEYOND_OWNER -> new OAuthError(403, "insufficient_scope", refused.getMessage());
            case WIDER, LATER -> OAuthError.invalidRequest(refused.getMessage());
        };
    }

    private static void nothing(RoutingContext context) {
        Answers.json(
                context,
                404,
                new JsonObject().put("error", "not_found").put("error_description", "there is nothing here"));
    }

    private static JsonObject json(ApiKey key) {
        return new JsonObject()
                .put("id", key.id().toString())
                .put("name", key.name())
                .put("scopes", new JsonArray(key.scope()))
                .put("created_by", key.createdBy())
                .put("created_at", key.createdAt().toString())
                .put("expires_at", key.expiresAt().map(Instant::toString).orElse(null))
                .put("last_used_at", key.lastUsedAt().map(Instant::toString).orElse(null));
    }
}
