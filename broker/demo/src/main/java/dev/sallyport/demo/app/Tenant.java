package dev.sallyport.demo.app;

import dev.sallyport.demo.app.IdTokens.Identity;
import dev.sallyport.verifier.SallyportVerifier;
import dev.sallyport.verifier.VerifiedToken;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.oauth2.OAuth2Auth;
import io.vertx.ext.auth.oauth2.OAuth2Options;
import io.vertx.ext.auth.oauth2.providers.OpenIDConnectAuth;
import io.vertx.ext.web.client.WebClient;
import java.time.Clock;

/** One customer's side of the application: its issuer at Sallyport, found by discovery when first needed, and its checks. */
final class Tenant {

    /** What discovery gave: the protocol's client and the key set. */
    record Connection(OAuth2Auth oauth2, Jwks keys) {}

    private final Vertx vertx;
    private final WebClient client;
    private final Clock clock;
    private final DemoAppConfig config;
    private final Customer customer;
    private final SallyportVerifier verifier;
    private Future<Connection> connection;

    Tenant(
            Vertx vertx,
            WebClient client,
            Clock clock,
            SallyportVerifier verifier,
            DemoAppConfig config,
            Customer customer) {
        this.vertx = vertx;
        this.client = client;
        this.clock = clock;
        this.config = config;
        this.customer = customer;
        this.verifier = verifier;
    }

    String slug() {
        return customer.slug();
    }

    String name() {
        return customer.name();
    }

    String issuer() {
        return config.issuer(customer.slug());
    }

    String clientId() {
        return config.clientId();
    }

    /** The discovered provider; a failed discovery is tried again by the next caller. */
    synchronized Future<Connection> connect() {
        if (connection == null || connection.failed()) {
            connection = discover();
        }
        return connection;
    }

    /** Checks an access token of this tenant; fails with {@link dev.sallyport.verifier.TokenRefused}. */
    Future<VerifiedToken> check(String accessToken) {
        return Future.fromCompletionStage(verifier.verifyAsync(accessToken), vertx.getOrCreateContext())
                .map(token -> token.requireTenant(slug()));
    }

    /** Checks the ID token of a sign-in that began with this nonce; fails with {@link SignInRefused}. */
    Future<Identity> checkIdToken(String idToken, String nonce) {
        return keys().compose(keys -> IdTokens.check(idToken, keys, issuer(), clientId(), nonce, clock));
    }

    /** Checks a logout token of this tenant; fails with {@link SignInRefused}. */
    Future<LogoutTokens.Notice> checkLogoutToken(String logoutToken) {
        return keys().compose(keys -> LogoutTokens.check(logoutToken, keys, issuer(), clientId(), clock));
    }

    synchronized void close() {
        if (connection != null) {
            connection.onSuccess(open -> open.oauth2().close());
        }
    }

    private Future<Jwks> keys() {
        return connect()
                .map(Connection::keys)
                .recover(e -> Future.failedFuture(SignInRefused.unknown("Sallyport cannot be reached")));
    }

    private Future<Connection> discover() {
        OAuth2Options options = new OAuth2Options()
                .setSite(issuer())
                .setClientId(config.clientId())
                .setClientSecret(config.clientSecret())
                .setValidateIssuer(true);
        return OpenIDConnectAuth.discover(vertx, options)
                .map(oauth2 -> new Connection(oauth2, new Jwks(client, clock, options.getJwkPath())));
    }
}
