package dev.sallyport.broker.federation;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.keys.NativeCrypto;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.tenant.connection.ClientProof;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ProviderMetadata;
import dev.sallyport.tenant.connection.TokenEndpointMoved;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Judges what a tenant's IdP signed. Pure: keys and time are arguments (OpenID Connect Core §3.1.3.7, Back-Channel Logout §2.6). */
public final class IdTokenCheck {
    /** The one tolerance for clocks that differ; applied once per comparison, in favour of the token. */
    public static final Duration SKEW = Duration.ofSeconds(60);
    /** An ID token that is older than this was not made for this sign-in. */
    public static final Duration MAX_AGE = Duration.ofMinutes(10);
    /** Longer tokens are not looked at. */
    public static final int MAX_LENGTH = 32_768;

    private static final Set<String> ID_TOKEN_TYPES = Set.of("", "JWT", "jwt", "application/jwt");

    private IdTokenCheck() {}

    /** A token that is not believed; the message is a reason code for the log. */
    public static final class Untrusted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Untrusted(String reason) {
            super(reason, null, false, false);
        }
    }

    /** The reason code of what an IdP did wrong; empty for a failure that is not the IdP's. */
    public static Optional<String> reason(Throwable failure) {
        if (failure instanceof Untrusted untrusted) {
            return Optional.of(untrusted.getMessage());
        }
        if (failure instanceof OutboundRefused refused) {
            return Optional.of("idp_" + refused.reason().word());
        }
        if (failure instanceof TokenEndpointMoved) {
            return Optional.of("token_endpoint_moved");
        }
        if (failure instanceof ClientProof.NoSecret) {
            return Optional.of("no_client_secret");
        }
        return failure instanceof ProviderMetadata.IssuerMismatch ? Optional.of("issuer_mismatch") : Optional.empty();
    }

    /** Parses without believing anything; refuses what is oversized, unsigned, or of an algorithm that the connection does not list. */
    public static SignedJWT parse(Connection connection, String token) {
        if (token == null || token.length() > MAX_LENGTH) {
            throw new Untrusted("token_missing_or_too_long");
        }
        SignedJWT jwt;
        try {
            jwt = SignedJWT.parse(token);
        } catch (ParseException | StackOverflowError e) {
            throw new Untrusted("token_malformed");
        }
        JWSAlgorithm algorithm = jwt.getHeader().getAlgorithm();
        if (!connection.algorithms().contains(algorithm.getName())
                || !JWSAlgorithm.Family.SIGNATURE.contains(algorithm)) {
            throw new Untrusted("algorithm_not_allowed");
        }
        if (jwt.getHeader().getCriticalParams() != null
                && !jwt.getHeader().getCriticalParams().isEmpty()) {
            throw new Untrusted("critical_header");
        }
        return jwt;
    }

    /**
     * Checks the signature with the connection's own keys; key material in the header is ignored.
     *
     * @param keys of the connection's JWKS that may fit the token's {@code kid}
     */
    public static JWTClaimsSet verified(SignedJWT jwt, List<JWK> keys) {
        JWSHeader header = jwt.getHeader();
        List<JWK> fitting = keys.stream().filter(key -> fits(key, header)).toList();
        if (fitting.isEmpty() || (header.getKeyID() == null && fitting.size() > 1)) {
            throw new Untrusted("no_fitting_key");
        }
        try {
            for (JWK key : fitting) {
                if (jwt.verify(verifier(key))) {
                    return jwt.getJWTClaimsSet();
                }
            }
        } catch (JOSEException | ParseException | StackOverflowError e) {
            throw new Untrusted("token_malformed");
        }
        throw new Untrusted("signature");
    }

    /** Checks the claims that an ID token and a logout token have in common. */
    public static void common(JWTClaimsSet claims, Connection connection, Instant now) {
        requireStorable(claims.toString());
        require(connection.issuer().equals(claims.getIssuer()), "iss");
        require(claims.getAudience().equals(List.of(connection.clientId())), "aud");
        Instant issued = time(claims, "iat");
        require(
                !issued.isAfter(now.plus(SKEW))
                        && !issued.isBefore(now.minus(MAX_AGE).minus(SKEW)),
                "iat");
        if (claims.getClaim("nbf") != null) {
            require(!time(claims, "nbf").isAfter(now.plus(SKEW)), "nbf");
        }
        if (claims.getClaim("exp") != null) {
            require(time(claims, "exp").isAfter(now.minus(SKEW)), "exp");
        }
    }

    /** Checks what makes it an ID token for this very sign-in. */
    public static void idToken(SignedJWT jwt, JWTClaimsSet claims, Connection connection, String nonce, Instant now) {
        require(
                ID_TOKEN_TYPES.contains(
                        jwt.getHeader().getType() == null
                                ? ""
                                : jwt.getHeader().getType().getType()),
                "typ");
        common(claims, connection, now);
        require(claims.getClaim("exp") != null, "exp");
        require(claims.getClaim("events") == null, "logout_token");
        Object azp = claims.getClaim("azp");
        require(azp == null || connection.clientId().equals(azp), "azp");
        require(nonce.equals(claims.getClaim("nonce")), "nonce");
        if (claims.getClaim("auth_time") != null) {
            require(!time(claims, "auth_time").isAfter(now.plus(SKEW)), "auth_time");
        }
        String subject = claims.getSubject();
        require(subject != null && !subject.isEmpty() && subject.length() <= 255, "sub");
        require(subject.chars().noneMatch(Character::isISOControl), "sub");
        // The raw value: Nimbus has turned a number into a text while parsing.
        require(jwt.getPayload().toJSONObject().get("sub") instanceof String, "sub");
    }

    /** Checks an ID token that came with a refresh: it must be about the same person and for us (OpenID Connect Core §12.2). */
    static void refreshed(
            SignedJWT jwt, JWTClaimsSet claims, Connection connection, String sub, String nonce, Instant now) {
        require(
                ID_TOKEN_TYPES.contains(
                        jwt.getHeader().getType() == null
                                ? ""
                                : jwt.getHeader().getType().getType()),
                "typ");
        require(claims.getClaim("events") == null, "logout_token");
        require(connection.issuer().equals(claims.getIssuer()), "iss");
        require(claims.getAudience().equals(List.of(connection.clientId())), "aud");
        require(sub.equals(jwt.getPayload().toJSONObject().get("sub")), "sub");
        Object azp = claims.getClaim("azp");
        require(azp == null || connection.clientId().equals(azp), "azp");
        Object again = claims.getClaim("nonce");
        require(again == null || nonce.equals(again), "nonce");
        common(claims, connection, now);
        require(claims.getClaim("exp") != null, "exp");
    }

    /** No text with a NUL in it can be stored; nothing that an honest provider says holds one. */
    static void requireStorable(String json) {
        require(!json.contains("\\u0000"), "claims_nul");
    }

    /** A time claim that must be there and be an integral number of seconds in a sensible range. */
    static Instant time(JWTClaimsSet claims, String name) {
        // The raw value: Nimbus has already refused registered times that are no numbers while parsing.
        Object value = claims.toJSONObject().get(name);
        require(value instanceof Integer || value instanceof Long, name);
        long seconds = ((Number) value).longValue();
        require(seconds > 0 && seconds < 253_402_300_800L, name);
        return Instant.ofEpochSecond(seconds);
    }

    static void require(boolean holds, String reason) {
        if (!holds) {
            throw new Untrusted(reason);
        }
    }

    /** Whether a claim is the JSON object of a logout event. */
    static boolean isLogoutEvent(Object events, String name) {
        return events instanceof Map<?, ?> map && map.get(name) instanceof Map<?, ?>;
    }

    private static boolean fits(JWK key, JWSHeader header) {
        boolean kid = header.getKeyID() == null || header.getKeyID().equals(key.getKeyID());
        boolean use = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean algorithm = key.getAlgorithm() == null
                || key.getAlgorithm().getName().equals(header.getAlgorithm().getName());
        boolean type = JWSAlgorithm.Family.EC.contains(header.getAlgorithm())
                ? key instanceof ECKey ec
                        && Curve.forJWSAlgorithm(header.getAlgorithm()).contains(ec.getCurve())
                : JWSAlgorithm.Family.RSA.contains(header.getAlgorithm())
                        && key instanceof RSAKey rsa
                        && rsa.size() >= 2_048
                        && rsa.size() <= 8_192;
        return kid && use && algorithm && type;
    }

    private static JWSVerifier verifier(JWK key) throws JOSEException {
        JWSVerifier verifier = key instanceof ECKey ec ? new ECDSAVerifier(ec) : new RSASSAVerifier((RSAKey) key);
        NativeCrypto.provider().ifPresent(provider -> verifier.getJCAContext().setProvider(provider));
        return verifier;
    }
}
