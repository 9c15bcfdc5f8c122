package dev.sallyport.broker.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.Relying;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the OpenID Foundation's plans for RP-initiated and back-channel logout ask of an OP. */
class LogoutPlansTest {
    private static final String BYE = "https://ledger.example/bye";

    private static Stage stage;
    private static Relying app;
    private static Relying other;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        stage = new Stage();
        app = stage.relying(
                stage.register("ledger", "web", new JsonObject().put("backchannel_logout_uri", stage.logoutUri())));
        other = stage.relying(stage.register("notes", "web", new JsonObject()));
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    private Browser.Answer logout(String... parameters) {
        StringBuilder url = new StringBuilder(app.issuer).append("/logout?x=y");
        for (int i = 0; i < parameters.length; i += 2) {
            url.append('&').append(parameters[i]).append('=').append(Browser.encode(parameters[i + 1]));
        }
        return browser.get(url.toString());
    }

    private boolean signedIn() {
        return app.signIn(browser, "prompt", "none").parameter("code") != null;
    }

    @Test
    @DisplayName("oidcc-rp-initiated-logout: back at the registered address with its state, and signed out")
    void plain() {
        String id = app.tokens(browser).getString("id_token");
        Browser.Answer answer = logout("id_token_hint", id, "post_logout_redirect_uri", BYE, "state", "a b&c");
        assertEquals(BYE + "?state=a+b%26c", answer.location());
        assertFalse(signedIn());
        String again = app.tokens(browser).getString("id_token");
        assertEquals(
                BYE,
                logout("id_token_hint", again, "post_logout_redirect_uri", BYE).location(),
                "no-state");
        Browser.Answer posted = browser.post(
                app.issuer + "/logout",
                Map.of("id_token_hint", app.tokens(browser).getString("id_token"), "post_logout_redirect_uri", BYE));
        assertEquals(BYE, posted.location(), "POST");
        assertFalse(signedIn());
    }

    @Test
    @DisplayName(
            "oidcc-rp-initiated-logout-no-params, -no-post-logout-redirect-uri, -no-id-token-hint: a page, and nothing ends unasked")
    void pages() {
        String id = app.tokens(browser).getString("id_token");
        for (Browser.Answer asked : List.of(
                logout(), logout("client_id", app.clientId, "post_logout_redirect_uri", BYE), logout("state", "s"))) {
            assertEquals(200, asked.status(), asked.toString());
            assertNull(asked.location());
            assertTrue(signedIn());
        }
        Browser.Answer done = logout("id_token_hint", id);
        assertEquals(200, done.status());
        assertNull(done.location());
        assertFalse(signedIn());
    }

    @Test
    @DisplayName(
            "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri, -query-added, -bad-id-token-hint, -modified-id-token-hint: a page, still signed in (D01)")
    void refused() {
        String id = app.tokens(browser).getString("id_token");
        String notes = other.tokens(browser).getString("id_token");
        String modified = id.substring(0, id.length() - 8) + (id.endsWith("AAAAAAAA") ? "BBBBBBBB" : "AAAAAAAA");
        String[][] table = {
            {"id_token_hint", id, "post_logout_redirect_uri", "https://elsewhere.example/bye"},
            {"id_token_hint", id, "post_logout_redirect_uri", BYE + "?foo=bar"},
            {"id_token_hint", "not-a-token", "post_logout_redirect_uri", BYE},
            {"id_token_hint", modified, "post_logout_redirect_uri", BYE},
            {"id_token_hint", notes, "post_logout_redirect_uri", BYE},
            {"id_token_hint", id, "client_id", other.clientId, "post_logout_redirect_uri", BYE},
            {"post_logout_redirect_uri", BYE}
        };
        for (String[] row : table) {
            Browser.Answer answer = logout(row);
            assertEquals(400, answer.status(), String.join(" ", row));
            assertNull(answer.location(), String.join(" ", row));
            assertTrue(signedIn(), String.join(" ", row));
        }
    }

    @Test
    @DisplayName(
            "oidcc-backchannel-rp-initiated-logout: the logout token holds what Back-Channel Logout §2.4 asks, and no nonce")
    void backChannel() throws Exception {
        JsonObject tokens = app.tokens(browser);
        stage.notices.clear();
        logout("id_token_hint", tokens.getString("id_token"), "post_logout_redirect_uri", BYE);
        String body = stage.notice();
        assertTrue(body.startsWith("logout_token="), body);
        SignedJWT token = SignedJWT.parse(body.substring("logout_token=".length()));
        assertEquals("logout+jwt", token.getHeader().getType().getType());
        JWTClaimsSet claims = token.getJWTClaimsSet();
        JWTClaimsSet id = SignedJWT.parse(tokens.getString("id_token")).getJWTClaimsSet();
        assertEquals(app.issuer, claims.getIssuer());
        assertEquals(List.of(app.clientId), claims.getAudience());
        assertEquals(id.getSubject(), claims.getSubject());
        assertEquals(id.getStringClaim("sid"), claims.getStringClaim("sid"));
        assertEquals(
                Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()),
                claims.getJSONObjectClaim("events"));
        assertNull(claims.getClaim("nonce"));
        assertTrue(claims.getJWTID() != null && claims.getIssueTime() != null);
        long life = new JsonObject(token.getPayload().toString()).getLong("exp")
                - new JsonObject(token.getPayload().toString()).getLong("iat");
        assertTrue(life > 0 && life <= 120);
        assertEquals(
                "invalid_grant",
                app.refresh(browser, tokens.getString("refresh_token")).json().getString("error"));
    }
}
