package dev.sallyport.tenant.connection;

import dev.sallyport.outbound.OutboundPolicy;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.outbound.OutboundRefused.Reason;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What a provider says of itself (OpenID Connect Discovery §3); every endpoint in it may be called.
 *
 * @param issParameterSupported whether its answers carry {@code iss} (RFC 9207)
 * @param raw the document as it came
 */
public record ProviderMetadata(
        String issuer,
        String authorizationEndpoint,
        String tokenEndpoint,
        String jwksUri,
        Optional<String> userinfoEndpoint,
        Optional<String> endSessionEndpoint,
        Optional<String> revocationEndpoint,
        boolean issParameterSupported,
        JsonObject raw) {

    /**
     * Reads a discovery document.
     *
     * @param expectedIssuer compared byte for byte
     * @throws IssuerMismatch if the document is another issuer's
     * @throws OutboundRefused BAD_DOCUMENT if an endpoint is missing, BLOCKED if one may not be called
     */
    public static ProviderMetadata parse(JsonObject document, String expectedIssuer, OutboundPolicy policy) {
        if (!(document.getValue("issuer") instanceof String issuer) || !issuer.equals(expectedIssuer)) {
            throw new IssuerMismatch();
        }
        return new ProviderMetadata(
                issuer,
                required(document, "authorization_endpoint", policy),
                required(document, "token_endpoint", policy),
                required(document, "jwks_uri", policy),
                optional(document, "userinfo_endpoint", policy),
                optional(document, "end_session_endpoint", policy),
                optional(document, "revocation_endpoint", policy),
                Boolean.TRUE.equals(document.getValue("authorization_response_iss_parameter_supported")),
                document);
    }

    /** A list of strings in the document; empty if it is missing or something else. */
    public List<String> strings(String name) {
        return raw.getValue(name) instanceof JsonArray array
                ? array.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList()
                : List.of();
    }

    private static String required(JsonObject document, String name, OutboundPolicy policy) {
        return optional(document, name, policy)
                .orElseThrow(() -> new OutboundRefused(Reason.BAD_DOCUMENT, "the document has no " + name));
    }

    private static Optional<String> optional(JsonObject document, String name, OutboundPolicy policy) {
        if (!(document.getValue(name) instanceof String url)) {
            return Optional.empty();
        }
        policy.check(url);
        return Optional.of(url);
    }

    /** The discovery document names another issuer than the one that was configured. */
    public static final class IssuerMismatch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        IssuerMismatch() {
            super("the discovery document names another issuer");
        }
    }
}
