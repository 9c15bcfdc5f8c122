package dev.sallyport.tenant.connection;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What somebody wants a connection to be.
 *
 * @param clientSecret empty keeps the stored one, unless the issuer changes: then the stored one is dropped
 * @param secretExpiresAt when the provider will stop taking the secret, if the admin said so
 * @param upstreamLogout whether signing out here goes on to the provider
 */
public record ConnectionSettings(
        String name,
        String issuer,
        String clientId,
        Optional<String> clientSecret,
        String tokenEndpointAuthMethod,
        List<String> scopes,
        ClaimNames claims,
        List<String> algorithms,
        Optional<Instant> secretExpiresAt,
        boolean upstreamLogout) {
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
                issuer,
                clientId,
                clientSecret,
                "client_secret_basic",
                DEFAULT_SCOPES,
                ClaimNames.DEFAULT,
                DEFAULT_ALGORITHMS,
                Optional.empty(),
                true);
    }

    /** The settings of a connection as it is, keeping its secret; change what is to be changed. */
    public static ConnectionSettings of(Connection connection) {
        return new ConnectionSettings(
                connection.name(),
                connection.issuer(),
                connection.clientId(),
                Optional.empty(),
                connection.tokenEndpointAuthMethod(),
                connection.scopes(),
                connection.claims(),
                connection.algorithms(),
                connection.secretExpiresAt(),
                connection.upstreamLogout());
    }

    /** The same towards an issuer as a client. */
    public ConnectionSettings towards(String newIssuer, String newClientId, Optional<String> newSecret) {
        return new ConnectionSettings(
                name,
                newIssuer,
                newClientId,
                newSecret,
                tokenEndpointAuthMethod,
                scopes,
                claims,
                algorithms,
                secretExpiresAt,
                upstreamLogout);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "ConnectionSettings[" + name + ", issuer=" + issuer + "]";
    }
}
