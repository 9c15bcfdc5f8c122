package dev.sallyport.broker.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import dev.sallyport.broker.web.Cookies;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.HttpCookie;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One session per browser and tenant: how it begins, whose it is, and every way in which it ends. */
class SessionTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final String COOKIE = "sallyport_session";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static TestBroker other;
    private static Rows rows;
    private static Tenant acme;
    private static Relying app;
    private static Relying atGlobex;

    private final Browser browser = new Browser();
    private String name;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        other = broker.anotherNode(idp.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        Tenant globex = broker.liveTenant("globex", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        broker.enable(globex, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        atGlobex = new Relying(broker.issuer("globex"), "ledger", secret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        other.close();
        broker.close();
        idp.close();
        vertx.close();
    }

    @BeforeEach
    void somebody() {
        name = "p" + UUID.randomUUID();
        idp.person = Person.named(name);
        idp.claims = claims -> {};
    }

    private String cookie() {
        return browser.cookies().getCookieStore().getCookies().stream()
                .filter(c -> c.getName().equals(COOKIE) && c.getPath().equals("/t/acme"))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElseThrow();
    }

    /** Whether this Cookie header is a session at an issuer. */
    private static boolean isSession(Relying at, String header) {
        return new Browser()
                        .get(at.authorizeUrl("prompt", "none"), "Cookie", header)
                        .parameter("code")
                != null;
    }

    private static String sid(JsonObject tokens) {
        try {
            return SignedJWT.parse(tokens.getString("access_token"))
                    .getJWTClaimsSet()
                    .getStringClaim("sid");
        } catch (java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing that came from the session is good any more, on either node. */
    private void assertOver(String why, JsonObject tokens) {
        for (TestBroker node : List.of(broker, other)) {
            Browser through = node.through(new Browser());
            String access = tokens.getString("access_token");
            assertEquals("{\"active\":false}", app.introspect(through, access).encode(), why);
            assertEquals(
                    401,
                    through.get(app.issuer + "/userinfo", "Authorization", "Bearer " + access)
                            .status(),
                    why);
            assertEquals(
                    "invalid_grant",
                    app.refresh(through, tokens.getString("refresh_token"))
                            .json()
                            .getString("error"),
                    why);
        }
        JsonArray cutoffs =
                new Browser().get(app.issuer + "/revocations").json().getJsonArray("cutoffs");
        assertTrue(
                cutoffs.stream()
                        .map(JsonObject.class::cast)
                        .anyMatch(c -> c.getString("kind").equals("session")
                                && c.getString("value").equals(sid(tokens))),
                why);
    }

    @Test
    @DisplayName(
            "D07: the cookie is the tenant's path's alone, HttpOnly, SameSite=Lax, and __Secure- where the public URL is https")
    void attributes() {
        String set = app.signIn(browser).headers().get("set-cookie");
        assertTrue(set.contains(COOKIE + "="), set);
        assertTrue(set.contains("Path=/t/acme;") && set.contains("HTTPOnly") && set.contains("SameSite=Lax"), set);
        assertFalse(set.toLowerCase(java.util.Locale.ROOT).contains("domain"), set);
        String secure = new Cookies(true)
                .make(acme, "", COOKIE, "x", Duration.ofHours(1))
                .encode();
        assertTrue(secure.startsWith("__Secure-" + COOKIE + "=x;") && secure.contains("Secure;"), secure);
    }

    @Test
    @DisplayName("D06: a cookie that was planted before is not adopted, and each sign-in gets a new one")
    void noFixation() {
        HttpCookie planted = new HttpCookie(COOKIE, "planted-by-an-attacker-0123456789-0123456789");
        planted.setPath("/t/acme");
        planted.setDomain("127.0.0.1");
        planted.setVersion(0);
        browser.cookies().getCookieStore().add(java.net.URI.create(app.issuer), planted);
        JsonObject first = app.tokens(browser);
        String one = cookie();
        assertNotEquals(planted.getValue(), one);
        assertFalse(isSession(app, COOKIE + "=" + planted.getValue()));
        JsonObject second = app.tokens(browser, "prompt", "login");
        String two = cookie();
        assertNotEquals(one, two);
        assertFalse(isSession(app, COOKIE + "=" + one), "the former cookie");
        assertTrue(isSession(app, COOKIE + "=" + two));
        assertEquals(sid(first), sid(second), "the same person goes on in the same session");
        assertEquals(200, app.refresh(browser, first.getString("refresh_token")).status());
    }

    @Test
    @DisplayName("D06: another person in the same browser ends the session of the one before; nothing is mixed")
    void anotherPerson() throws Exception {
        JsonObject first = app.tokens(browser);
        String former = cookie();
        somebody();
        JsonObject second = app.tokens(browser, "prompt", "login");
        assertOver("replaced", first);
        assertFalse(isSession(app, COOKIE + "=" + former));
        assertNotEquals(sid(first), sid(second));
        JsonObject info = browser.get(
                        app.issuer + "/userinfo", "Authorization", "Bearer " + second.getString("access_token"))
                .json();
        assertEquals(name + "@example.com", info.getString("preferred_username"));
    }

    @Test
    @DisplayName("D05: a callback in another browser opens no session there and none in the first")
    void callbackInAnotherBrowser() {
        Browser.Answer out = browser.get(app.authorizeUrl());
        Browser.Answer back = browser.get(out.location());
        Browser victim = new Browser();
        Browser.Answer refused = victim.get(back.location());
        assertEquals(400, refused.status());
        assertNull(refused.location());
        assertFalse(String.valueOf(refused.headers().get("set-cookie")).contains(COOKIE + "="), refused.toString());
        assertEquals(400, browser.get(back.location()).status(), "and it is burnt");
        assertEquals(
                "login_required", victim.get(app.authorizeUrl("prompt", "none")).parameter("error"));
    }

    @Test
    @DisplayName("D05: two tabs sign in at the same time, and both come back")
    void twoTabs() {
        Browser.Answer one = browser.get(app.authorizeUrl());
        Browser.Answer two = browser.get(app.authorizeUrl());
        Browser.Answer backOfOne = browser.get(one.location());
        Browser.Answer backOfTwo = browser.get(two.location());
        assertNotNull(browser.get(backOfTwo.location()).parameter("code"));
        assertNotNull(browser.get(backOfOne.location()).parameter("code"));
        assertNotNull(browser.get(app.authorizeUrl("prompt", "none")).parameter("code"));
    }

    @Test
    @DisplayName("D07, B02: duplicates and malformed neighbours hide no session; another tenant's cookie is none")
    void cookieTossing() {
        app.tokens(browser);
        String good = COOKIE + "=" + cookie();
        for (String header : List.of(
                good,
                COOKIE + "=tossed; " + good,
                good + "; " + COOKIE + "=tossed",
                "a=%; b=\"; =; ;; c; " + COOKIE + "=%zz; " + COOKIE + "=" + "x".repeat(3_000) + "; " + good,
                "__Secure-" + good + "; " + good)) {
            assertTrue(isSession(app, header), header);
        }
        for (String header : List.of("__Secure-" + good, "x" + good, good + "x", COOKIE + "=", COOKIE + "=tossed")) {
            assertFalse(isSession(app, header), header);
        }
        assertFalse(isSession(atGlobex, good), "acme's cookie at globex");
    }

    @Test
    @DisplayName("E06: however a session ends, its refresh tokens and access tokens end with it, and the feed says so")
    void everyEnd() {
        AdminCaller operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        Map<String, java.util.function.Consumer<JsonObject>> ends = new LinkedHashMap<>();
        ends.put(
                "by the application",
                tokens -> browser.get(app.issuer + "/logout?id_token_hint=" + tokens.getString("id_token")));
        ends.put("by the application without the browser", tokens -> new Browser()
                .get(app.issuer + "/logout?id_token_hint=" + tokens.getString("id_token")));
        ends.put(
                "by the person, after being asked",
                tokens -> browser.post(app.issuer + "/logout", Map.of("confirm", "yes")));
        ends.put(
                "by the person, on their page",
                tokens -> browser.post(
                        app.issuer + "/account/sign-out",
                        Map.of("token", Browser.hidden(browser.get(app.issuer + "/account"), "token"))));
        ends.put("by the person, from elsewhere", tokens -> {
            Browser elsewhere = new Browser();
            app.tokens(elsewhere);
            elsewhere.post(
                    app.issuer + "/account/sessions/end",
                    Map.of(
                            "token",
                            Browser.hidden(elsewhere.get(app.issuer + "/account"), "token"),
                            "id",
                            sid(tokens)));
        });
        ends.put("by the IdP", tokens -> new Browser()
                .post(
                        app.issuer + "/federation/"
                                + broker.connections(acme).get(0).id() + "/backchannel-logout",
                        Map.of("logout_token", idp.sign(idp.logoutClaims("sallyport", name, null)))));
        ends.put("by an admin who suspends the person", tokens -> operator.post(
                        "/tenants/acme/users/" + user(tokens) + "/suspend", new JsonObject().put("reason", "x"))
                .expect(200));
        ends.forEach((why, end) -> {
            somebody();
            browser.forget();
            JsonObject tokens = app.tokens(browser);
            end.accept(tokens);
            assertOver(why, tokens);
            assertEquals(
                    "login_required",
                    browser.get(app.authorizeUrl("prompt", "none")).parameter("error"),
                    why);
        });
    }

    private static String user(JsonObject tokens) {
        return app.introspect(new Browser(), tokens.getString("access_token")).getString("sub");
    }

    private static void change(JsonObject tokens, String set) {
        rows.change("UPDATE sessions SET " + set + " WHERE id = '" + sid(tokens) + "'");
    }

    @Test
    @DisplayName("E13: an idle session is over for the browser; one that is used stays")
    void idle() {
        JsonObject tokens = app.tokens(browser);
        change(tokens, "last_seen_at = now() - interval '8 hours' + interval '5 seconds'");
        assertNotNull(browser.get(app.authorizeUrl("prompt", "none")).parameter("code"));
        assertEquals(
                1,
                rows.number("SELECT count(*) FROM sessions WHERE id = '" + sid(tokens)
                        + "' AND last_seen_at > now() - interval '1 minute'"));
        change(tokens, "last_seen_at = now() - interval '8 hours' - interval '1 second'");
        assertEquals(
                "login_required",
                browser.get(app.authorizeUrl("prompt", "none")).parameter("error"));
        assertTrue(browser.get(app.issuer + "/account").body().contains("account/sign-in"));
    }

    @Test
    @DisplayName("E13: at its absolute end everything of a session is over, however it was used")
    void absolute() {
        JsonObject tokens = app.tokens(browser);
        change(tokens, "expires_at = now() + interval '1 minute', last_seen_at = now()");
        Browser.Answer refreshed = app.refresh(browser, tokens.getString("refresh_token"));
        assertEquals(200, refreshed.status());
        change(tokens, "expires_at = now() - interval '1 second'");
        assertEquals(
                "invalid_grant",
                app.refresh(browser, refreshed.json().getString("refresh_token"))
                        .json()
                        .getString("error"));
        assertFalse(app.introspect(browser, refreshed.json().getString("access_token"))
                .getBoolean("active"));
        assertEquals(
                "login_required",
                browser.get(app.authorizeUrl("prompt", "none")).parameter("error"));
    }

    @Test
    @DisplayName(
            "E13: the IdP's session_expiry bounds the session and its refresh family, also when the person signs in anew")
    void upstreamExpiry() {
        long end = System.currentTimeMillis() / 1_000 + 600;
        idp.claims = claims -> claims.put("session_expiry", end);
        JsonObject tokens = app.tokens(browser);
        String until = "SELECT extract(epoch FROM expires_at)::bigint FROM sessions WHERE id = '" + sid(tokens) + "'";
        assertEquals(end, rows.number(until));
        assertEquals(
                end,
                rows.number("SELECT extract(epoch FROM expires_at)::bigint FROM refresh_families WHERE session_id = '"
                        + sid(tokens) + "'"));
        idp.claims = claims -> claims.put("session_expiry", end + 6_000);
        assertEquals(sid(tokens), sid(app.tokens(browser, "prompt", "login")));
        assertEquals(end, rows.number(until), "never later");
        idp.claims = claims -> {};
        app.tokens(browser, "prompt", "login");
        assertEquals(end, rows.number(until), "nor gone");
        idp.claims = claims -> claims.put("session_expiry", end - 300);
        app.tokens(browser, "prompt", "login");
        assertEquals(end - 300, rows.number(until), "but sooner");
    }
}
