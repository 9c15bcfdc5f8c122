package dev.sallyport.verifier;

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
import dev.sallyport.verifier.TokenRefused.Reason;
import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.text.ParseException;
import java.util.Map;
import java.util.Optional;

/** A published key that may verify access tokens; thread-safe. */
final class Key {
    private static final int SHORTEST_RSA = 2_048;
    private static final int LONGEST_RSA = 8_192;

    private final String kid;
    private final JWSAlgorithm algorithm;
    private final JWSHeader header;
    private final JWSVerifier verifier;
    private final Map<String, Object> source;

    private Key(String kid, JWSAlgorithm algorithm, JWSVerifier verifier, Map<String, Object> source) {
        this.kid = kid;
        this.algorithm = algorithm;
        this.header = new JWSHeader(algorithm);
        this.verifier = verifier;
        this.source = source;
    }

    /** The key, if it is of a kind that signs access tokens: ES256, or RS256 with 2048 to 8192 bits (RFC 7517 §4). */
    static Optional<Key> of(Map<String, Object> json, Optional<Provider> provider) {
        try {
            JWK jwk = JWK.parse(json);
            boolean signs =
                    jwk.getKeyID() != null && (jwk.getKeyUse() == null || KeyUse.SIGNATURE.equals(jwk.getKeyUse()));
            if (!signs) {
                return Optional.empty();
            }
            JWSVerifier verifier;
            JWSAlgorithm algorithm;
            if (jwk instanceof ECKey ec && Curve.P_256.equals(ec.getCurve())) {
                algorithm = JWSAlgorithm.ES256;
                verifier = new ECDSAVerifier(ec.toPublicJWK());
            } else if (jwk instanceof RSAKey rsa && rsa.size() >= SHORTEST_RSA && rsa.size() <= LONGEST_RSA) {
                algorithm = JWSAlgorithm.RS256;
                verifier = new RSASSAVerifier(rsa.toPublicJWK());
            } else {
                return Optional.empty();
            }
            if (jwk.getAlgorithm() != null && !algorithm.equals(jwk.getAlgorithm())) {
                return Optional.empty();
            }
            provider.ifPresent(verifier.getJCAContext()::setProvider);
            return Optional.of(new Key(jwk.getKeyID(), algorithm, verifier, json));
        } catch (ParseException | JOSEException | RuntimeException e) {
            // One key that cannot be read must not take the others away.
            return Optional.empty();
        }
    }

    String kid() {
        return kid;
    }

    /** Whether this is the same key as it was published before. */
    boolean isSame(Key other) {
        return other != null && source.equals(other.source);
    }

    /**
     * Checks a signature.
     *
     * @throws TokenRefused if it is not by this key
     */
    void verify(Presented token) {
        if (!algorithm.equals(token.algorithm())) {
            throw new TokenRefused(Reason.ALGORITHM);
        }
        try {
            if (verifier.verify(header, token.signed().getBytes(StandardCharsets.US_ASCII), token.signature())) {
                return;
            }
        } catch (JOSEException e) {
            throw new TokenRefused(Reason.SIGNATURE);
        }
        throw new TokenRefused(Reason.SIGNATURE);
    }
}
