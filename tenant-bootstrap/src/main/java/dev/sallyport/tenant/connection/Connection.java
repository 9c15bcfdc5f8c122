package dev.sallyport.tenant.connection;

import dev.sallyport.tenant.ConnectionId;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One way for a tenant's people to sign in: a provider and what it knows us as.
 *
 * @param protocol {@code oidc}
 * @param issuer compared byte for byte with discovery and with every token
 * @param sealedSecret the client secret, wrapped; read it through {@link Connections#secret}
 * @param tokenEndpointAuthMethod how we authenticate to the provider (OpenID Connect Core §9)
 * @param algorithms the signature algorithms that are believed; asymmetric ones only
 * @param upstreamLogout whether signing out here goes on to the provider (RP-Initiated Logout 1.0)
 * @param version grows with every change (ETag)
 */
public record Connection(
        ConnectionId id,
        String name,
        String protocol,
        String issuer,
        String clientId,
        Optional<byte[]> sealedSecret,
        String tokenEndpointAuthMethod,
        List<String> scopes,
        ClaimNames claims,
        List<String> algorithms,
        ConnectionStatus status,
        Optional<Instant> secretExpiresAt,
        boolean upstreamLogout,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    public Connection {
        scopes = List.copyOf(scopes);
        algorithms = List.copyOf(algorithms);
    }

    /** Whether people can sign in through it. */
    public boolean isActive() {
        return status == ConnectionStatus.ACTIVE;
    }

    /** Whether a client secret is stored. */
    public boolean hasSecret() {
        return sealedSecret.isPresent();
    }

    /**
     * Where the provider sends people back: {@code {P}/t/{slug}/federation/{connection}/callback}, one per connection.
     *
     * @param publicUrl without a trailing slash
     */
    public static String redirectUri(String publicUrl, String slug, ConnectionId connection) {
        return publicUrl + "/t/" + slug + "/federation/" + connection + "/callback";
    }

    // An array in a record compares by identity; two readings of the same row must be equal.
    @Override
    public boolean equals(Object other) {
        return other instanceof Connection that
                && id.equals(that.id)
                && version == that.version
                && Arrays.equals(sealedSecret.orElse(null), that.sealedSecret.orElse(null))
                && status == that.status;
    }

    @Override
    public int hashCode() {
        return id.hashCode() * 31 + Long.hashCode(version);
    }

    /** Without the secret, wrapped though it is. */
    @Override
    public String toString() {
        return "Connection[" + id + ", issuer=" + issuer + ", status=" + status + ", version=" + version + "]";
    }
}
