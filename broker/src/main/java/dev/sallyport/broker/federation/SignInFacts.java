package dev.sallyport.broker.federation;

import dev.sallyport.broker.session.AuthTime;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What verified claims say of the sign-in, checked against what was asked for (A20). Nothing is ever raised: what the IdP did not say is not said on. */
final class SignInFacts {
    private SignInFacts() {}

    static Arrival.Facts read(JsonObject claims, JsonObject request, Instant begun) {
        Optional<Instant> authTime = seconds(claims, "auth_time");
        Instant issued = seconds(claims, "iat").orElseThrow(() -> new IdTokenCheck.Untrusted("iat"));
        authTime.ifPresent(t -> IdTokenCheck.require(!t.isAfter(issued.plus(IdTokenCheck.SKEW)), "auth_time"));
        Long maxAge = request.getLong("max_age");
        JsonArray prompt = request.getJsonArray("prompt", new JsonArray());
        if (maxAge != null) {
            Instant proof = authTime.orElseThrow(() -> new IdTokenCheck.Untrusted("auth_time_missing"));
            IdTokenCheck.require(
                    !proof.plusSeconds(maxAge).plus(IdTokenCheck.SKEW).isBefore(issued), "auth_time_too_old");
        } else if (prompt.contains("login") && authTime.isPresent()) {
            IdTokenCheck.require(!authTime.get().plus(IdTokenCheck.SKEW).isBefore(begun), "auth_time_too_old");
        }
        Optional<Instant> sessionExpiry = seconds(claims, "session_expiry");
        sessionExpiry.ifPresent(end -> IdTokenCheck.require(end.isAfter(issued), "session_expiry"));
        Optional<String> acr = text(claims, "acr", 500);
        if (request.getString("acr_values") != null) {
            IdTokenCheck.require(
                    acr.isPresent()
                            && List.of(request.getString("acr_values").split(" ", -1))
                                    .contains(acr.get()),
                    "acr");
        }
        return new Arrival.Facts(
                text(claims, "sid", 500),
                new AuthTime(authTime.orElse(issued), authTime.isPresent()),
                acr,
                amr(claims),
                sessionExpiry,
                Optional.empty(),
                Optional.empty());
    }

    private static Optional<Instant> seconds(JsonObject claims, String name) {
        Object value = claims.getValue(name);
        if (value == null) {
            return Optional.empty();
        }
        IdTokenCheck.require(value instanceof Integer || value instanceof Long, name);
        long seconds = ((Number) value).longValue();
        IdTokenCheck.require(seconds > 0 && seconds < 253_402_300_800L, name);
        return Optional.of(Instant.ofEpochSecond(seconds));
    }

    private static List<String> amr(JsonObject claims) {
        return claims.getValue("amr") instanceof JsonArray array && array.size() <= 20
                ? array.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .filter(a -> a.length() <= 50)
                        .toList()
                : List.of();
    }

    private static Optional<String> text(JsonObject claims, String name, int most) {
        return claims.getValue(name) instanceof String text && !text.isEmpty() && text.length() <= most
                ? Optional.of(text)
                : Optional.empty();
    }
}
