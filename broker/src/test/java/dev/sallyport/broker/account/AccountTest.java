package dev.sallyport.broker.account;

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
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A person's own page, through a browser. */
class AccountTest {
    private static final String FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Rows rows;
    private static Tenant acme;
    private static Relying app;
    private static Relying atGlobex;
    private static Relying notes;
    private static String home;

    private final Browser browser = new Browser();
    private String name;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        Tenant globex = broker.liveTenant("globex", idp);
        String redirect = "https://ledger.example/callback";
        String secret = broker.application("ledger", redirect, Optional.empty());
        broker.enable(acme, "ledger");
        broker.enable(globex, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, redirect);
        atGlobex = new Relying(broker.issuer("globex"), "ledger", secret, redirect);
        JsonObject made = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR)
                .post(
                        "/applications",
                        new JsonObject()
                                .put("name", "Notes <script>")
                                .put("type", "web")
                                .put("redirect_uris", new JsonArray().add("https://notes.example/callback"))
                                .put("resource", "https://notes.example")
                                .put("third_party", true))
                .expect(201)
                .json();
        broker.enable(acme, made.getString("client_id"));
        notes = new Relying(
                broker.issuer("acme"),
                made.getString("client_id"),
                made.getString("client_secret"),
                "https://notes.example/callback");
        home = app.issuer + "/account";
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    @BeforeEach
    void somebody() {
        name = "p" + UUID.randomUUID();
        idp.person = Person.named(name);
    }

    private static String sid(JsonObject tokens) throws java.text.ParseException {
        return SignedJWT.parse(tokens.getString("access_token"))
                .getJWTClaimsSet()
                .getStringClaim("sid");
    }

    private boolean isAlive(JsonObject tokens) {
        return app.introspect(browser, tokens.getString("access_token")).getBoolean("active");
    }

    private Browser.Answer send(Browser from, String form, String id, String... headers) {
        String token = String.valueOf(Browser.hidden(from.get(home), "token"));
        return from.post(home + form, Map.of("token", token, "id", id), headers);
    }

    @Test
    void whoeverIsNotSignedInComesThroughTheIdpToTheOwnPageWithoutAnyApplication() {
        Browser.Answer door = browser.get(home);
        assertEquals(200, door.status());
        assertTrue(door.body().contains("account/sign-in?connection="));
        String link = door.body().replaceAll("(?s).*href=\"(/t/acme/account/sign-in[^\"]*)\".*", "$1");
        Browser.Answer page = browser.follow(broker.publicUrl + link, "nowhere");
        assertEquals(200, page.status());
        assertTrue(page.body().contains(name) && page.body().contains("this browser"), page.body());
        assertNotNull(browser.get(app.authorizeUrl("prompt", "none")).parameter("code"), "a session like any other");
        assertTrue(
                browser.get(home + "/sign-in?connection=x").location().startsWith(idp.issuer()),
                "there is only one way");
        assertTrue(new Browser().get(atGlobex.issuer + "/account").body().contains("globex Inc."));
    }

    @Test
    @DisplayName(
            "D02, D05: the callback of a sign-in to the page opens nothing in another browser, and what fails there ends on a page")
    void callbackElsewhere() {
        String connection = broker.connections(acme).get(0).id().toString();
        Browser.Answer out = browser.get(home + "/sign-in?connection=" + connection);
        Browser.Answer back = browser.get(out.location());
        Browser victim = new Browser();
        assertEquals(400, victim.get(back.location()).status());
        assertFalse(victim.get(home).body().contains("this browser"));
        idp.callback = answer -> {
            answer.remove("code");
            answer.put("error", "access_denied");
        };
        try {
            Browser.Answer denied = browser.follow(home + "/sign-in?connection=" + connection, "nowhere");
            assertEquals(403, denied.status());
            assertNull(denied.location());
        } finally {
            idp.callback = answer -> {};
        }
    }

    @Test
    void sessionsAreListedAndTheOthersCanBeEnded() throws Exception {
        JsonObject here = app.tokens(browser);
        Browser phone = new Browser();
        JsonObject there = app.tokens(phone);
        Browser tablet = new Browser();
        JsonObject third = app.tokens(tablet);
        rows.change("UPDATE sessions SET user_agent = '" + FIREFOX + "' WHERE id = '" + sid(there) + "'");
        Browser.Answer page = browser.get(home);
        for (String text : List.of("Firefox on Linux", "IdP of acme", "used for ledger", sid(there), sid(third))) {
            assertTrue(page.body().contains(text), text + " in " + page.body());
        }
        assertEquals(303, send(browser, "/sessions/end", sid(there)).status());
        assertFalse(isAlive(there));
        assertTrue(isAlive(third) && isAlive(here));
        assertEquals(303, send(browser, "/sessions/end-others", "").status());
        assertFalse(isAlive(third));
        assertTrue(isAlive(here));
        assertEquals(
                "login_required", tablet.get(app.authorizeUrl("prompt", "none")).parameter("error"));
        assertFalse(browser.get(home).body().contains("End all others"));
        assertEquals(2, rows.events("session.ended", "ended_by_owner"));
    }

    @Test
    @DisplayName("B01: a form reaches nothing of another person, in this tenant or the other")
    void othersAreOutOfReach() throws Exception {
        app.tokens(browser);
        somebody();
        Browser theirs = new Browser();
        JsonObject tokens = app.tokens(theirs);
        JsonObject key = theirs.json(
                        "POST",
                        app.issuer + "/api-keys",
                        new JsonObject().put("name", "ci"),
                        "Authorization",
                        "Bearer " + tokens.getString("access_token"))
                .json();
        for (String id : List.of(sid(tokens), "x", "")) {
            assertEquals(303, send(browser, "/sessions/end", id).status());
        }
        assertEquals(303, send(browser, "/api-keys/end", key.getString("id")).status());
        assertEquals(303, send(browser, "/sessions/end-others", "").status());
        assertTrue(isAlive(tokens));
        assertTrue(app.introspect(browser, key.getString("key")).getBoolean("active"));
        String token = Browser.hidden(browser.get(home), "token");
        assertEquals(
                403,
                browser.post(atGlobex.issuer + "/account/sessions/end-others", Map.of("token", token))
                        .status());
    }

    @Test
    void whatWasAllowedAndWhichKeysThereAreIsListedAndCanBeEnded() {
        JsonObject tokens = app.tokens(browser);
        JsonObject key = browser.json(
                        "POST",
                        app.issuer + "/api-keys",
                        new JsonObject().put("name", "build <b>").put("scopes", new JsonArray().add("reports:read")),
                        "Authorization",
                        "Bearer " + tokens.getString("access_token"))
                .json();
        Browser.Answer question = notes.signIn(browser);
        Browser.Answer back = browser.post(
                notes.issuer + "/consent", Map.of("request", Browser.hidden(question, "request"), "decision", "allow"));
        JsonObject theirs = notes.redeem(browser, back.parameter("code")).json();
        Browser.Answer page = browser.get(home);
        assertTrue(
                page.body().contains("Notes &lt;script&gt;") && page.body().contains("build &lt;b&gt;"), page.body());
        assertFalse(page.body().contains("<script>"));
        assertFalse(page.body().contains(key.getString("key")));
        assertEquals(303, send(browser, "/consents/revoke", notes.clientId).status());
        assertFalse(notes.introspect(browser, theirs.getString("access_token")).getBoolean("active"));
        assertEquals(303, send(browser, "/api-keys/end", key.getString("id")).status());
        assertFalse(app.introspect(browser, key.getString("key")).getBoolean("active"));
        assertFalse(browser.get(home).body().contains("Take back"));
        assertTrue(isAlive(tokens));
    }

    @Test
    @DisplayName(
            "D06, D17: a form from elsewhere, without its token or with another browser's, changes nothing; the page cannot be framed or kept")
    void foreignForms() throws Exception {
        JsonObject tokens = app.tokens(browser);
        Browser elsewhere = new Browser();
        JsonObject second = app.tokens(elsewhere);
        String strange = Browser.hidden(elsewhere.get(home), "token");
        for (String form :
                List.of("/sign-out", "/sessions/end", "/sessions/end-others", "/consents/revoke", "/api-keys/end")) {
            for (String[] origin : List.of(
                    new String[] {"Origin", "https://evil.example"},
                    new String[] {"Origin", broker.publicUrl + ".evil.example"},
                    new String[] {"Sec-Fetch-Site", "cross-site"},
                    new String[] {"Sec-Fetch-Site", "same-site"})) {
                assertEquals(403, send(browser, form, sid(second), origin).status(), form);
            }
            for (String token : List.of(strange, "", "x")) {
                Browser.Answer answer = browser.post(home + form, Map.of("token", token, "id", sid(second)));
                assertEquals(403, answer.status(), form);
            }
            assertEquals(
                    403,
                    new Browser().post(home + form, Map.of("token", strange)).status(),
                    form);
        }
        assertTrue(isAlive(tokens) && isAlive(second));
        Browser.Answer page = browser.get(home);
        assertTrue(page.headers().get("Content-Security-Policy").contains("frame-ancestors 'none'"));
        assertFalse(page.headers().get("Content-Security-Policy").contains("script-src"));
        assertEquals("no-store", page.headers().get("Cache-Control"));
        assertNull(page.headers().get("Access-Control-Allow-Origin"));
    }

    @Test
    void signingOutHereEndsThisSessionOnly() {
        JsonObject here = app.tokens(browser);
        Browser phone = new Browser();
        JsonObject there = app.tokens(phone);
        Browser.Answer out = send(browser, "/sign-out", "");
        assertTrue(out.body().contains("You are signed out"));
        assertFalse(isAlive(here));
        assertTrue(isAlive(there));
        assertTrue(browser.get(home).body().contains("account/sign-in"));
    }
}
