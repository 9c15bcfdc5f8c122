package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.broker.outside.Together;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Answers of one IdP that are meant to open somebody else's account, another tenant, or the same door twice. */
class CrossedIdentityTest {
    private static final String REDIRECT = "https://ledger.example/callback";

    private static Vertx vertx;
    private static EvilIdp first;
    private static EvilIdp second;
    private static TestBroker broker;
    private static TestBroker other;
    private static Rows rows;
    private static Tenant acme;
    private static Connection atFirst;
    private static Connection atSecond;
    private static String secret;
    private static Relying app;
    private static Relying atGlobex;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        first = EvilIdp.start(vertx);
        second = EvilIdp.start(vertx);
        String[] allow = {first.hostPort(), second.hostPort()};
        broker = TestBroker.start(allow);
        other = broker.anotherNode(allow);
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", first);
        Tenant globex = broker.liveTenant("globex", second);
        atSecond = broker.connect(acme, second, "sallyport-second");
        atFirst = broker.connections(acme).stream()
                .filter(c -> c.issuer().equals(first.issuer()))
                .findFirst()
                .orElseThrow();
        secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        broker.enable(globex, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        atGlobex = new Relying(broker.issuer("globex"), "ledger", secret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        other.close();
        broker.close();
        first.close();
        second.close();
        vertx.close();
    }

    @AfterEach
    void honest() {
        first.callback = c -> {};
        be(first, "alice");
        assertNotNull(at(atFirst, new Browser()), "the next honest sign-in works");
    }

    private static void be(EvilIdp idp, String name) {
        idp.person = person(name, name + "@example.com");
    }

    private static JsonObject person(String sub, String mail) {
        return new JsonObject()
                .put("sub", sub)
                .put("email", mail)
                .put("email_verified", true)
                .put("name", sub)
                .put("preferred_username", mail)
                .put("groups", new JsonArray().add("staff"));
    }

    /** Signs in at acme through one of its connections; answers the access token's claims. */
    private static JWTClaimsSet at(Connection connection, Browser browser) {
        return claims(app.tokens(browser, "connection", connection.id().toString()));
    }

    private static JWTClaimsSet claims(JsonObject tokens) {
        try {
            return SignedJWT.parse(tokens.getString("access_token")).getJWTClaimsSet();
        } catch (java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("A01: a victim's e-mail address and user name open nothing, in no tenant, however verified")
    void emailIsNoKey() {
        be(first, "victim");
        String victim = at(atFirst, new Browser()).getSubject();
        String row = profile(victim);
        for (Object verified : new Object[] {true, false, "true", 1}) {
            first.person = person("attacker-" + verified, "victim@example.com").put("email_verified", verified);
            Rows.Counts before = rows.counts();
            Browser.Answer back =
                    app.signIn(new Browser(), "connection", atFirst.id().toString());
            assertEquals("access_denied", back.parameter("error"), String.valueOf(verified));
            first.person =
                    person("attacker-" + verified, "VICTIM@Example.COM").put("preferred_username", "x" + verified);
            assertEquals(
                    "access_denied",
                    app.signIn(new Browser(), "connection", atFirst.id().toString())
                            .parameter("error"));
            assertEquals(before, rows.counts());
            assertEquals("sign_in.refused name_taken", rows.lastEvent().orElseThrow());
            second.person = person("ceo-" + verified, "victim@example.com").put("email_verified", verified);
            assertEquals(
                    "access_denied",
                    app.signIn(new Browser(), "connection", atSecond.id().toString())
                            .parameter("error"),
                    "nor through another connection");
        }
        second.person = person("ceo", "victim@example.com");
        JWTClaimsSet there = claims(atGlobex.tokens(new Browser()));
        assertNotEquals(victim, there.getSubject());
        assertEquals("globex", there.getClaim("tenant"));
        assertEquals(row, profile(victim), "nothing of the victim has changed");
    }

    private static String profile(String user) {
        return rows.texts("SELECT row(status, user_name, email, email_verified, display_name, source)::text || "
                        + "(SELECT count(*) FROM identities i WHERE i.user_id = u.id) FROM users u WHERE id = '" + user
                        + "'")
                .get(0);
    }

    @Test
    @DisplayName("A02: one subject from two IdPs of a tenant is two people")
    void sameSubjectTwoConnections() {
        first.person = person("42", "forty-two@first.example");
        second.person = person("42", "forty-two@second.example");
        String one = at(atFirst, new Browser()).getSubject();
        String two = at(atSecond, new Browser()).getSubject();
        assertNotEquals(one, two);
        broker.offboard(acme, new UserId(UUID.fromString(one)), "left");
        assertEquals(two, at(atSecond, new Browser()).getSubject(), "the other one stays");
    }

    @Test
    @DisplayName(
            "A03: an answer that arrives at another connection or tenant than it was begun for is burnt and its code goes nowhere")
    void crossedCallbacks() {
        be(first, "alice");
        int requests = first.tokenRequests.size() + second.tokenRequests.size();
        Rows.Counts before = rows.counts();
        for (String place : List.of(
                "/t/acme/federation/" + atSecond.id() + "/callback",
                "/t/acme/federation/" + UUID.randomUUID() + "/callback",
                "/t/acme/federation/x/callback")) {
            Browser browser = new Browser();
            String callback = toCallback(browser);
            String crossed = broker.publicUrl + place + callback.substring(callback.indexOf('?'));
            assertEquals(400, browser.get(crossed).status(), place);
            assertEquals(
                    "sign_in.unknown_callback other_connection",
                    rows.lastEvent().orElseThrow());
            assertEquals(400, browser.get(callback).status(), "and it was burnt");
        }
        Browser browser = new Browser();
        String callback = toCallback(browser);
        Connection globexConnection =
                broker.connections(broker.tenant("globex")).get(0);
        String foreign = broker.publicUrl + "/t/globex/federation/" + globexConnection.id() + "/callback"
                + callback.substring(callback.indexOf('?'));
        Browser.Answer answer = browser.get(foreign);
        assertEquals(400, answer.status());
        assertNull(answer.location());
        assertEquals(requests, first.tokenRequests.size() + second.tokenRequests.size());
        assertEquals(before, rows.counts());
        assertEquals(303, browser.get(callback).status(), "the other tenant could not burn it");
    }

    private static String toCallback(Browser browser) {
        String toIdp = browser.get(app.authorizeUrl("connection", atFirst.id().toString()))
                .location();
        return browser.get(toIdp).location();
    }

    @Test
    @DisplayName(
            "A03: a missing, altered or repeated iss, or an IdP whose metadata borrows another's pages, ends before the code is sent")
    void mixUp() {
        be(first, "alice");
        int requests = first.tokenRequests.size() + second.tokenRequests.size();
        for (String iss : new String[] {
            null, "", second.issuer(), first.issuer() + "/", first.issuer().toUpperCase(java.util.Locale.ROOT)
        }) {
            first.callback = c -> {
                c.remove("iss");
                if (iss != null) {
                    c.put("iss", iss);
                }
            };
            failed(app.signIn(new Browser(), "connection", atFirst.id().toString()), "iss_parameter(_missing)?");
        }
        first.callback = c -> c.put("x", "1&iss=y");
        Browser browser = new Browser();
        String callback = toCallback(browser) + "&iss=" + Browser.encode(first.issuer());
        failed(browser.get(callback), "callback_malformed");
        EvilIdp evil = EvilIdp.start(vertx);
        evil.discovery = d -> d.put("authorization_endpoint", first.issuer() + "/authorize");
        TestBroker own = TestBroker.start(first.hostPort(), evil.hostPort());
        own.catalogue();
        Tenant tenant = own.liveTenant("evil", evil);
        String itsSecret = own.application("ledger", REDIRECT, Optional.empty());
        own.enable(tenant, "ledger");
        first.callback = c -> {};
        Browser.Answer back = new Relying(own.issuer("evil"), "ledger", itsSecret, REDIRECT).signIn(new Browser());
        assertEquals("server_error", back.parameter("error"));
        assertEquals("sign_in.failed iss_parameter", new Rows(own).lastEvent().orElseThrow());
        assertEquals(0, evil.tokenRequests.size(), "the honest IdP's code did not reach the evil one");
        assertEquals(requests, first.tokenRequests.size() + second.tokenRequests.size());
        own.close();
        evil.close();
    }

    private static void failed(Browser.Answer back, String reason) {
        assertEquals(303, back.status(), back.toString());
        assertNotNull(back.parameter("error"), back.toString());
        assertNull(back.parameter("code"));
        String event = rows.lastEvent().orElseThrow();
        assertTrue(event.matches("sign_in.failed " + reason), event);
    }

    @Test
    @DisplayName("A09, I07: one callback loaded twenty times at once on two nodes is one token request and one session")
    void replayInParallel() {
        be(first, "parallel");
        Browser browser = new Browser();
        String callback = toCallback(browser);
        int requests = first.tokenRequests.size();
        Rows.Counts before = rows.counts();
        List<Browser> nodes = List.of(broker.through(browser), other.through(browser));
        List<Browser.Answer> answers = Together.run(20, i -> nodes.get(i % 2).get(callback));
        assertEquals(
                1,
                answers.stream()
                        .filter(a -> a.status() == 303 && a.parameter("code") != null)
                        .count());
        assertEquals(19, answers.stream().filter(a -> a.status() == 400).count(), answers.toString());
        assertEquals(requests + 1, first.tokenRequests.size());
        assertEquals(before.sessions() + 1, rows.counts().sessions());
        assertEquals(before.users() + 1, rows.counts().users());
        assertEquals(
                400,
                new Browser()
                        .get(broker.publicUrl + "/t/acme/federation/" + atFirst.id()
                                + "/callback?code=x&state=unsolicited")
                        .status());
    }

    @Test
    @DisplayName(
            "A10: a disabled connection lets nobody in: not at the start, not in the middle, not by session or refresh token")
    void disabledConnection() {
        be(first, "dora");
        Browser browser = new Browser();
        JsonObject tokens = app.tokens(browser, "connection", atFirst.id().toString());
        Browser pending = new Browser();
        String callback = toCallback(pending);
        int requests = first.tokenRequests.size();
        broker.disable(acme, atFirst);
        broker.disable(acme, atSecond);
        try {
            assertEquals(400, pending.get(callback).status());
            assertEquals(requests, first.tokenRequests.size());
            assertEquals("access_denied", app.signIn(new Browser()).parameter("error"));
            assertEquals("access_denied", app.signIn(browser).parameter("error"), "the session is not enough");
            assertEquals(
                    "invalid_grant",
                    app.refresh(browser, tokens.getString("refresh_token"))
                            .json()
                            .getString("error"));
        } finally {
            broker.activate(acme, atFirst);
            broker.activate(acme, atSecond);
        }
    }

    @Test
    @DisplayName("A14: an address counts as verified only if the IdP says true and the tenant has proven the domain")
    void foreignDomains() throws Exception {
        rows.change("INSERT INTO domains (tenant_id, domain, status, txt_value, verified_at) VALUES ('" + acme.id()
                + "', 'acme.example', 'verified', 'x', now())");
        Object[][] table = {
            {"nora@acme.example", true, true},
            {"nora@acme.example", "true", false},
            {"nora@acme.example", false, false},
            {"nora@globex.example", true, false},
            {"nora@sub.acme.example", true, false},
            {"nora@evil.example@globex.example", true, false},
            {"nora@acme.example.", true, false}
        };
        for (Object[] row : table) {
            first.person = person("nora", "nora").put("email", row[0]).put("email_verified", row[1]);
            JsonObject tokens =
                    app.tokens(new Browser(), "connection", atFirst.id().toString());
            JWTClaimsSet id = SignedJWT.parse(tokens.getString("id_token")).getJWTClaimsSet();
            assertEquals(row[2], id.getBooleanClaim("email_verified"), row[0] + " " + row[1]);
        }
    }

    @Test
    @DisplayName("A15: who was turned off does not come back by any connection, nor as a twin under the old name")
    void offStaysOff() {
        be(first, "mallory");
        String sub = at(atFirst, new Browser()).getSubject();
        broker.offboard(acme, new UserId(UUID.fromString(sub)), "left");
        Rows.Counts before = rows.counts();
        second.person = person("mallory", "mallory@example.com");
        JsonObject renamed = person("another-subject", "MALLORY@example.com").put("preferred_username", "mallory2");
        for (JsonObject person : List.of(first.person, renamed)) {
            first.person = person;
            assertEquals(
                    "access_denied",
                    app.signIn(new Browser(), "connection", atFirst.id().toString())
                            .parameter("error"));
            assertEquals("sign_in.refused person_off", rows.lastEvent().orElseThrow());
        }
        assertEquals(
                "access_denied",
                app.signIn(new Browser(), "connection", atSecond.id().toString())
                        .parameter("error"));
        assertEquals(before, rows.counts());
        assertFalse(
                rows.texts("SELECT status FROM users WHERE id = '" + sub + "'").contains("active"));
    }
}
