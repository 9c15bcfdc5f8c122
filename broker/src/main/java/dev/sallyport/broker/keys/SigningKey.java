package dev.sallyport.broker.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.sallyport.tenant.secret.Bearer;

/**
 * A key that may sign now, with its signer.
 *
 * @param jwk with the private part
 * @param signer thread-safe
 */
public record SigningKey(JWK jwk, JWSAlgorithm algorithm, JWSSigner signer) {
    /** A new key. */
    public static JWK generate(JWSAlgorithm algorithm) throws JOSEException {
        // Begins with a letter, so that no command line takes it for an option.
        String kid = "k" + Bearer.random(12);
        if (algorithm.equals(JWSAlgorithm.ES256)) {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID(kid)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(algorithm)
                    .generate();
        }
        return new RSAKeyGenerator(2048)
                .keyID(kid)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(algorithm)
                .generate();
    }

    /** A key that was stored. */
    public static SigningKey of(JWK jwk) throws JOSEException {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(jwk.getAlgorithm().getName());
        JWSSigner signer = jwk instanceof ECKey ec ? new ECDSASigner(ec) : new RSASSASigner((RSAKey) jwk);
        NativeCrypto.provider().ifPresent(provider -> signer.getJCAContext().setProvider(provider));
        return new SigningKey(jwk, algorithm, signer);
    }
}
