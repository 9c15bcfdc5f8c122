package dev.sallyport.broker.consent;

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
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.broker.outside.Together;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
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

/** Third-party applications, as they and the people who allow or deny them see it. */
class ConsentTest {
    private static final String REDIRECT = "https://notes.example/callback";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Rows rows;
    private static AdminCaller operator;
    private static Tenant acme;
    private static Tenant globex;
    private static Relying notes;
    private static Relying notesAtGlobex;
    private static Relying ledger;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        rows = new Rows(broker);
        operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        globex = broker.liveTenant("globex", idp);
        notes = thirdParty("Notes <b>&", REDIRECT);
        broker.enable(acme, notes.clientId);
        broker.enable(globex, notes.clientId);
        notesAtGlobex = new Relying(broker.issuer("globex"), notes.clientId, notes.secret, REDIRECT);
        String secret = broker.application("ledger", "https://ledger.example/callback", Optional.empty());
        broker.enable(acme, "ledger");
        ledger = new Relying(broker.issuer("acme"), "ledger", secret, "https://ledger.example/callback");
    }

    /** Registered by the operator, enabled nowhere yet. */
    private static Relying thirdParty(String name, String redirectUri) {
        JsonObject made = operator.post(
                        "/applications",
                        new JsonObject()
                                .put("name", name)
                                .put("type", "web")
                                .put("redirect_uris", new JsonArray().add(redirectUri))
                                .put("resource", "https://notes.example")
                                .put("third_party", true))
                .expect(201)
                .json();
        return new Relying(
                broker.issuer("acme"), made.getString("client_id"), made.getString("client_secret"), redirectUri);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    /** Somebody new, so that no test knows what another allowed. */
    @BeforeEach
    void somebody() {
        String name = "p" + UUID.randomUUID();
        idp.person = new JsonObject()
                .put("sub", name)
                .put("email", name + "@example.com")
                .put("email_verified", true)
                .put("name", "Pia <i>Example")
                .put("preferred_username", name)
                .put("groups", new JsonArray().add("staff"));
    }

    private Browser.Answer answer(Browser who, Browser.Answer page, String decision, String... headers) {
        return who.post(
                notes.issuer + "/consent",
                Map.of("request", Browser.hidden(page, "request"), "decision", decision),
                headers);
    }

    private JsonObject allowed(Relying app) {
        Browser.Answer page = app.signIn(browser);
        Browser.Answer back = browser.post(
                app.issuer + "/consent", Map.of("request", Browser.hidden(page, "request"), "decision", "allow"));
        Browser.Answer tokens = app.redeem(browser, back.parameter("code"));
        assertEquals(200, tokens.status(), tokens.toString());
        return tokens.json();
    }

    private static String user(JsonObject tokens) throws Exception {
        return SignedJWT.parse(tokens.getString("access_token"))
                .getJWTClaimsSet()
                .getSubject();
    }

    private void assertDead(JsonObject tokens) {
        String access = tokens.getString("access_token");
        assertEquals("{\"active\":false}", notes.introspect(browser, access).encode());
        assertEquals(
                401,
                browser.get(notes.issuer + "/userinfo", "Authorization", "Bearer " + access)
                        .status());
        Browser.Answer refreshed = notes.refresh(browser, tokens.getString("refresh_token"));
        assertEquals("invalid_grant", refreshed.json().getString("error"));
    }

    @Test
    @DisplayName(
            "D17, D11: the page names who asks, where, of whom and for what; it cannot be framed, cached or scripted")
    void thePage() {
        Browser.Answer page = notes.signIn(browser, "state", "s1");
        assertEquals(200, page.status());
        for (String text : List.of(
                "Notes &lt;b&gt;&amp;",
                "acme Inc.",
                "Pia &lt;i&gt;Example",
                "notes.example",
                "Read reports",
                "e-mail address")) {
            assertTrue(page.body().contains(text), text + " in " + page.body());
        }
        assertFalse(page.body().contains("<b>&"));
        assertFalse(page.body().contains("Write reports"));
        String policy = page.headers().get("Content-Security-Policy");
        assertTrue(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), policy);
        assertFalse(policy.contains("script-src"));
        assertEquals("DENY", page.headers().get("X-Frame-Options"));
        assertEquals("no-store", page.headers().get("Cache-Control"));
        assertEquals("no-referrer", page.headers().get("Referrer-Policy"));
        assertNull(page.headers().get("Access-Control-Allow-Origin"));
    }

    @Test
    void aYesGivesACodeAndIsRememberedForThisApplicationPersonAndTenant() throws Exception {
        Browser.Answer page = notes.signIn(browser, "state", "s1");
        Browser.Answer back = answer(browser, page, "allow");
        assertEquals(303, back.status());
        assertTrue(back.location().startsWith(REDIRECT + "?"), back.location());
        assertEquals("s1", back.parameter("state"));
        assertEquals(notes.issuer, back.parameter("iss"));
        JsonObject tokens = notes.redeem(browser, back.parameter("code")).json();
        assertEquals("openid profile email", tokens.getString("scope"));
        assertNotNull(notes.signIn(browser).parameter("code"), "not asked twice");
        assertNotNull(browser.get(notes.authorizeUrl("prompt", "none")).parameter("code"));
        browser.forget();
        assertNotNull(notes.signIn(browser).parameter("code"), "nor in a new session");
        assertEquals(200, notesAtGlobex.signIn(browser).status(), "the other tenant's namesake is asked");
        JsonObject listed = operator.get("/tenants/acme/users/" + user(tokens) + "/consents")
                .expect(200)
                .items()
                .getJsonObject(0);
        assertEquals(notes.clientId, listed.getString("client_id"));
        assertEquals(new JsonArray().add("openid").add("profile").add("email"), listed.getJsonArray("scopes"));
    }

    @Test
    void aNoIsAccessDeniedAndNothingIsRemembered() {
        Browser.Answer page = notes.signIn(browser, "state", "s2");
        Browser.Answer back = answer(browser, page, "deny");
        assertTrue(back.location().startsWith(REDIRECT + "?"), back.location());
        assertEquals("access_denied", back.parameter("error"));
        assertEquals("s2", back.parameter("state"));
        assertEquals(notes.issuer, back.parameter("iss"));
        assertEquals(200, notes.signIn(browser).status(), "asked again");
        assertEquals(
                "consent_required",
                browser.get(notes.authorizeUrl("prompt", "none")).parameter("error"));
    }

    @Test
    void onlyWhatIsNewIsAskedForAndPromptConsentAsksAgain() {
        Browser.Answer page = notes.signIn(browser, "scope", "openid");
        assertFalse(page.body().contains("e-mail address"));
        answer(browser, page, "allow");
        assertNotNull(notes.signIn(browser, "scope", "openid").parameter("code"));
        Browser.Answer wider = notes.signIn(browser, "scope", "openid email");
        assertTrue(wider.body().contains("e-mail address"));
        assertEquals(
                "consent_required",
                browser.get(notes.authorizeUrl("scope", "openid email", "prompt", "none"))
                        .parameter("error"));
        answer(browser, wider, "allow");
        assertNotNull(notes.signIn(browser, "scope", "email openid").parameter("code"));
        assertNotNull(notes.signIn(browser, "scope", "openid").parameter("code"));
        assertEquals(
                200,
                notes.signIn(browser, "scope", "openid", "prompt", "consent").status());
    }

    @Test
    void theVendorsOwnApplicationNeverAsks() {
        assertNotNull(ledger.signIn(browser, "prompt", "consent").parameter("code"));
    }

    @Test
    @DisplayName(
            "D02, D06: a question is answered in the session that it was asked in, once, from its own page, and by nobody else")
    void otherBrowsersQuestion() {
        Browser.Answer mine = notes.signIn(browser);
        Browser victim = new Browser();
        somebody();
        Browser.Answer theirs = notes.signIn(victim);
        String question = "/consent?request=";
        for (String id : List.of(Browser.hidden(mine, "request"), "x", "", "%00", "x".repeat(9_000))) {
            assertEquals(400, victim.get(notes.issuer + question + id).status(), "shown: " + id);
        }
        assertEquals(
                400,
                new Browser()
                        .get(notes.issuer + question + Browser.hidden(mine, "request"))
                        .status());
        assertEquals(400, answer(victim, mine, "allow").status());
        assertEquals(400, answer(new Browser(), mine, "allow").status());
        assertEquals(
                400,
                browser.post(
                                notesAtGlobex.issuer + "/consent",
                                Map.of("request", Browser.hidden(mine, "request"), "decision", "allow"))
                        .status(),
                "the other tenant");
        for (String[] origin : new String[][] {
            {"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}
        }) {
            assertEquals(403, answer(browser, mine, "allow", origin).status());
        }
        assertEquals(400, answer(browser, mine, "maybe").status());
        assertEquals(
                0,
                rows.number(
                        "SELECT count(*) FROM consents c JOIN identities i ON i.user_id = c.user_id WHERE i.subject = '"
                                + idp.person.getString("sub") + "'"));
        List<Browser.Answer> answers = Together.run(8, i -> answer(browser, mine, "allow"));
        assertEquals(1, answers.stream().filter(a -> a.status() == 303).count(), answers.toString());
        assertEquals(7, answers.stream().filter(a -> a.status() == 400).count());
        assertEquals(303, answer(victim, theirs, "deny").status(), "and the other question still stands");
    }

    @Test
    @DisplayName("D06: whoever signs in to the browser meanwhile cannot answer the former person's question")
    void anotherPersonInTheSameBrowser() {
        Browser.Answer first = notes.signIn(browser);
        somebody();
        ledger.signIn(browser, "prompt", "login");
        assertEquals(400, answer(browser, first, "allow").status());
    }

    @Test
    void aQuestionIsNotOpenForLongerThanTenMinutes() {
        Browser.Answer page = notes.signIn(browser);
        rows.change("UPDATE consent_requests SET expires_at = expires_at - interval '10 minutes'");
        assertEquals(400, answer(browser, page, "allow").status());
    }

    @Test
    @DisplayName(
            "E05, E10: taking a yes back ends the application's tokens and codes of this person, and nobody else's")
    void revokedByAnAdmin() throws Exception {
        JsonObject own = ledger.tokens(browser);
        JsonObject tokens = allowed(notes);
        String pending = notes.signIn(browser).parameter("code");
        String path = "/tenants/acme/users/" + user(tokens) + "/consents/";
        assertEquals(404, operator.delete(path + "ledger").status());
        assertEquals(
                404,
                operator.delete("/tenants/globex/users/" + user(tokens) + "/consents/" + notes.clientId)
                        .status());
        operator.delete(path + notes.clientId).expect(204);
        assertEquals(404, operator.delete(path + notes.clientId).status());
        assertDead(tokens);
        assertEquals("invalid_grant", notes.redeem(browser, pending).json().getString("error"));
        assertEquals(
                200, ledger.refresh(browser, own.getString("refresh_token")).status());
        JsonArray cutoffs = browser.get(notes.issuer + "/revocations").json().getJsonArray("cutoffs");
        assertTrue(cutoffs.stream()
                .anyMatch(c -> ((JsonObject) c).getString("kind").equals("family")));
        assertEquals(200, notes.signIn(browser).status(), "asked again");
        assertEquals(
                1,
                rows.number(
                        "SELECT count(*) FROM audit_events WHERE action = 'consent.revoked' AND details ->> 'user' = '"
                                + user(tokens) + "'"));
    }

    @Test
    void aCodeAndARefreshTokenNeedTheConsentEvenIfItVanishesByItself() {
        JsonObject tokens = allowed(notes);
        String pending = notes.signIn(browser).parameter("code");
        rows.change("DELETE FROM consents");
        assertEquals("invalid_grant", notes.redeem(browser, pending).json().getString("error"));
        assertDead(tokens);
    }

    @Test
    @DisplayName("E05: consent goes with its person and does not come back with them")
    void offboarded() throws Exception {
        JsonObject tokens = allowed(notes);
        UserId user = new UserId(UUID.fromString(user(tokens)));
        Browser.Answer open = notes.signIn(browser, "prompt", "consent");
        var receipt = broker.offboard(acme, user, "left").orElseThrow();
        assertEquals(1, receipt.closed().getInteger("consents"));
        assertDead(tokens);
        assertEquals(400, answer(browser, open, "allow").status());
        broker.reopen(acme, user);
        assertEquals(200, notes.signIn(browser).status(), "asked again");
        operator.post("/tenants/acme/users/" + user + "/suspend", new JsonObject().put("reason", "x"))
                .expect(200);
        assertEquals(
                0,
                operator.get("/tenants/acme/users/" + user + "/consents")
                        .items()
                        .size());
    }

    @Test
    @DisplayName("B11: consent goes with the application, disabled in the tenant or deleted")
    void withTheApplication() throws Exception {
        Relying wiki = thirdParty("Wiki", "https://wiki.example/callback");
        broker.enable(acme, wiki.clientId);
        String path = "/tenants/acme/users/" + user(allowed(wiki)) + "/consents";
        Browser.Answer open = wiki.signIn(browser, "prompt", "consent");
        operator.delete("/tenants/acme/applications/" + wiki.clientId).expect(204);
        assertEquals(0, operator.get(path).items().size());
        assertEquals(400, answer(browser, open, "allow").status());
        assertEquals(
                1,
                rows.number(
                        "SELECT count(*) FROM revocations r JOIN refresh_families f ON f.id::text = r.value WHERE r.kind = 'family' AND f.client_id = '"
                                + wiki.clientId + "'"));
        broker.enable(acme, wiki.clientId);
        allowed(wiki);
        assertEquals(1, operator.get(path).items().size());
        operator.delete("/applications/" + wiki.clientId).expect(204);
        assertEquals(0, operator.get(path).items().size());
    }

    @Test
    @DisplayName("B01: an admin sees and ends consents of the own tenant only")
    void listIsPaged() throws Exception {
        JsonObject tokens = allowed(notes);
        Relying wiki = thirdParty("Wiki", "https://wiki.example/callback");
        broker.enable(acme, wiki.clientId);
        allowed(wiki);
        String path = "/tenants/acme/users/" + user(tokens) + "/consents?limit=1";
        JsonObject first = operator.get(path).expect(200).json();
        JsonObject second = operator.get(path + "&cursor=" + first.getString("next_cursor"))
                .expect(200)
                .json();
        assertNull(second.getString("next_cursor"));
        Map<String, Object> names = new LinkedHashMap<>();
        List.of(first, second)
                .forEach(p -> names.put(p.getJsonArray("items").getJsonObject(0).getString("client_id"), p));
        assertEquals(2, names.size());
        assertEquals(
                404,
                operator.get("/tenants/globex/users/" + user(tokens) + "/consents")
                        .status());
    }
}
