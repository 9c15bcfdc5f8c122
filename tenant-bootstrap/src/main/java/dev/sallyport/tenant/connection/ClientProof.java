package dev.sallyport.tenant.connection;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundRequest;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Proves to a provider that we are its client (OpenID Connect Core §9). The one place where a stored secret goes out, and it goes to no other
 * place than the one that it was entered for.
 */
public final class ClientProof {
    /** How long an assertion is good. */
    static final Duration ASSERTION_LIFE = Duration.ofSeconds(60);

    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final Connections connections;
    private final ConnectionKeys keys;
    private final TokenPlace place;
    private final Clock clock;

    public ClientProof(Connections connections, ConnectionKeys keys, TokenPlace place, Clock clock) {
        this.connections = connections;
        this.keys = keys;
        this.place = place;
        this.clock = clock;
    }

    /** No client secret is stored. */
    public static final class NoSecret extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoSecret() {
            super("no client secret is stored", null, false, false);
        }
    }

    /**
     * A form for the token endpoint, or another endpoint that takes the same proof, such as revocation.
     *
     * @param metadata the provider's own
     * @param endpoint where it goes; must be at the same place as the token endpoint
     * @param form what is asked
     * @return fails with {@link TokenEndpointMoved} or {@link NoSecret}; then nothing may be sent
     */
    public Future<OutboundRequest> form(
            TenantId tenant,
            Connection connection,
            ProviderMetadata metadata,
            String endpoint,
            Map<String, String> form) {
        if (!TokenPlace.isSame(metadata.tokenEndpoint(), endpoint)) {
            return Future.failedFuture(new TokenEndpointMoved());
        }
        return place.require(tenant, connection, metadata.tokenEndpoint())
                .compose(v -> connection.tokenEndpointAuthMethod().equals("private_key_jwt")
                        ? byKey(tenant, connection, metadata, endpoint, form)
                        : bySecret(tenant, connection, endpoint, form));
    }

    private Future<OutboundRequest> bySecret(
            TenantId tenant, Connection connection, String endpoint, Map<String, String> form) {
        return connections.secret(tenant, connection).map(secret -> {
            String text = secret.orElseThrow(NoSecret::new);
            if (connection.tokenEndpointAuthMethod().equals("client_secret_post")) {
                Map<String, String> more = new LinkedHashMap<>(form);
                more.put("client_id", connection.clientId());
                more.put("client_secret", text);
                return OutboundRequest.form(tenant, endpoint, more);
            }
            return OutboundRequest.form(tenant, endpoint, form)
                    .withHeader("Authorization", basic(connection.clientId(), text));
        });
    }

    private Future<OutboundRequest> byKey(
            TenantId tenant,
            Connection connection,
            ProviderMetadata metadata,
            String endpoint,
            Map<String, String> form) {
        Instant now = clock.instant();
        String audience = connection.settings().assertionAudience() == AssertionAudience.ISSUER
                ? connection.issuer()
                : metadata.tokenEndpoint();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(connection.clientId())
                .subject(connection.clientId())
                .audience(audience)
                .jwtID(Bearer.random(16))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(ASSERTION_LIFE)))
                .build();
        return keys.sign(
                        tenant,
                        connection,
                        claims,
                        metadata.strings("token_endpoint_auth_signing_alg_values_supported"),
                        now)
                .map(assertion -> {
                    Map<String, String> more = new LinkedHashMap<>(form);
                    more.put("client_id", connection.clientId());
                    more.put("client_assertion_type", ASSERTION_TYPE);
                    more.put("client_assertion", assertion);
                    return OutboundRequest.form(tenant, endpoint, more);
                });
    }

    /** Both halves are form-urlencoded first (RFC 6749 §2.3.1). */
    private static String basic(String id, String secret) {
        String pair =
                URLEncoder.encode(id, StandardCharsets.UTF_8) + ":" + URLEncoder.encode(secret, StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
