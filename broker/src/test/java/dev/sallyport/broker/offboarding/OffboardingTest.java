package dev.sallyport.broker.offboarding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Contract section 5, with a real browser's cookies, on two nodes. */
class OffboardingTest {
    private static final String REDIRECT = "https://ledger.example/callback";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static HttpServer application;
    private static final BlockingQueue<String> LOGOUTS = new LinkedBlockingQueue<>();
    private static TestBroker broker;
    private static TestBroker other;
    private static Tenant acme;
    private static Relying app;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        application = TestBroker.await(vertx.createHttpServer()
                .requestHandler(request -> request.setExpectMultipart(true).endHandler(v -> {
                    LOGOUTS.add(request.getFormAttribute("logout_token"));
                    request.response().end();
                }))
                .listen(0, "127.0.0.1"));
        String[] allow = {idp.hostPort(), "127.0.0.1:" + application.actualPort()};
        broker = TestBroker.start(allow);
        other = broker.anotherNode(allow);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        String secret = broker.application(
                "ledger",
                REDIRECT,
                Optional.of("http://127.0.0.1:" + application.actualPort() + "/backchannel-logout"));
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        other.close();
        broker.close();
        idp.close();
        vertx.close();
    }

    private static void be(String name) {
        idp.person = new JsonObject()
                .put("sub", name)
                .put("email", name + "@example.com")
                .put("email_verified", true)
                .put("name", name)
                .put("preferred_username", name + "@example.com")
                .put("groups", new JsonArray().add("staff"));
    }

    @Test
    @DisplayName(
            "E05, F12, A15: everything a person holds is dead at once, on both nodes, and they do not come back by signing in")
    void everyDoorShuts() throws Exception {
        be("bob");
        JsonObject tokens = app.tokens(browser);
        String access = tokens.getString("access_token");
        String sub = app.introspect(browser, access).getString("sub");
        JsonObject key = browser.json(
                        "POST",
                        app.issuer + "/api-keys",
                        new JsonObject().put("name", "ci"),
                        "Authorization",
                        "Bearer " + access)
                .json();
        assertTrue(app.introspect(browser, key.getString("key")).getBoolean("active"));
        String code = app.signIn(browser).parameter("code");
        String etag = browser.get(app.issuer + "/revocations").headers().get("ETag");

        Receipt receipt = broker.offboard(acme, new UserId(UUID.fromString(sub)), "laptop lost")
                .orElseThrow();

        assertEquals(1, receipt.closed().getInteger("sessions"));
        assertEquals(1, receipt.closed().getInteger("refresh_tokens"));
        assertEquals(1, receipt.closed().getInteger("authorization_codes"));
        assertEquals(1, receipt.closed().getInteger("api_keys"));
        assertEquals(1, receipt.closed().getInteger("memberships"));
        for (TestBroker node : List.of(broker, other)) {
            Browser here = node.through(browser);
            assertEquals(
                    "invalid_grant",
                    app.refresh(here, tokens.getString("refresh_token")).json().getString("error"));
            assertEquals("invalid_grant", app.redeem(here, code).json().getString("error"));
            assertEquals("{\"active\":false}", app.introspect(here, access).encode());
            assertEquals(
                    "{\"active\":false}",
                    app.introspect(here, key.getString("key")).encode());
            assertEquals(
                    401,
                    here.get(app.issuer + "/userinfo", "Authorization", "Bearer " + access)
                            .status());
            assertEquals(
                    401,
                    here.get(app.issuer + "/api-keys", "Authorization", "Bearer " + access)
                            .status());
            Browser.Answer feed = here.get(app.issuer + "/revocations?wait=2", "If-None-Match", etag);
            assertEquals(200, feed.status());
            assertTrue(feed.body().contains(sub), feed.body());
        }
        assertEquals(
                "access_denied",
                app.signIn(browser).parameter("error"),
                "the session is gone and the IdP's yes is not enough");
        assertEquals("access_denied", app.signIn(new Browser()).parameter("error"));
        assertTrue(toldAbout(sub), "the application was told");
        assertEquals("delivered", delivered(receipt.id()));
    }

    @Test
    @DisplayName("B12, D06: what is re-admitted starts anew; nothing old revives")
    void nothingRevives() {
        be("carol");
        JsonObject tokens = app.tokens(browser);
        UserId carol = new UserId(UUID.fromString(
                app.introspect(browser, tokens.getString("access_token")).getString("sub")));
        String key = browser.json(
                        "POST",
                        app.issuer + "/api-keys",
                        new JsonObject().put("name", "ci"),
                        "Authorization",
                        "Bearer " + tokens.getString("access_token"))
                .json()
                .getString("key");
        broker.offboard(acme, carol, "mistake");
        assertTrue(broker.reopen(acme, carol));
        assertEquals(
                "invalid_grant",
                app.refresh(browser, tokens.getString("refresh_token")).json().getString("error"));
        assertFalse(app.introspect(browser, key).getBoolean("active"));
        assertFalse(app.introspect(browser, tokens.getString("access_token")).getBoolean("active"));
        assertEquals(
                "login_required",
                browser.get(app.authorizeUrl("prompt", "none")).parameter("error"));
        JsonObject anew = app.tokens(new Browser());
        assertEquals(
                carol.toString(),
                app.introspect(browser, anew.getString("access_token")).getString("sub"),
                "the same person");
    }

    @Test
    void closingTwiceIsClosingOnce() {
        be("dave");
        UserId dave = new UserId(
                UUID.fromString(app.introspect(browser, app.tokens(browser).getString("access_token"))
                        .getString("sub")));
        Receipt first = broker.offboard(acme, dave, "left").orElseThrow();
        assertEquals(
                first.id(),
                broker.offboard(acme, dave, "left again").orElseThrow().id());
        assertTrue(broker.offboard(acme, new UserId(Uuid7.next()), "nobody").isEmpty());
    }

    @Test
    @DisplayName("E02, I06: refreshes that race with the closing, on two nodes, leave nothing alive")
    void raceWithRefresh() throws Exception {
        be("erin");
        JsonObject tokens = app.tokens(browser);
        UserId erin = new UserId(UUID.fromString(
                app.introspect(browser, tokens.getString("access_token")).getString("sub")));
        List<Thread> racers = new ArrayList<>();
        List<JsonObject> got = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 8; i++) {
            TestBroker node = i % 2 == 0 ? broker : other;
            Thread racer = new Thread(() -> {
                Browser own = node.through(new Browser());
                String token = tokens.getString("refresh_token");
                for (int n = 0; n < 20; n++) {
                    Browser.Answer answer = app.refresh(own, token);
                    if (answer.status() != 200) {
                        return;
                    }
                    got.add(answer.json());
                }
            });
            racers.add(racer);
            racer.start();
        }
        broker.offboard(acme, erin, "race");
        for (Thread racer : racers) {
            racer.join(30_000);
        }
        got.add(tokens);
        for (JsonObject each : got) {
            assertFalse(app.introspect(browser, each.getString("access_token")).getBoolean("active"));
            assertEquals(
                    "invalid_grant",
                    app.refresh(browser, each.getString("refresh_token")).json().getString("error"));
        }
    }

    private static boolean toldAbout(String sub) throws Exception {
        for (int i = 0; i < 10; i++) {
            String token = LOGOUTS.poll(5, TimeUnit.SECONDS);
            if (token == null
                    || sub.equals(com.nimbusds.jwt.SignedJWT.parse(token)
                            .getJWTClaimsSet()
                            .getSubject())) {
                return token != null;
            }
        }
        return false;
    }

    private static String delivered(UUID receipt) throws InterruptedException {
        String state = "";
        for (int i = 0; i < 50 && !state.equals("delivered"); i++) {
            state = broker.receipt(acme, receipt).deliveries().get(0).state();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return state;
    }
}
