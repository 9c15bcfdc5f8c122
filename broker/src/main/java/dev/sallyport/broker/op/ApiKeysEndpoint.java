package dev.sallyport.broker.op;

import dev.sallyport.broker.token.ApiKeys;
import dev.sallyport.broker.token.VerifiedToken;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.Uuids;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A signed-in person's own API keys: {@code GET} lists, {@code POST {name, scopes?, expires_in?}} makes one and shows it once,
 * {@code DELETE …/{id}} ends one. A key gets no permission that its owner lacks (B08).
 */
public final class ApiKeysEndpoint {
    private static final Set<String> FIELDS = Set.of("name", "scopes", "expires_in");
    private static final long LONGEST = Duration.ofDays(366).toSeconds();

    private final BearerToken bearer;
    private final ApiKeys keys;

    public ApiKeysEndpoint(BearerToken bearer, ApiKeys keys) {
        this.bearer = bearer;
        this.keys = keys;
    }

    /** GET {@code /t/{tenant}/api-keys}. */
    public Future<Void> list(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        return bearer.with(
                context,
                token -> person(context, token, user -> keys.of(tenant, user).map(all -> {
                    JsonArray items = new JsonArray();
                    all.forEach(key -> items.add(json(key)));
                    Answers.json(
                            context, 200, new JsonObject().put("items", items).putNull("next_cursor"));
                    return null;
                })));
    }

    /** POST {@code /t/{tenant}/api-keys}. */
    public Future<Void> create(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        return bearer.with(
                context,
                token -> person(context, token, user -> {
                    JsonObject body = body(context);
                    List<String> scope = scopes(body, token);
                    return keys.create(tenant, user, name(body), scope, expiry(body))
                            .map(created -> {
                                Answers.json(context, 201, json(created.key()).put("key", created.secret()));
                                return null;
                            });
                }));
    }

    /** DELETE {@code /t/{tenant}/api-keys/{id}}. */
    public Future<Void> end(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        return bearer.with(
                context,
                token -> person(context, token, user -> Uuids.parse(context.pathParam("id"))
                        .map(id -> keys.end(tenant, user, id))
                        .orElseGet(() -> Future.succeededFuture(false))
                        .map(ended -> {
                            if (ended) {
                                context.response().setStatusCode(204).end();
                            } else {
                                Answers.json(
                                        context,
                                        404,
                                        new JsonObject()
                                                .put("error", "not_found")
                                                .put("error_description", "there is nothing here"));
                            }
                            return null;
                        })));
    }

    private interface ForPerson {
        Future<Void> answer(UserId user);
    }

    private static Future<Void> person(RoutingContext context, VerifiedToken token, ForPerson endpoint) {
        return token.user().isEmpty()
                ? BearerToken.insufficient(context, "openid")
                : endpoint.answer(new UserId(token.user().get()));
    }

    private static JsonObject body(RoutingContext context) {
        try {
            JsonObject body = context.body().asJsonObject();
            if (body == null || !FIELDS.containsAll(body.fieldNames())) {
                throw OAuthError.invalidRequest("the body must be a JSON object with name, scopes and expires_in only");
            }
            return body;
        } catch (DecodeException | ClassCastException e) {
            throw OAuthError.invalidRequest("the body must be a JSON object");
        }
    }

    private static String name(JsonObject body) {
        if (body.getValue("name") instanceof String name
                && !name.isBlank()
                && name.length() <= 200
                && name.chars().noneMatch(c -> c < 0x20)) {
            return name;
        }
        throw OAuthError.invalidRequest("name must be a text of 1 to 200 characters");
    }

    private static List<String> scopes(JsonObject body, VerifiedToken token) {
        if (body.getValue("scopes") == null) {
            return List.of();
        }
        if (!(body.getValue("scopes") instanceof JsonArray array) || array.isEmpty() || array.size() > 64) {
            throw OAuthError.invalidRequest("scopes must be a list of 1 to 64 permissions");
        }
        for (Object scope : array) {
            if (!(scope instanceof String text) || !token.permissions().contains(text)) {
                throw new OAuthError(403, "insufficient_scope", "scopes names a permission that you do not have");
            }
        }
        return array.stream().map(String.class::cast).distinct().sorted().toList();
    }

    private Optional<Instant> expiry(JsonObject body) {
        Object value = body.getValue("expires_in");
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Number n
                && (value instanceof Integer || value instanceof Long)
                && n.longValue() >= 60
                && n.longValue() <= LONGEST) {
            return Optional.of(keys.now().plusSeconds(n.longValue()));
        }
        throw OAuthError.invalidRequest("expires_in must be a number of seconds from 60 to " + LONGEST);
    }

    private static JsonObject json(ApiKeys.ApiKey key) {
        return new JsonObject()
                .put("id", key.id().toString())
                .put("name", key.name())
                .put("scopes", new JsonArray(key.scope()))
                .put("created_at", key.createdAt().toString())
                .put("expires_at", key.expiresAt().map(Instant::toString).orElse(null))
                .put("last_used_at", key.lastUsedAt().map(Instant::toString).orElse(null));
    }
}
