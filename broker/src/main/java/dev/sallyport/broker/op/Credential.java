package dev.sallyport.broker.op;

import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What a client shows to say who it is: one thing, never two (RFC 6749 §2.3). */
sealed interface Credential {
    /** {@code client_assertion_type} of a JWT (RFC 7523 §2.2). */
    String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /** As in {@code token_endpoint_auth_method}. */
    String method();

    /** A secret in the header or in the body. */
    record Secret(String method, String clientId, String secret) implements Credential {}

    /** A signed assertion, not read yet (RFC 7521 §4.2); the client id beside it is not needed. */
    record Assertion(Optional<String> clientId, String jwt) implements Credential {
        @Override
        public String method() {
            return "private_key_jwt";
        }
    }

    /** Only its name, as public clients do. */
    record None(String clientId) implements Credential {
        @Override
        public String method() {
            return "none";
        }
    }

    /** Reads a request. Throws {@link OAuthError}. */
    static Credential of(RoutingContext context) {
        Parameters form = Parameters.form(context);
        Optional<String> id = form.get("client_id");
        Optional<String> secret = form.get("client_secret");
        boolean asserts = form.has("client_assertion") || form.has("client_assertion_type");
        List<String> headers = context.request().headers().getAll("Authorization");
        if ((headers.isEmpty() ? 0 : 1) + (secret.isPresent() ? 1 : 0) + (asserts ? 1 : 0) > 1) {
            throw twoWays();
        }
        if (!headers.isEmpty()) {
            Secret basic = basic(headers);
            if (id.isPresent() && !id.get().equals(basic.clientId())) {
                throw twoWays();
            }
            return basic;
        }
        if (asserts) {
            if (!form.require("client_assertion_type").equals(JWT_BEARER)) {
                throw new OAuthError(401, "invalid_client", "client_assertion_type must be " + JWT_BEARER);
            }
            return new Assertion(id, form.require("client_assertion"));
        }
        if (id.isEmpty()) {
            throw OAuthError.invalidClient();
        }
        return secret.<Credential>map(s -> new Secret("client_secret_post", id.get(), s))
                .orElseGet(() -> new None(id.get()));
    }

    private static OAuthError twoWays() {
        return OAuthError.invalidRequest("more than one way of client authentication");
    }

    private static Secret basic(List<String> headers) {
        String header = headers.get(0);
        if (headers.size() > 1 || header.length() > 2_000 || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
            throw OAuthError.invalidClient();
        }
        try {
            String pair =
                    new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon <= 0) {
                throw OAuthError.invalidClient();
            }
            String clientId = decode(pair.substring(0, colon));
            if (clientId.chars().anyMatch(Character::isISOControl)) {
                throw OAuthError.invalidClient();
            }
            return new Secret("client_secret_basic", clientId, decode(pair.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw OAuthError.invalidClient();
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
