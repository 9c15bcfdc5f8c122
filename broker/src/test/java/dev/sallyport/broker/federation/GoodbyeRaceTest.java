package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Held;
import dev.sallyport.broker.outside.Person;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.broker.outside.Together;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider's goodbye that crosses the sign-in it is about. */
class GoodbyeRaceTest {
    private static final String REDIRECT = "https://ledger.example/callback";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static TestBroker other;
    private static Rows rows;
    private static Tenant acme;
    private static Relying app;
    private static String endpoint;

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
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        endpoint = app.issuer + "/federation/" + broker.connections(acme).get(0).id() + "/backchannel-logout";
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
    }

    @AfterEach
    void honestAgain() {
        idp.intercept = r -> false;
    }

    private static String toCallback(Browser browser) {
        return browser.get(browser.get(app.authorizeUrl()).location()).location();
    }

    private static int sayGoodbye(Browser browser, String sub, String sid) {
        return browser.post(endpoint, Map.of("logout_token", idp.sign(idp.logoutClaims("sallyport", sub, sid))))
                .status();
    }

    private static long live() {
        return rows.number("SELECT count(*) FROM sessions WHERE ended_at IS NULL");
    }

    @ParameterizedTest
    @DisplayName(
            "D16, E13: signed out at the provider while the sign-in is on its way here, on another node: no session opens")
    @ValueSource(strings = {"sid", "sub", "both"})
    void whileTheCodeIsBeingSwapped(String by) {
        Browser browser = new Browser();
        String callback = toCallback(browser);
        Held token = Held.at(idp, "/token");
        Rows.Counts before = rows.counts();
        CompletableFuture<Browser.Answer> arriving = CompletableFuture.supplyAsync(() -> browser.get(callback));
        token.awaitCall();
        String sid = "idp-session-of-" + name;
        idp.intercept = r -> false;
        assertEquals(
                200,
                sayGoodbye(
                        other.through(new Browser()), by.equals("sid") ? null : name, by.equals("sub") ? null : sid));
        token.letGo();
        Browser.Answer answer = arriving.join();
        assertEquals("access_denied", answer.parameter("error"), answer.toString());
        assertEquals(before, rows.counts());
        assertEquals(Optional.of("sign_in.refused gone_upstream"), rows.lastEvent());
        assertEquals(
                200,
                app.redeem(browser, app.signIn(browser).parameter("code")).status(),
                "who signs in after the goodbye is in");
    }

    @Test
    @DisplayName("D16: a goodbye to somebody else's session or person is no obstacle")
    void toSomebodyElse() {
        Browser browser = new Browser();
        String callback = toCallback(browser);
        assertEquals(200, sayGoodbye(new Browser(), "somebody-else", null));
        assertEquals(200, sayGoodbye(new Browser(), null, "another-session"));
        assertEquals(200, sayGoodbye(new Browser(), "somebody-else", "idp-session-of-" + name));
        assertTrue(browser.get(callback).parameter("code") != null);
    }

    @RepeatedTest(5)
    @DisplayName("D16: goodbye and arrival at the same moment on two nodes: whichever is first, nobody stays in")
    void atTheSameMoment() {
        rows.change("UPDATE sessions SET ended_at = now() WHERE ended_at IS NULL");
        List<Browser> browsers = List.of(broker.through(new Browser()), other.through(new Browser()));
        List<String> callbacks =
                browsers.stream().map(GoodbyeRaceTest::toCallback).toList();
        Together.run(4, i -> {
            if (i < 2) {
                return browsers.get(i).get(callbacks.get(i)).status();
            }
            java.util.concurrent.locks.LockSupport.parkNanos(
                    java.util.concurrent.ThreadLocalRandom.current().nextLong(40_000_000));
            return sayGoodbye(
                    (i == 2 ? other : broker).through(new Browser()),
                    i == 2 ? name : null,
                    i == 2 ? null : "idp-session-of-" + name);
        });
        assertEquals(0, live());
    }

    @Test
    @DisplayName("D16: where people are keyed by another claim, a goodbye by sub finds them all the same")
    void keyedByAnotherClaim() {
        JsonObject created = new Browser()
                .json(
                        "POST",
                        broker.publicUrl + "/admin/v1/tenants/acme/connections",
                        new JsonObject()
                                .put("name", "by oid")
                                .put("protocol", "oidc")
                                .put("issuer", idp.issuer())
                                .put("client_id", "sallyport")
                                .put("client_secret", EvilIdp.SECRET)
                                .put("claims", new JsonObject().put("subject", "oid+tid"))
                                .put("status", "active"),
                        "Authorization",
                        "Bearer " + TestBroker.OPERATOR)
                .json();
        idp.person =
                Person.named(name).put("oid", "object-" + name).put("tid", "t1").put("groups", new JsonArray());
        JsonObject tokens = app.tokens(new Browser(), "connection", created.getString("id"));
        String there = created.getString("backchannel_logout_uri");
        assertEquals(
                200,
                new Browser()
                        .post(
                                there,
                                Map.of(
                                        "logout_token",
                                        idp.sign(idp.logoutClaims("sallyport", "object-" + name + ".t1", null))))
                        .status());
        assertTrue(
                app.introspect(new Browser(), tokens.getString("access_token")).getBoolean("active"),
                "the key here is not the provider's sub");
        assertEquals(
                200,
                new Browser()
                        .post(there, Map.of("logout_token", idp.sign(idp.logoutClaims("sallyport", name, null))))
                        .status());
        assertFalse(
                app.introspect(new Browser(), tokens.getString("access_token")).getBoolean("active"));
        broker.disable(acme, broker.connections(acme).get(1));
    }
}
