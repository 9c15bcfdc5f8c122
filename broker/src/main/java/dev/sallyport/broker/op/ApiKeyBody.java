package dev.sallyport.broker.op;

import dev.sallyport.broker.token.ApiKeys;
import dev.sallyport.broker.web.OAuthError;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a person says of an API key: {@code name}, {@code scopes}, {@code expires_in}. Whatever does not fit is {@code invalid_request}. */
record ApiKeyBody(JsonObject json) {
    private static final Set<String> FIELDS = Set.of("name", "scopes", "expires_in");
    private static final long SHORTEST = 60;
    private static final long LONGEST = ApiKeys.LONGEST_LIFE.toSeconds();

    static ApiKeyBody of(RoutingContext context) {
        try {
            JsonObject body = context.body().asJsonObject();
            if (body == null || !FIELDS.containsAll(body.fieldNames())) {
                throw OAuthError.invalidRequest("the body must be a JSON object with name, scopes and expires_in only");
            }
            return new ApiKeyBody(body);
        } catch (DecodeException | ClassCastException e) {
            throw OAuthError.invalidRequest("the body must be a JSON object");
        }
    }

    boolean isEmpty() {
        return json.isEmpty();
    }

    Optional<String> name() {
        if (!json.containsKey("name")) {
            return Optional.empty();
        }
        if (json.getValue("name") instanceof String name
                && !name.isBlank()
                && name.length() <= 200
                && name.codePoints().noneMatch(c -> Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF))) {
            return Optional.of(name);
        }
        throw noName();
    }

    static OAuthError noName() {
        return OAuthError.invalidRequest("name must be a text of 1 to 200 characters");
    }

    /** Sorted; empty if there are none. */
    List<String> scopes() {
        if (json.getValue("scopes") == null) {
            return List.of();
        }
        if (!(json.getValue("scopes") instanceof JsonArray array)
                || array.isEmpty()
                || array.size() > 64
                || !array.stream().allMatch(String.class::isInstance)) {
            throw OAuthError.invalidRequest("scopes must be a list of 1 to 64 permissions");
        }
        return array.stream().map(String.class::cast).distinct().sorted().toList();
    }

    Optional<Duration> life() {
        Object value = json.getValue("expires_in");
        if (value == null) {
            return Optional.empty();
        }
        if ((value instanceof Integer || value instanceof Long)
                && ((Number) value).longValue() >= SHORTEST
                && ((Number) value).longValue() <= LONGEST) {
            return Optional.of(Duration.ofSeconds(((Number) value).longValue()));
        }
        throw OAuthError.invalidRequest("expires_in must be a number of seconds from " + SHORTEST + " to " + LONGEST);
    }
}
