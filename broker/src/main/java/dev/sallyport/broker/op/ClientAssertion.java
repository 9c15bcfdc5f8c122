package dev.sallyport.broker.op;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.federation.IdTokenCheck;
import dev.sallyport.broker.web.OAuthError;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * An assertion by which a client says who it is (RFC 7523 §3, OpenID Connect Core §9), judged by everything but its signature and its
 * being new. Its audience is the tenant's issuer and nothing else, so that one made for another server, or for another tenant, is worth
 * nothing here (A03).
 *
 * @param until from then on it would be refused by its own time
 */
record ClientAssertion(SignedJWT jwt, String clientId, String jti, Instant until) {
    /** The algorithms that are taken; all of them asymmetric. */
    static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512);

    /** No assertion may be good for longer. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private static final Set<String> TYPES = Set.of("JWT", "client-authentication+jwt");
    private static final double LATEST = 253_402_300_800d;

    /**
     * Reads and checks. What is said about a fault is about the sender's own text, and tells nothing of any client.
     *
     * @throws OAuthError {@code invalid_client} naming the claim at fault
     */
    static ClientAssertion read(String text, String issuer, Instant now) {
        SignedJWT jwt;
        Map<String, Object> claims;
        try {
            jwt = SignedJWT.parse(text);
            claims = jwt.getPayload().toJSONObject();
        } catch (ParseException | IllegalArgumentException | StackOverflowError e) {
            throw fault("it is not a signed JWT");
        }
        require(claims != null, "it is not a signed JWT");
        header(jwt.getHeader());
        require(claims.get("sub") instanceof String sub && isName(sub, 100), "sub must be the client id");
        String clientId = (String) claims.get("sub");
        require(clientId.equals(claims.get("iss")), "iss must be the client id, like sub");
        require(issuer.equals(claims.get("aud")), "aud must be " + issuer + " and nothing else, as one string");
        require(
                claims.get("jti") instanceof String jti && isName(jti, 255),
                "jti must be a text of 1 to 255 characters");
        Instant end = time(claims, "exp");
        require(end.isAfter(now.minus(IdTokenCheck.SKEW)), "exp has passed");
        require(!end.isAfter(now.plus(LONGEST).plus(IdTokenCheck.SKEW)), "exp lies more than five minutes ahead");
        for (String name : Set.of("iat", "nbf")) {
            if (claims.get(name) != null) {
                require(!time(claims, name).isAfter(now.plus(IdTokenCheck.SKEW)), name + " lies ahead");
            }
        }
        return new ClientAssertion(jwt, clientId, (String) claims.get("jti"), end.plus(IdTokenCheck.SKEW));
    }

    private static void header(JWSHeader header) {
        require(ALGORITHMS.contains(header.getAlgorithm()), "alg must be one of " + names());
        require(header.getType() == null || TYPES.contains(header.getType().getType()), "typ must be JWT");
        require(header.getCriticalParams() == null || header.getCriticalParams().isEmpty(), "crit is not understood");
    }

    /** As in the metadata. */
    static String names() {
        return String.join(
                ", ", ALGORITHMS.stream().map(JWSAlgorithm::getName).sorted().toList());
    }

    /** A text that can be compared and stored. */
    private static boolean isName(String text, int most) {
        return !text.isEmpty() && text.length() <= most && text.chars().noneMatch(Character::isISOControl);
    }

    /** A time in seconds, a fraction of which is dropped (RFC 7519 §2). */
    private static Instant time(Map<String, Object> claims, String name) {
        Object value = claims.get(name);
        require(
                value instanceof Number number && number.doubleValue() > 0 && number.doubleValue() < LATEST,
                name + " must be a number of seconds since 1970");
        return Instant.ofEpochSecond(((Number) value).longValue());
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw fault(problem);
        }
    }

    private static OAuthError fault(String problem) {
        return new OAuthError(401, "invalid_client", "client_assertion: " + problem);
    }
}
