package dev.sallyport.verifier;

import dev.sallyport.verifier.TokenRefused.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What the claims of a token with a good signature must say (RFC 9068 §4). */
final class Claims {
    private static final long LATEST = 253_402_300_799L;

    private final UnaryOperator<String> audience;
    private final Set<String> clients;
    private final Duration skew;
    private final Clock clock;

    /**
     * @param audience from a tenant's slug to the one audience of its tokens
     * @param clients empty for any
     */
    Claims(UnaryOperator<String> audience, Set<String> clients, Duration skew, Clock clock) {
        this.audience = audience;
        this.clients = clients;
        this.skew = skew;
        this.clock = clock;
    }

    /**
     * Reads a token of a tenant.
     *
     * @throws TokenRefused if it is not for this API, this tenant and this time
     */
    VerifiedToken read(Presented token, String issuer, String tenant) {
        Map<String, Object> claims = token.claims();
        if (!issuer.equals(claims.get("iss"))) {
            throw new TokenRefused(Reason.UNKNOWN_ISSUER);
        }
        Object audiences = claims.get("aud");
        Object one = audiences instanceof List<?> list && list.size() == 1 ? list.get(0) : audiences;
        if (!audience.apply(tenant).equals(one)) {
            throw new TokenRefused(Reason.AUDIENCE);
        }
        if (!tenant.equals(claims.get("tenant"))) {
            throw new TokenRefused(Reason.TENANT);
        }
        String client = text(claims, "client_id");
        if (!clients.isEmpty() && !clients.contains(client)) {
            throw new TokenRefused(Reason.CLIENT);
        }
        Instant issuedAt = time(claims, "iat");
        if (claims.containsKey("nbf")
                && time(claims, "nbf").isAfter(clock.instant().plus(skew))) {
            throw new TokenRefused(Reason.NOT_YET_VALID);
        }
        Instant expiresAt = time(claims, "exp");
        inTime(issuedAt, expiresAt);
        return new VerifiedToken(
                issuer,
                tenant,
                text(claims, "sub"),
                client,
                text(claims, "jti"),
                token.kid(),
                issuedAt,
                expiresAt,
                words(claims),
                list(claims, "permissions"),
                list(claims, "roles"),
                claims);
    }

    /** Whether a token that was read before is still in its time. */
    void inTime(Instant issuedAt, Instant expiresAt) {
        Instant now = clock.instant();
        if (!now.isBefore(expiresAt.plus(skew))) {
            throw new TokenRefused(Reason.EXPIRED);
        }
        if (issuedAt.isAfter(now.plus(skew))) {
            throw new TokenRefused(Reason.NOT_YET_VALID);
        }
    }

    private static String text(Map<String, Object> claims, String name) {
        if (claims.get(name) instanceof String text && !text.isBlank()) {
            return text;
        }
        throw new TokenRefused(Reason.CLAIMS);
    }

    private static Instant time(Map<String, Object> claims, String name) {
        if (claims.get(name) instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= LATEST) {
            return Instant.ofEpochSecond(number.longValue());
        }
        throw new TokenRefused(Reason.CLAIMS);
    }

    private static Set<String> words(Map<String, Object> claims) {
        Object scope = claims.getOrDefault("scope", "");
        if (!(scope instanceof String text)) {
            throw new TokenRefused(Reason.CLAIMS);
        }
        Set<String> words = new LinkedHashSet<>(List.of(text.split(" ")));
        words.remove("");
        return words;
    }

    private static Set<String> list(Map<String, Object> claims, String name) {
        Object value = claims.getOrDefault(name, List.of());
        if (!(value instanceof List<?> list)) {
            throw new TokenRefused(Reason.CLAIMS);
        }
        Set<String> texts = new LinkedHashSet<>();
        for (Object each : list) {
            if (!(each instanceof String text)) {
                throw new TokenRefused(Reason.CLAIMS);
            }
            texts.add(text);
        }
        return texts;
    }
}
