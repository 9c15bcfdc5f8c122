package dev.sallyport.demo.idp;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;

/** The provider's two signing keys, one for each algorithm that it offers. */
final class SigningKeys {

    static final List<JWSAlgorithm> ALGORITHMS = List.of(JWSAlgorithm.ES256, JWSAlgorithm.RS256);

    private final ECKey ec;
    private final RSAKey rsa;

    private SigningKeys(ECKey ec, RSAKey rsa) {
        this.ec = ec;
        this.rsa = rsa;
    }

    /** Makes fresh keys; takes some tenths of a second, so not on an event loop. */
    static SigningKeys generate() throws JOSEException {
        return new SigningKeys(
                new ECKeyGenerator(Curve.P_256)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.ES256)
                        .keyIDFromThumbprint(true)
                        .generate(),
                new RSAKeyGenerator(2048)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.RS256)
                        .keyIDFromThumbprint(true)
                        .generate());
    }

    JsonObject publicSet() {
        return new JsonObject(new JWKSet(List.of(ec, rsa)).toPublicJWKSet().toString());
    }

    String sign(JWSAlgorithm algorithm, JOSEObjectType type, JWTClaimsSet claims) {
        boolean useRsa = algorithm.equals(JWSAlgorithm.RS256);
        JWSHeader header = new JWSHeader.Builder(algorithm)
                .type(type)
                .keyID(useRsa ? rsa.getKeyID() : ec.getKeyID())
                .build();
        SignedJWT jwt = new SignedJWT(header, claims);
        try {
            JWSSigner signer = useRsa ? new RSASSASigner(rsa) : new ECDSASigner(ec);
            jwt.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("own key cannot sign", e);
        }
        return jwt.serialize();
    }

    /** The claims of a token that these keys signed, however old it is; empty for anything else. */
    Optional<JWTClaimsSet> claimsOf(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWSVerifier verifier = jwt.getHeader().getAlgorithm().equals(JWSAlgorithm.RS256)
                    ? new RSASSAVerifier(rsa)
                    : new ECDSAVerifier(ec);
            return jwt.verify(verifier) ? Optional.of(jwt.getJWTClaimsSet()) : Optional.empty();
        } catch (ParseException | JOSEException e) {
            return Optional.empty();
        }
    }
}
