package dev.sallyport.demo.idp;

import dev.sallyport.demo.page.Secrets;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Finds out which client calls: {@code client_secret_basic} or {@code client_secret_post} (RFC 6749 §2.3.1), not both. */
final class ClientAuthentication {

    private ClientAuthentication() {}

    /**
     * The authenticated client.
     *
     * @throws OidcException {@code invalid_client} when it cannot prove to be one, {@code invalid_request} when it tries two ways
     */
    static IdpClient of(RoutingContext ctx, Provider provider) {
        String header = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
        String secret = ctx.request().getFormAttribute("client_secret");
        if (header == null) {
            return check(provider, ctx.request().getFormAttribute("client_id"), secret);
        }
        if (secret != null) {
            throw OidcException.invalidRequest("two ways of client authentication");
        }
        ctx.response().putHeader("WWW-Authenticate", "Basic realm=\"token\"");
        if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
            throw refused();
        }
        try {
            String pair =
                    new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon < 0) {
                throw refused();
            }
            return check(provider, decode(pair.substring(0, colon)), decode(pair.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw refused();
        }
    }

    private static IdpClient check(Provider provider, String clientId, String secret) {
        return Optional.ofNullable(clientId)
                .map(provider.clients::get)
                .filter(client -> secret != null && Secrets.same(client.secret(), secret))
                .orElseThrow(ClientAuthentication::refused);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static OidcException refused() {
        return new OidcException(401, "invalid_client", "client authentication failed");
    }
}
