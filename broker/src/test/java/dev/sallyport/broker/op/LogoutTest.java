package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Person;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RP-Initiated Logout 1.0, in order and otherwise. */
class LogoutTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final String BYE = REDIRECT + "/bye";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Tenant acme;
    private static Relying app;
    private static Relying notes;
    private static Relying atGlobex;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        Tenant globex = broker.liveTenant("globex", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        String other = broker.application("notes", "https://notes.example/callback", Optional.empty());
        broker.enable(acme, "ledger");
        broker.enable(acme, "notes");
        broker.enable(globex, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        notes = new Relying(broker.issuer("acme"), "notes", other, "https://notes.example/callback");
        atGlobex = new Relying(broker.issuer("globex"), "ledger", secret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    @BeforeEach
    void alice() {
        idp.person = Person.named("alice");
    }

    private static String url(String... parameters) {
        StringBuilder url = new StringBuilder(app.issuer).append("/logout?");
        for (int i = 0; i < parameters.length; i += 2) {
            url.append(parameters[i])
                    .append('=')
                    .append(Browser.encode(parameters[i + 1]))
                    .append('&');
        }
        return url.substring(0, url.length() - 1);
    }

    private boolean isSignedIn() {
        return browser.get(app.authorizeUrl("prompt", "none")).parameter("code") != null;
    }

    private static String expired(JsonObject tokens) throws java.text.ParseException {
        JsonObject claims = new JsonObject(
                SignedJWT.parse(tokens.getString("id_token")).getJWTClaimsSet().toJSONObject());
        long past = System.currentTimeMillis() / 1_000 - 86_400;
        return broker.idToken(
                acme, claims.put("iat", past).put("exp", past + 300).put("auth_time", past));
    }

    @Test
    @DisplayName("D16: an expired hint of this session is as good as a fresh one, by GET and by POST")
    void expiredHint() throws Exception {
        String hint = expired(app.tokens(browser));
        Browser.Answer out = browser.get(url(
                "id_token_hint",
                hint,
                "post_logout_redirect_uri",
                BYE,
                "state",
                "a b&c",
                "ui_locales",
                "de",
                "logout_hint",
                "x"));
        assertEquals(BYE + "?state=a+b%26c", out.location());
        assertFalse(isSignedIn());
        String next = app.tokens(browser).getString("id_token");
        out = browser.post(
                app.issuer + "/logout",
                Map.of("id_token_hint", next, "client_id", "ledger", "post_logout_redirect_uri", BYE),
                "Origin",
                "https://ledger.example");
        assertEquals(BYE, out.location(), "no state asked, none echoed");
        assertFalse(isSignedIn());
    }

    @Test
    @DisplayName("D16: what is not in order gets a page, no redirect, and ends nothing")
    void refused() {
        JsonObject tokens = app.tokens(browser);
        String hint = tokens.getString("id_token");
        Map<String, String> table = new LinkedHashMap<>();
        table.put("address alone", url("post_logout_redirect_uri", BYE));
        table.put("another address", url("id_token_hint", hint, "post_logout_redirect_uri", "https://evil.example/"));
        table.put("longer", url("id_token_hint", hint, "post_logout_redirect_uri", BYE + "/x"));
        table.put("with a query", url("id_token_hint", hint, "post_logout_redirect_uri", BYE + "?a=b"));
        table.put("in capitals", url("id_token_hint", hint, "post_logout_redirect_uri", BYE.replace("https", "HTTPS")));
        table.put("a redirect URI of sign-in", url("id_token_hint", hint, "post_logout_redirect_uri", REDIRECT));
        table.put("javascript", url("id_token_hint", hint, "post_logout_redirect_uri", "javascript:alert(1)"));
        table.put("another client", url("id_token_hint", hint, "client_id", "notes"));
        table.put("another client's address", url("client_id", "notes", "post_logout_redirect_uri", BYE));
        table.put("unknown client", url("client_id", "nobody", "post_logout_redirect_uri", BYE));
        table.put("twice", url("id_token_hint", hint, "id_token_hint", hint));
        table.put("endless", url("id_token_hint", hint + "x".repeat(9_000)));
        table.forEach((name, url) -> {
            Browser.Answer answer = browser.get(url);
            assertTrue(answer.status() == 400 || answer.status() == 414, name + ": " + answer.status());
            assertNull(answer.location(), name);
            assertTrue(isSignedIn(), name);
        });
        assertTrue(app.introspect(browser, tokens.getString("access_token")).getBoolean("active"));
    }

    @Test
    @DisplayName(
            "D16: without a hint that is ours and of this session the person is asked, and only our own page can answer")
    void asked() {
        app.tokens(browser);
        Browser another = new Browser();
        idp.person = Person.named("mallory");
        JsonObject foreign = app.tokens(another);
        JsonObject globex = atGlobex.tokens(new Browser());
        Map<String, String> table = new LinkedHashMap<>();
        table.put("no hint", url("client_id", "ledger", "post_logout_redirect_uri", BYE));
        table.put("another session's", url("id_token_hint", foreign.getString("id_token")));
        table.put("another tenant's", url("id_token_hint", globex.getString("id_token")));
        table.put("an access token", url("id_token_hint", foreign.getString("access_token")));
        table.put("no token", url("id_token_hint", "x.y.z"));
        table.forEach((name, url) -> {
            Browser.Answer page = browser.get(url);
            assertEquals(200, page.status(), name);
            assertTrue(page.body().contains("Sign out of acme Inc.?"), name);
            assertTrue(page.headers().get("Content-Security-Policy").contains("frame-ancestors 'none'"), name);
            assertTrue(isSignedIn(), name);
        });
        assertTrue(another.get(app.authorizeUrl("prompt", "none")).parameter("code") != null, "nor is the other ended");
        for (String[] origin : List.of(
                new String[] {"Origin", "https://evil.example"}, new String[] {"Sec-Fetch-Site", "cross-site"})) {
            assertEquals(
                    200,
                    browser.post(app.issuer + "/logout", Map.of("confirm", "yes"), origin)
                            .status());
            assertTrue(isSignedIn());
        }
        Browser.Answer done = browser.post(
                app.issuer + "/logout",
                Map.of("confirm", "yes", "client_id", "ledger", "post_logout_redirect_uri", BYE, "state", "s"));
        assertEquals(BYE + "?state=s", done.location());
        assertFalse(isSignedIn());
    }

    @Test
    @DisplayName("D16: a form from another site brings no cookie and is asked by a redirect, instead of pretending")
    void crossSitePost() {
        app.tokens(browser);
        Browser.Answer answer = new Browser()
                .post(
                        app.issuer + "/logout",
                        Map.of("client_id", "ledger", "post_logout_redirect_uri", BYE, "state", "s"),
                        "Origin",
                        "https://ledger.example");
        assertEquals(303, answer.status());
        Browser.Answer page = browser.get(
                java.net.URI.create(app.issuer).resolve(answer.location()).toString());
        assertEquals(200, page.status());
        assertEquals(BYE, Browser.hidden(page, "post_logout_redirect_uri"));
        assertEquals("s", Browser.hidden(page, "state"));
    }

    @Test
    void theOtherApplicationsTokensOfTheSessionDieToo() {
        JsonObject one = app.tokens(browser);
        JsonObject two = notes.tokens(browser);
        browser.get(url("id_token_hint", one.getString("id_token")));
        assertEquals(
                "invalid_grant",
                notes.refresh(browser, two.getString("refresh_token")).json().getString("error"));
        assertFalse(notes.introspect(browser, two.getString("access_token")).getBoolean("active"));
    }
}
