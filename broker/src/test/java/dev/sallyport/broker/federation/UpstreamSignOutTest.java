package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Person;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Signing out here goes on to the tenant's IdP, where it offers that, and comes back. */
class UpstreamSignOutTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final String BYE = REDIRECT + "/bye";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static EvilIdp hostile;
    private static TestBroker broker;
    private static Rows rows;
    private static AdminCaller operator;
    private static Relying app;
    private static Relying atGlobex;
    private static String callback;
    private static String connection;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        idp.discovery = document -> document.put("end_session_endpoint", idp.issuer() + "/end?tenant=a");
        hostile = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort(), hostile.hostPort());
        rows = new Rows(broker);
        operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        broker.catalogue();
        Tenant acme = broker.liveTenant("acme", idp);
        Tenant globex = broker.liveTenant("globex", hostile);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        broker.enable(globex, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        atGlobex = new Relying(broker.issuer("globex"), "ledger", secret, REDIRECT);
        connection = broker.connections(acme).get(0).id().toString();
        callback = app.issuer + "/federation/" + connection + "/callback";
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        hostile.close();
        vertx.close();
    }

    @BeforeEach
    void alice() {
        idp.person = Person.named("alice");
        hostile.person = Person.named("alice");
    }

    private static String logout(JsonObject tokens) {
        return app.issuer + "/logout?id_token_hint=" + tokens.getString("id_token")
                + "&state=z&post_logout_redirect_uri=" + Browser.encode(BYE);
    }

    private void assertOver(JsonObject tokens) {
        assertEquals(
                "invalid_grant",
                app.refresh(browser, tokens.getString("refresh_token")).json().getString("error"));
        assertEquals(
                "login_required",
                browser.get(app.authorizeUrl("prompt", "none")).parameter("error"));
    }

    @Test
    void theBrowserGoesToTheIdpWithItsIdTokenAndComesBackToTheApplication() throws Exception {
        JsonObject tokens = app.tokens(browser);
        Browser.Answer out = browser.get(logout(tokens));
        assertTrue(out.location().startsWith(idp.issuer() + "/end?tenant=a&"), out.location());
        assertOver(tokens);
        assertEquals("sallyport", out.parameter("client_id"));
        assertEquals(callback, out.parameter("post_logout_redirect_uri"));
        var hint = SignedJWT.parse(out.parameter("id_token_hint")).getJWTClaimsSet();
        assertEquals(idp.issuer(), hint.getIssuer());
        assertEquals("alice", hint.getSubject());
        String back = callback + "?state=" + out.parameter("state");
        assertEquals(BYE + "?state=z", browser.get(back).location());
        assertEquals(400, browser.get(back).status(), "once");
    }

    @Test
    @DisplayName("D05, D16: the way back is bound to the browser, and leads nowhere but to what was checked")
    void boundToTheBrowser() {
        Browser.Answer out = browser.get(logout(app.tokens(browser)));
        Browser.Answer stranger = new Browser().get(callback + "?state=" + out.parameter("state"));
        assertEquals(400, stranger.status());
        assertNull(stranger.location());
        Browser.Answer again = browser.get(logout(app.tokens(browser)));
        Browser.Answer back = browser.get(
                callback + "?state=" + again.parameter("state")
                        + "&code=x&error=y&post_logout_redirect_uri=https%3A%2F%2Fevil.example&return_to=https%3A%2F%2Fevil.example");
        assertEquals(BYE + "?state=z", back.location());
        Browser.Answer third = browser.get(logout(app.tokens(browser)));
        assertEquals(
                400,
                browser.get(atGlobex.issuer + "/federation/" + connection + "/callback?state="
                                + third.parameter("state"))
                        .status());
    }

    @Test
    void withoutAnAddressItEndsOnOurPage() {
        app.tokens(browser);
        assertEquals(200, browser.get(app.issuer + "/logout").status());
        Browser.Answer out = browser.post(app.issuer + "/logout", Map.of("confirm", "yes"));
        assertTrue(out.location().startsWith(idp.issuer() + "/end"), out.location());
        Browser.Answer back = browser.get(callback + "?state=" + out.parameter("state"));
        assertEquals(200, back.status());
        assertTrue(back.body().contains("You are signed out"));
    }

    @Test
    @DisplayName(
            "B13: the IdP's ID token lies sealed with the session, and is gone when that ends; nobody gets it without the session's cookie")
    void sealed() {
        JsonObject tokens = app.tokens(browser);
        String where = " FROM sessions WHERE ended_at IS NULL ORDER BY created_at DESC LIMIT 1";
        String kept =
                rows.texts("SELECT encode(upstream_id_token, 'escape')" + where).get(0);
        assertNotNull(kept);
        assertFalse(kept.contains("eyJ"), kept);
        Browser.Answer byHint = new Browser().get(logout(tokens));
        assertEquals(BYE + "?state=z", byHint.location());
        assertOver(tokens);
        assertEquals(
                0,
                rows.number(
                        "SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL AND upstream_id_token IS NOT NULL"));
    }

    @Test
    void theConnectionMaySwitchItOff() {
        String path = "/tenants/acme/connections/" + connection;
        assertTrue(operator.get(path).json().getBoolean("upstream_logout"));
        operator.patch(path, new JsonObject().put("upstream_logout", false)).expect(200);
        try {
            JsonObject tokens = app.tokens(browser);
            assertEquals(BYE + "?state=z", browser.get(logout(tokens)).location());
            assertOver(tokens);
            assertEquals(
                    0,
                    rows.number("SELECT count(*) FROM sessions WHERE ended_at IS NULL AND upstream_id_token IS NOT NULL"
                            + " AND created_at > now() - interval '2 seconds'"));
        } finally {
            operator.patch(path, new JsonObject().put("upstream_logout", true)).expect(200);
        }
    }

    @Test
    @DisplayName(
            "C01, D11: an end_session_endpoint that no browser may be sent to is believed as little as the rest of its document")
    void hostileEndpoint() {
        for (String endpoint : new String[] {
            "javascript:alert(1)",
            "data:text/html,x",
            "http://169.254.169.254/",
            "https://user@idp.example/",
            "//evil.example"
        }) {
            hostile.discovery = document -> document.put("end_session_endpoint", endpoint);
            Browser.Answer answer = new Browser().get(atGlobex.authorizeUrl());
            assertTrue(answer.location().startsWith(REDIRECT + "?error="), endpoint + ": " + answer);
        }
    }
}
