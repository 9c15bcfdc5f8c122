package dev.sallyport.tenant.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What somebody wants a connection to be.
 *
 * @param clientSecret empty keeps the stored one, unless the issuer changes: then the stored one is dropped
 * @param tokenEndpointAuthMethod how we authenticate to the provider (OpenID Connect Core §9)
 * @param assertionAudience of our assertions, where we prove ourselves by {@code private_key_jwt}
 * @param algorithms the signature algorithms that are believed; asymmetric ones only
 * @param secretExpiresAt when the provider will stop taking the secret, if the admin said so
 * @param upstreamLogout whether signing out here goes on to the provider
 * @param liveness how often, at most, the provider is asked on refresh whether the person still exists there; empty: never
 */
public record ConnectionSettings(
        String name,
        ProviderKind provider,
        String issuer,
        String clientId,
        Optional<String> clientSecret,
        String tokenEndpointAuthMethod,
        AssertionAudience assertionAudience,
        List<String> scopes,
        ClaimNames claims,
        List<String> algorithms,
        Optional<Instant> secretExpiresAt,
        boolean upstreamLogout,
        Optional<Duration> liveness) {
    /** What a new connection asks for. */
    public static final List<String> DEFAULT_SCOPES = List.of("openid", "profile", "email");
    /** What a new connection believes. */
    public static final List<String> DEFAULT_ALGORITHMS = List.of("ES256", "RS256");

    public ConnectionSettings {
        scopes = List.copyOf(scopes);
        algorithms = List.copyOf(algorithms);
    }

    /** With the defaults for everything but what has none. */
    public static ConnectionSettings of(String name, String issuer, String clientId, Optional<String> clientSecret) {
        return new ConnectionSettings(
                name,
                ProviderKind.OIDC,
                issuer,
                clientId,
                clientSecret,
                "client_secret_basic",
                AssertionAudience.ISSUER,
                DEFAULT_SCOPES,
                ClaimNames.DEFAULT,
                DEFAULT_ALGORITHMS,
                Optional.empty(),
                true,
                Optional.empty());
    }

    /** The settings of a connection as it is, keeping its secret; change what is to be changed. */
    public static ConnectionSettings of(Connection connection) {
        return connection.settings();
    }

    /** The same towards an issuer as a client. */
    public ConnectionSettings towards(String newIssuer, String newClientId, Optional<String> newSecret) {
        return change().issuer(newIssuer)
                .clientId(newClientId)
                .clientSecret(newSecret)
                .build();
    }

    /** The same but for what is set on the answer. */
    public Change change() {
        return new Change(this);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "ConnectionSettings[" + name + ", issuer=" + issuer + "]";
    }

    /** Settings that are being changed. */
    public static final class Change {
        private String name;
        private ProviderKind provider;
        private String issuer;
        private String clientId;
        private Optional<String> clientSecret;
        private String tokenEndpointAuthMethod;
        private AssertionAudience assertionAudience;
        private List<String> scopes;
        private ClaimNames claims;
        private List<String> algorithms;
        private Optional<Instant> secretExpiresAt;
        private boolean upstreamLogout;
        private Optional<Duration> liveness;

        private Change(ConnectionSettings from) {
            name = from.name;
            provider = from.provider;
            issuer = from.issuer;
            clientId = from.clientId;
            clientSecret = from.clientSecret;
            tokenEndpointAuthMethod = from.tokenEndpointAuthMethod;
            assertionAudience = from.assertionAudience;
            scopes = from.scopes;
            claims = from.claims;
            algorithms = from.algorithms;
            secretExpiresAt = from.secretExpiresAt;
            upstreamLogout = from.upstreamLogout;
            liveness = from.liveness;
        }

        public Change name(String value) {
            name = value;
            return this;
        }

        public Change provider(ProviderKind value) {
            provider = value;
            return this;
        }

        /** The usual settings of a kind of provider: what it is asked for and how its claims are read. */
        public Change presets(ProviderKind kind) {
            return provider(kind)
                    .scopes(kind.scopes())
                    .claims(kind.claims())
                    .assertionAudience(kind.assertionAudience());
        }

        public Change issuer(String value) {
            issuer = value;
            return this;
        }

        public Change clientId(String value) {
            clientId = value;
            return this;
        }

        public Change clientSecret(Optional<String> value) {
            clientSecret = value;
            return this;
        }

        public Change tokenEndpointAuthMethod(String value) {
            tokenEndpointAuthMethod = value;
            return this;
        }

        public Change assertionAudience(AssertionAudience value) {
            assertionAudience = value;
            return this;
        }

        public Change scopes(List<String> value) {
            scopes = value;
            return this;
        }

        public Change claims(ClaimNames value) {
            claims = value;
            return this;
        }

        public Change algorithms(List<String> value) {
            algorithms = value;
            return this;
        }

        public Change secretExpiresAt(Optional<Instant> value) {
            secretExpiresAt = value;
            return this;
        }

        public Change upstreamLogout(boolean value) {
            upstreamLogout = value;
            return this;
        }

        public Change liveness(Optional<Duration> value) {
            liveness = value;
            return this;
        }

        /** The changed settings. */
        public ConnectionSettings build() {
            return new ConnectionSettings(
                    name,
                    provider,
                    issuer,
                    clientId,
                    clientSecret,
                    tokenEndpointAuthMethod,
                    assertionAudience,
                    scopes,
                    claims,
                    algorithms,
                    secretExpiresAt,
                    upstreamLogout,
                    liveness);
        }
    }
}
