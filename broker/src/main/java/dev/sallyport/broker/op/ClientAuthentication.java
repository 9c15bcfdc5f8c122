package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Application;
import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Who calls the token endpoint and its siblings (RFC 6749 §2.3, OpenID Connect Core §9): by exactly the one method that the application is
 * registered with. Whether the id, the secret or the method was wrong is not told.
 */
public final class ClientAuthentication {
    private static final byte[] NOBODY = Bearer.hash(Bearer.mint(Bearer.CLIENT_SECRET));

    private final Applications applications;
    private final Clock clock;

    public ClientAuthentication(Applications applications, Clock clock) {
        this.applications = applications;
        this.clock = clock;
    }

    private record Presented(String method, String clientId, String secret) {}

    /** The authenticated client as it is in this tenant. Fails with {@code invalid_client}. */
    public Future<Applications.Client> authenticate(RoutingContext context, Tenant tenant) {
        Presented presented;
        try {
            presented = presented(context);
        } catch (OAuthError e) {
            if (e.status() == 401 && context.request().getHeader("Authorization") != null) {
                challenge(context);
            }
            return Future.failedFuture(e);
        }
        return applications.inTenant(tenant, presented.clientId()).compose(client -> {
            // The comparison is made for unknown clients too, so that the answer's time tells nothing (D14).
            boolean secretFits = client.map(Applications.Client::application)
                    .map(a -> a.hasSecret(presented.secret(), clock.instant()))
                    .orElseGet(() -> Bearer.same(Bearer.hash(presented.secret()), NOBODY));
            boolean fits = client.isPresent()
                    && methodFits(client.get().application(), presented)
                    && (secretFits || presented.method().equals("none"));
            if (fits) {
                return Future.succeededFuture(client.get());
            }
            if (presented.method().equals("client_secret_basic")) {
                challenge(context);
            }
            return Future.failedFuture(OAuthError.invalidClient());
        });
    }

    /** The same, but public clients are turned away; for introspection (E11). */
    public Future<Applications.Client> authenticateConfidential(RoutingContext context, Tenant tenant) {
        return authenticate(context, tenant)
                .compose(client -> client.application().isPublic()
                        ? Future.failedFuture(OAuthError.invalidClient())
                        : Future.succeededFuture(client));
    }

    /** Whoever tried the header hears which scheme is spoken (RFC 6749 §5.2). */
    private static void challenge(RoutingContext context) {
        context.response().putHeader("WWW-Authenticate", "Basic realm=\"sallyport\", charset=\"UTF-8\"");
    }

    private static boolean methodFits(Application application, Presented presented) {
        return application.tokenEndpointAuthMethod().equals(presented.method());
    }

    private static Presented presented(RoutingContext context) {
        Parameters form = Parameters.form(context);
        Optional<String> id = form.get("client_id");
        Optional<String> secret = form.get("client_secret");
        if (form.has("client_assertion")) {
            throw OAuthError.invalidClient();
        }
        List<String> headers = context.request().headers().getAll("Authorization");
        if (!headers.isEmpty()) {
            Presented basic = basic(headers);
            if (secret.isPresent() || (id.isPresent() && !id.get().equals(basic.clientId()))) {
                throw OAuthError.invalidRequest("more than one way of client authentication");
            }
            return basic;
        }
        if (id.isEmpty()) {
            throw OAuthError.invalidClient();
        }
        return secret.map(s -> new Presented("client_secret_post", id.get(), s))
                .orElseGet(() -> new Presented("none", id.get(), ""));
    }

    private static Presented basic(List<String> headers) {
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
            return new Presented("client_secret_basic", clientId, decode(pair.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw OAuthError.invalidClient();
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
