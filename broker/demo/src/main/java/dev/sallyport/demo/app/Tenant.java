package dev.sallyport.demo.app;

import dev.sallyport.demo.app.IdTokens.Identity;
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
    private final RevocationFeed feed;
    private final AccessTokens accessTokens;
    private Future<Connection> connection;

    Tenant(Vertx vertx, WebClient client, Clock clock, DemoAppConfig config, Customer customer) {
        this.vertx = vertx;
        this.client = client;
        this.clock = clock;
        this.config = config;
        this.customer = customer;
        this.feed = new RevocationFeed(vertx, client, clock, issuer() + "/revocations");
        this.accessTokens = new AccessTokens(clock, slug(), issuer(), config.audience(slug()), feed);
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

    /** Checks an access token of this tenant; fails with {@link TokenRefused}. */
    Future<AccessToken> check(String accessToken) {
        return keys().compose(keys -> accessTokens.check(accessToken, keys));
    }

    /** Checks the ID token of a sign-in that began with this nonce; fails with {@link TokenRefused}. */
    Future<Identity> checkIdToken(String idToken, String nonce) {
        return keys().compose(keys -> IdTokens.check(idToken, keys, issuer(), clientId(), nonce, clock));
    }

    /** Checks a logout token of this tenant; fails with {@link TokenRefused}. */
    Future<LogoutTokens.Notice> checkLogoutToken(String logoutToken) {
        return keys().compose(keys -> LogoutTokens.check(logoutToken, keys, issuer(), clientId(), clock));
    }

    synchronized void close() {
        feed.close();
        if (connection != null) {
            connection.onSuccess(open -> open.oauth2().close());
        }
    }

    private Future<Jwks> keys() {
        return connect()
                .map(Connection::keys)
                .recover(e -> Future.failedFuture(TokenRefused.unknown("Sallyport cannot be reached")));
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
