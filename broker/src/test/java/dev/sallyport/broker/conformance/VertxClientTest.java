package dev.sallyport.broker.conformance;

import static dev.sallyport.broker.TestBroker.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.Relying;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.oauth2.OAuth2Auth;
import io.vertx.ext.auth.oauth2.OAuth2AuthorizationURL;
import io.vertx.ext.auth.oauth2.OAuth2FlowType;
import io.vertx.ext.auth.oauth2.OAuth2Options;
import io.vertx.ext.auth.oauth2.Oauth2Credentials;
import io.vertx.ext.auth.oauth2.providers.OpenIDConnectAuth;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An application on Vert.x that knows the tenant's issuer and its own credentials, and finds the rest by discovery. */
class VertxClientTest {
    private static Stage stage;
    private static Stage.App ledger;
    private static OAuth2Auth oauth2;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        stage = new Stage();
        ledger = stage.register("ledger", "web", new JsonObject());
        oauth2 = discover(ledger);
    }

    @AfterAll
    static void stop() {
        oauth2.close();
        stage.close();
    }

    private static OAuth2Auth discover(Stage.App app) {
        return await(OpenIDConnectAuth.discover(
                stage.vertx,
                new OAuth2Options()
                        .setSite(stage.issuer)
                        .setClientId(app.id())
                        .setClientSecret(app.secret())
                        .setValidateIssuer(true)));
    }

    private User signIn(OAuth2Auth as, Stage.App app) {
        String address = as.authorizeURL(new OAuth2AuthorizationURL()
                .setRedirectUri(app.redirectUri())
                .setScopes(List.of("openid", "profile", "email"))
                .setState("state-1")
                .setCodeChallenge(Relying.challenge(Relying.VERIFIER))
                .setCodeChallengeMethod("S256")
                .putAdditionalParameter("nonce", "nonce-1"));
        Browser.Answer back = browser.follow(address, app.redirectUri());
        assertEquals("state-1", back.parameter("state"), back.toString());
        assertEquals(stage.issuer, back.parameter("iss"));
        return await(as.authenticate(new Oauth2Credentials()
                .setFlow(OAuth2FlowType.AUTH_CODE)
                .setCode(back.parameter("code"))
                .setCodeVerifier(Relying.VERIFIER)
                .setRedirectUri(app.redirectUri())));
    }

    @Test
    @DisplayName("Signs in, reads the person, refreshes, and gives the tokens back")
    void signsIn() {
        User alice = signIn(oauth2, ledger);
        assertNotNull(alice.principal().getString("id_token"));
        JsonObject info = await(oauth2.userInfo(alice));
        assertEquals("alice@example.com", info.getString("email"));
        assertEquals(alice.subject(), info.getString("sub"));
        User again = await(oauth2.refresh(alice));
        assertEquals(alice.subject(), again.subject());
        assertNotEquals(
                alice.principal().getString("refresh_token"), again.principal().getString("refresh_token"));
        await(oauth2.revoke(again, "refresh_token"));
        assertThrows(RuntimeException.class, () -> await(oauth2.refresh(again)));
    }

    @Test
    @DisplayName("A public application signs in without a secret")
    void publicApplication() {
        Stage.App board = stage.register("board", "spa", new JsonObject());
        OAuth2Auth as = discover(board);
        assertNotNull(signIn(as, board).principal().getString("access_token"));
        as.close();
    }

    @Test
    @DisplayName("Checks access tokens by the keys, and API keys by introspection until they end")
    void checks() {
        User alice = signIn(oauth2, ledger);
        String access = alice.principal().getString("access_token");
        assertEquals(
                alice.subject(),
                await(oauth2.authenticate(new TokenCredentials(access))).subject());
        String keys = stage.issuer + "/api-keys";
        JsonObject key = browser.json(
                        "POST", keys, new JsonObject().put("name", "script"), "Authorization", "Bearer " + access)
                .json();
        TokenCredentials presented = new TokenCredentials(key.getString("key"));
        assertEquals(alice.subject(), await(oauth2.authenticate(presented)).subject());
        assertEquals(
                204,
                browser.json("DELETE", keys + "/" + key.getString("id"), null, "Authorization", "Bearer " + access)
                        .status());
        assertThrows(RuntimeException.class, () -> await(oauth2.authenticate(presented)));
    }

    @Test
    @DisplayName("Signs out by the address that it builds itself")
    void signsOut() {
        User alice = signIn(oauth2, ledger);
        String bye = "https://ledger.example/bye";
        String address = oauth2.endSessionURL(
                alice, new JsonObject().put("post_logout_redirect_uri", bye).put("state", "z"));
        assertTrue(address.startsWith(stage.issuer + "/logout?"), address);
        assertEquals(bye + "?state=z", browser.get(address).location());
        assertThrows(RuntimeException.class, () -> await(oauth2.refresh(alice)));
    }
}
