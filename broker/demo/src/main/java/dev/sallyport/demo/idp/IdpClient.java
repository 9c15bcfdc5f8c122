package dev.sallyport.demo.idp;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.Set;

/**
 * A relying party. Redirect URIs are compared character by character. {@code backchannelLogoutUri} is empty when the client
 * wants no notices; {@code idTokenAlgorithm} is ES256 or RS256.
 */
public record IdpClient(
        String clientId,
        String name,
        String secret,
        Set<String> redirectUris,
        Set<String> postLogoutRedirectUris,
        String backchannelLogoutUri,
        JWSAlgorithm idTokenAlgorithm) {

    /**
     * Copies the sets.
     *
     * @throws IllegalArgumentException when a part is missing or the algorithm is neither ES256 nor RS256
     */
    public IdpClient {
        if (clientId.isBlank() || secret.isBlank() || redirectUris.isEmpty()) {
            throw new IllegalArgumentException("a client needs an id, a secret and a redirect URI");
        }
        if (!SigningKeys.ALGORITHMS.contains(idTokenAlgorithm)) {
            throw new IllegalArgumentException("unsupported algorithm " + idTokenAlgorithm);
        }
        redirectUris = Set.copyOf(redirectUris);
        postLogoutRedirectUris = Set.copyOf(postLogoutRedirectUris);
    }

    /** A client with one redirect URI and ES256 ID tokens; {@code backchannelLogoutUri} may be empty. */
    public static IdpClient of(
            String clientId, String name, String secret, String redirectUri, String backchannelLogoutUri) {
        return new IdpClient(
                clientId, name, secret, Set.of(redirectUri), Set.of(), backchannelLogoutUri, JWSAlgorithm.ES256);
    }

    /** Everything but the secret. */
    @Override
    public String toString() {
        return "IdpClient[" + clientId + ", " + redirectUris + "]";
    }

    /** Whether a sign-out may return there: the redirect URIs of sign-in count too, as with large providers. */
    boolean mayEndAt(String uri) {
        return postLogoutRedirectUris.contains(uri) || redirectUris.contains(uri);
    }
}
