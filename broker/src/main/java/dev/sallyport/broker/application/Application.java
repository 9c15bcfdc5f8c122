package dev.sallyport.broker.application;

import com.nimbusds.jose.JWSAlgorithm;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A client (RFC 6749 §2). It exists once for the platform; each tenant it is enabled in gives it an audience of its own.
 *
 * @param type {@code web}, {@code spa}, {@code native} or {@code service}
 * @param resource the base of its audiences: {@code {resource}/t/{tenant}}
 * @param tokenEndpointAuthMethod the one method by which it authenticates
 * @param signingAlgorithm of the tokens that are made for it
 * @param secrets of which at most two are live
 * @param keys for {@code private_key_jwt}
 * @param requirePar whether it must push its authorization requests (RFC 9126 §6)
 * @param version grows with every change (ETag)
 * @param entrusted what it may do beyond signing people in
 */
public record Application(
        String clientId,
        String name,
        String type,
        List<String> redirectUris,
        List<String> postLogoutRedirectUris,
        Optional<String> backchannelLogoutUri,
        String resource,
        boolean thirdParty,
        String tokenEndpointAuthMethod,
        JWSAlgorithm signingAlgorithm,
        List<Secret> secrets,
        ClientKeys keys,
        boolean requirePar,
        Instant createdAt,
        long version,
        Entrusted entrusted) {

    /**
     * A secret, of which only the hash is known.
     *
     * @param hint its first characters, to tell two apart
     */
    public record Secret(UUID id, Buffer hash, Optional<String> hint, Instant createdAt, Optional<Instant> expiresAt) {
        /** Whether it may still be used. */
        public boolean isLive(Instant now) {
            return expiresAt.map(end -> end.isAfter(now)).orElse(true);
        }
    }

    public Application {
        redirectUris = List.copyOf(redirectUris);
        postLogoutRedirectUris = List.copyOf(postLogoutRedirectUris);
        secrets = List.copyOf(secrets);
    }

    /** An application without keys of its own that need not push its requests and is entrusted with nothing. */
    public Application(
            String clientId,
            String name,
            String type,
            List<String> redirectUris,
            List<String> postLogoutRedirectUris,
            Optional<String> backchannelLogoutUri,
            String resource,
            boolean thirdParty,
            String tokenEndpointAuthMethod,
            JWSAlgorithm signingAlgorithm,
            List<Secret> secrets,
            Instant createdAt,
            long version) {
        this(
                clientId,
                name,
                type,
                redirectUris,
                postLogoutRedirectUris,
                backchannelLogoutUri,
                resource,
                thirdParty,
                tokenEndpointAuthMethod,
                signingAlgorithm,
                secrets,
                ClientKeys.NONE,
                false,
                createdAt,
                version,
                Entrusted.NOTHING);
    }

    /** Whether it has no secret to keep (RFC 6749 §2.1). */
    public boolean isPublic() {
        return tokenEndpointAuthMethod.equals("none");
    }

    /** Whether it authenticates by a secret. */
    public boolean usesSecrets() {
        return tokenEndpointAuthMethod.startsWith("client_secret");
    }

    /** Whether people sign in to it. */
    public boolean isInteractive() {
        return !type.equals("service");
    }

    /** Compares a secret with every live hash, always the same amount of work for the same application. */
    public boolean hasSecret(String secret, Instant now) {
        byte[] hash = Bearer.hash(secret);
        boolean found = false;
        for (Secret known : secrets) {
            found = (Bearer.same(known.hash().getBytes(), hash) && known.isLive(now)) || found;
        }
        return found;
    }

    /**
     * Whether a redirect URI is registered: byte for byte, but for the port of a loopback address of a native application
     * (RFC 8252 §7.3). What nobody may be sent to is refused here too, whatever is registered (D11).
     */
    public boolean allowsRedirect(String uri) {
        boolean isNative = type.equals("native");
        boolean registered =
                redirectUris.contains(uri) || (isNative && redirectUris.stream().anyMatch(r -> sameButForPort(r, uri)));
        return registered && RedirectUris.isSound(uri, isNative);
    }

    /** Whether a sign-out may return there: byte for byte one of the registered addresses (RP-Initiated Logout 1.0 §3). */
    public boolean allowsPostLogoutRedirect(String uri) {
        return postLogoutRedirectUris.contains(uri) && RedirectUris.isSound(uri, type.equals("native"));
    }

    private static boolean sameButForPort(String registered, String given) {
        try {
            URI one = new URI(registered);
            URI other = new URI(given);
            boolean loopback = "127.0.0.1".equals(one.getHost()) || "[::1]".equals(one.getHost());
            String port = other.getPort() < 0 ? "" : ":" + other.getPort();
            String withPort =
                    one.getScheme() + "://" + one.getHost() + port + (one.getRawPath() == null ? "" : one.getRawPath())
                            + (one.getRawQuery() == null ? "" : "?" + one.getRawQuery());
            return loopback && "http".equals(one.getScheme()) && withPort.equals(given);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
