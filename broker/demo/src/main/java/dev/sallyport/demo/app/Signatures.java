package dev.sallyport.demo.app;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Future;
import java.text.ParseException;
import java.util.Optional;
import java.util.Set;

/**
 * The checks that every JWT has to pass, whatever it is for (RFC 8725): an allow-list of algorithms, the kind of token in
 * {@code typ}, and a signature by one of the tenant's published keys. Key material in the token's header is never looked at.
 */
final class Signatures {

    private static final int LONGEST = 16 * 1024;

    /** The kinds of token that are for the application itself; access tokens are the verifier's. */
    enum Kind {
        ID("JWT", ""),
        LOGOUT("logout+jwt", "application/logout+jwt");

        private final String type;
        private final String alternative;

        Kind(String type, String alternative) {
            this.type = type;
            this.alternative = alternative;
        }

        boolean fits(JOSEObjectType given) {
            String name = given == null ? "" : given.getType();
            return name.equalsIgnoreCase(type) || name.equalsIgnoreCase(alternative);
        }
    }

    /** A token with a good signature; its claims are not checked yet. */
    record Signed(String kid, JWTClaimsSet claims) {}

    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.ES256, JWSAlgorithm.RS256);

    private Signatures() {}

    /** The issuer that the token names, not yet believed; empty when it names none. */
    static Optional<String> claimedIssuer(String token) {
        try {
            return token.length() > LONGEST
                    ? Optional.empty()
                    : Optional.ofNullable(
                            SignedJWT.parse(token).getJWTClaimsSet().getIssuer());
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    /** The token, if it is of this kind and one of these keys signed it; fails with {@link SignInRefused} otherwise. */
    static Future<Signed> check(String token, Kind kind, Jwks keys) {
        SignedJWT jwt;
        JWTClaimsSet claims;
        try {
            if (token.length() > LONGEST) {
                return refuse("the token is too long");
            }
            jwt = SignedJWT.parse(token);
            claims = jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            return refuse("not a signed token");
        }
        JWSHeader header = jwt.getHeader();
        if (!ALGORITHMS.contains(header.getAlgorithm())) {
            return refuse("the algorithm is not allowed");
        }
        if (!kind.fits(header.getType())) {
            return refuse("another kind of token is needed");
        }
        String kid = header.getKeyID();
        if (kid == null) {
            return refuse("the token names no key");
        }
        return keys.find(kid).map(key -> key.filter(found -> verifies(jwt, found))
                .map(found -> new Signed(kid, claims))
                .orElseThrow(() -> SignInRefused.invalid("no published key of this tenant made the signature")));
    }

    private static boolean verifies(SignedJWT jwt, JWK key) {
        JWSAlgorithm algorithm = jwt.getHeader().getAlgorithm();
        if (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm)) {
            return false;
        }
        try {
            JWSVerifier verifier = algorithm.equals(JWSAlgorithm.ES256)
                    ? new ECDSAVerifier(key.toECKey())
                    : new RSASSAVerifier(key.toRSAKey());
            return jwt.verify(verifier);
        } catch (JOSEException | ClassCastException e) {
            return false;
        }
    }

    private static <T> Future<T> refuse(String message) {
        return Future.failedFuture(SignInRefused.invalid(message));
    }
}
