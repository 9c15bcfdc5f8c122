package dev.sallyport.broker.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.sallyport.tenant.secret.Bearer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a tenant signs with, what it publishes and what it still believes; an immutable picture. */
public final class TenantKeys {
    private final Map<JWSAlgorithm, SigningKey> active;
    private final Map<String, JWSVerifier> verifiers;
    private final Map<String, JWSAlgorithm> algorithms;
    private final String jwks;
    private final String etag;

    TenantKeys(List<SigningKey> active, List<JWK> published) throws JOSEException {
        this.active = active.stream().collect(Collectors.toUnmodifiableMap(SigningKey::algorithm, key -> key));
        Map<String, JWSVerifier> byKid = new TreeMap<>();
        Map<String, JWSAlgorithm> algorithmByKid = new TreeMap<>();
        for (JWK jwk : published) {
            JWSVerifier verifier =
                    jwk instanceof RSAKey rsa ? new RSASSAVerifier(rsa) : new ECDSAVerifier(jwk.toECKey());
            NativeCrypto.provider()
                    .ifPresent(provider -> verifier.getJCAContext().setProvider(provider));
            byKid.put(jwk.getKeyID(), verifier);
            algorithmByKid.put(
                    jwk.getKeyID(), JWSAlgorithm.parse(jwk.getAlgorithm().getName()));
        }
        this.verifiers = Map.copyOf(byKid);
        this.algorithms = Map.copyOf(algorithmByKid);
        this.jwks = published.stream()
                .map(jwk -> jwk.toPublicJWK().toJSONString())
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
        this.etag = '"'
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Bearer.hash(jwks))
                        .substring(0, 16)
                + '"';
    }

    /** The key that signs with an algorithm now. */
    public Optional<SigningKey> signing(JWSAlgorithm algorithm) {
        return Optional.ofNullable(active.get(algorithm));
    }

    /** The verifier of a published key; empty for one that is unknown, unpublished, revoked or of another algorithm. */
    public Optional<JWSVerifier> verifier(String kid, JWSAlgorithm algorithm) {
        return kid == null || !algorithm.equals(algorithms.get(kid))
                ? Optional.empty()
                : Optional.of(verifiers.get(kid));
    }

    /** The JWK Set (RFC 7517 §5), public parts only. */
    public String jwks() {
        return jwks;
    }

    /** The entity tag of {@link #jwks()}. */
    public String etag() {
        return etag;
    }
}
