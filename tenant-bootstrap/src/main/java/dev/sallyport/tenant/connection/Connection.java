package dev.sallyport.tenant.connection;

import dev.sallyport.tenant.ConnectionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One way for a tenant's people to sign in: a provider and what it knows us as.
 *
 * @param protocol {@code oidc}
 * @param settings without a client secret
 * @param sealedSecret the client secret, wrapped; read it through {@link Connections#secret}
 * @param tokenEndpoint the endpoint that the stored secret was entered for, once it is known; it is sent nowhere else
 * @param stopped why nobody signs in by it although it is active: {@code issuer_changed} or {@code token_endpoint_moved}
 * @param wentLiveAt when people could first sign in by it; what keys them is fixed from then on
 * @param version grows with every change (ETag)
 */
public record Connection(
        ConnectionId id,
        String protocol,
        ConnectionSettings settings,
        Optional<byte[]> sealedSecret,
        Optional<String> tokenEndpoint,
        ConnectionStatus status,
        Optional<String> stopped,
        Rollout rollout,
        Optional<Instant> wentLiveAt,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    /** A connection that is stored nowhere, as somebody wants it to be; for looking at its provider. */
    public static Connection draft(ConnectionId id, ConnectionSettings settings, Instant now) {
        return new Connection(
                id,
                "oidc",
                settings,
                Optional.empty(),
                Optional.empty(),
                ConnectionStatus.DRAFT,
                Optional.empty(),
                Rollout.EVERYBODY,
                Optional.empty(),
                now,
                now,
                0);
    }

    Connection withSealedSecret(Optional<byte[]> wrapped) {
        return new Connection(
                id,
                protocol,
                settings,
                wrapped,
                tokenEndpoint,
                status,
                stopped,
                rollout,
                wentLiveAt,
                createdAt,
                updatedAt,
                version);
    }

    public String name() {
        return settings.name();
    }

    /** Which product the provider is. */
    public ProviderKind provider() {
        return settings.provider();
    }

    /** Compared byte for byte with discovery and with every token. */
    public String issuer() {
        return settings.issuer();
    }

    public String clientId() {
        return settings.clientId();
    }

    /** How we authenticate to the provider (OpenID Connect Core §9). */
    public String tokenEndpointAuthMethod() {
        return settings.tokenEndpointAuthMethod();
    }

    public List<String> scopes() {
        return settings.scopes();
    }

    public ClaimNames claims() {
        return settings.claims();
    }

    /** The signature algorithms that are believed; asymmetric ones only. */
    public List<String> algorithms() {
        return settings.algorithms();
    }

    public Optional<Instant> secretExpiresAt() {
        return settings.secretExpiresAt();
    }

    /** Whether signing out here goes on to the provider (RP-Initiated Logout 1.0). */
    public boolean upstreamLogout() {
        return settings.upstreamLogout();
    }

    /** How often, at most, the provider is asked on refresh whether the person still exists there; empty: never. */
    public Optional<Duration> liveness() {
        return settings.liveness();
    }

    /** Whether people can sign in through it. */
    public boolean isActive() {
        return status == ConnectionStatus.ACTIVE;
    }

    /** Whether we prove ourselves to the provider by a key of our own. */
    public boolean hasKeys() {
        return tokenEndpointAuthMethod().equals("private_key_jwt");
    }

    /** Whether there is something to prove ourselves by. */
    public boolean canProve() {
        return hasKeys() || hasSecret();
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

    /**
     * Where the provider reads our keys: {@code {P}/t/{slug}/federation/{connection}/jwks}.
     *
     * @param publicUrl without a trailing slash
     */
    public static String keysUri(String publicUrl, String slug, ConnectionId connection) {
        return publicUrl + "/t/" + slug + "/federation/" + connection + "/jwks";
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
        return "Connection[" + id + ", issuer=" + issuer() + ", status=" + status + ", version=" + version + "]";
    }
}
