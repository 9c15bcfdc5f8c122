package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Await;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Held;
import dev.sallyport.broker.outside.Person;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.broker.outside.Together;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A connection goes out of use: what was under way by it, and what was opened by it, on two nodes. */
class DisabledConnectionTest {
    private static final String REDIRECT = "https://ledger.example/callback";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static EvilIdp second;
    private static TestBroker broker;
    private static TestBroker other;
    private static Rows rows;
    private static Tenant acme;
    private static Relying app;

    private Connection connection;
    private String name;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        second = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort(), second.hostPort());
        other = broker.anotherNode(idp.hostPort(), second.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.of("https://ledger.example/logout"));
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        other.close();
        broker.close();
        idp.close();
        second.close();
        vertx.close();
    }

    @BeforeEach
    void somebodyByANewConnection() {
        connection = broker.connect(acme, idp, "sallyport");
        name = "p" + UUID.randomUUID();
        idp.person = Person.named(name);
    }

    @AfterEach
    void honestAgain() {
        idp.intercept = r -> false;
    }

    private static Browser.Answer patch(Connection connection, JsonObject body) {
        Browser.Answer answer = new Browser()
                .json(
                        "PATCH",
                        broker.publicUrl + "/admin/v1/tenants/acme/connections/" + connection.id(),
                        body,
                        "Authorization",
                        "Bearer " + TestBroker.OPERATOR);
        assertEquals(200, answer.status(), answer.toString());
        return answer;
    }

    private JsonObject tokens(Browser browser) {
        return app.tokens(browser, "connection", connection.id().toString());
    }

    /** The callback that the IdP sends a browser to which has just begun. */
    private String toCallback(Browser browser) {
        Browser.Answer begun =
                browser.get(app.authorizeUrl("connection", connection.id().toString()));
        return browser.get(begun.location()).location();
    }

    private long live() {
        return rows.number(
                "SELECT count(*) FROM sessions WHERE ended_at IS NULL AND connection_id = '" + connection.id() + "'");
    }

    private boolean isGood(Browser browser, JsonObject tokens) {
        return app.introspect(browser, tokens.getString("access_token")).getBoolean("active");
    }

    @Test
    @DisplayName(
            "A10: disabled while the code is being swapped, on another node: nobody comes in, then or when it is on again")
    void whileTheCodeIsBeingSwapped() {
        Browser browser = other.through(new Browser());
        String callback = toCallback(browser);
        Rows.Counts before = rows.counts();
        Held token = Held.at(idp, "/token");
        CompletableFuture<Browser.Answer> arriving = CompletableFuture.supplyAsync(() -> browser.get(callback));
        token.awaitCall();
        broker.disable(acme, connection);
        token.letGo();
        Browser.Answer answer = arriving.join();
        assertEquals("access_denied", answer.parameter("error"), answer.toString());
        assertFalse(answer.headers().get("set-cookie").contains("sallyport_session"), "no session cookie");
        assertEquals(before, rows.counts());
        assertEquals(Optional.of("sign_in.refused connection_off"), rows.lastEvent());
        broker.activate(acme, connection);
        assertEquals(0, live());
        assertTrue(isGood(browser, tokens(new Browser())), "a sign-in that is begun now is a good one");
    }

    @Test
    @DisplayName(
            "A10: a storm of sign-ins on two nodes while it is disabled: none outlives it, and disabling does not wait for the storm")
    void storm() {
        List<TestBroker> nodes = List.of(broker, other);
        Duration[] took = new Duration[1];
        List<Boolean> in = Together.run(25, i -> {
            if (i == 0) {
                Await.within(Duration.ofSeconds(20), () -> live() >= 10);
                long from = System.nanoTime();
                broker.disable(acme, connection);
                took[0] = Duration.ofNanos(System.nanoTime() - from);
                return false;
            }
            boolean once = false;
            for (int n = 0; n < 6; n++) {
                Browser browser = nodes.get((i + n) % 2).through(new Browser());
                Browser.Answer back =
                        app.signIn(browser, "connection", connection.id().toString());
                once |= back.location() != null && back.parameter("code") != null;
            }
            return once;
        });
        assertTrue(in.contains(true), "some were in before");
        assertTrue(took[0].toSeconds() < 5, took[0].toString());
        assertEquals(0, live());
        assertEquals(
                0,
                rows.number("SELECT count(*) FROM login_transactions WHERE connection_id = '" + connection.id()
                        + "' AND created_at < (SELECT max(at) FROM audit_events WHERE action = 'connection.disabled')"),
                "sign-ins that were under way are over");
    }

    @Test
    @DisplayName(
            "A10, E05, E06: disabling ends its sessions for good: refresh, introspection, userinfo, session, feed, notice, audit")
    void sessionsEnd() {
        Browser browser = new Browser();
        JsonObject tokens = tokens(browser);
        patch(connection, new JsonObject().put("status", "disabled"));
        assertEquals(0, live());
        for (int round = 0; round < 2; round++) {
            for (TestBroker node : List.of(broker, other)) {
                Browser through = node.through(new Browser());
                String access = tokens.getString("access_token");
                assertEquals(
                        "{\"active\":false}", app.introspect(through, access).encode());
                assertEquals(
                        401,
                        through.get(app.issuer + "/userinfo", "Authorization", "Bearer " + access)
                                .status());
                assertEquals(
                        "invalid_grant",
                        app.refresh(through, tokens.getString("refresh_token"))
                                .json()
                                .getString("error"));
                assertEquals(
                        "{\"active\":false}",
                        app.introspect(through, tokens.getString("refresh_token"))
                                .encode());
            }
            assertEquals(
                    "login_required",
                    browser.get(app.authorizeUrl("prompt", "none")).parameter("error"));
            broker.activate(acme, connection);
        }
        String session = rows.texts("SELECT id FROM sessions WHERE connection_id = '" + connection.id() + "'")
                .get(0);
        assertTrue(new Browser().get(app.issuer + "/revocations").body().contains(session));
        assertEquals(1, rows.number("SELECT count(*) FROM outbox WHERE session_id = '" + session + "'"));
        assertEquals(
                1,
                rows.number(
                        "SELECT count(*) FROM audit_events WHERE action = 'session.ended' AND cause = 'connection_disabled' AND subject = 'connection:"
                                + connection.id() + "'"));
    }

    @Test
    @DisplayName("A10: whoever chooses that sessions rest has them refused while it is off and good when it is on")
    void sessionsRest() {
        Browser browser = new Browser();
        JsonObject tokens = tokens(browser);
        patch(connection, new JsonObject().put("status", "disabled").put("end_sessions", false));
        assertFalse(isGood(browser, tokens));
        assertEquals(
                "invalid_grant",
                app.refresh(browser, tokens.getString("refresh_token")).json().getString("error"));
        patch(connection, new JsonObject().put("status", "active"));
        assertTrue(isGood(browser, tokens));
        assertEquals(
                200, app.refresh(browser, tokens.getString("refresh_token")).status());
    }

    @Test
    @DisplayName(
            "A10, A03: with another issuer it is a draft: its sessions and pending sign-ins end, whatever was chosen")
    void moved() {
        Browser browser = new Browser();
        JsonObject tokens = tokens(browser);
        Browser pending = other.through(new Browser());
        String callback = toCallback(pending);
        patch(connection, new JsonObject().put("issuer", second.issuer()).put("end_sessions", false));
        assertEquals(400, pending.get(callback).status());
        assertEquals(0, live());
        patch(
                connection,
                new JsonObject()
                        .put("issuer", idp.issuer())
                        .put("client_secret", EvilIdp.SECRET)
                        .put("status", "active"));
        assertFalse(isGood(browser, tokens));
    }

    @Test
    @DisplayName(
            "A10: what a node remembers of a connection lets nobody in: the database is asked when the session opens")
    void staleNode() {
        Browser browser = other.through(new Browser());
        String callback = toCallback(browser);
        Held token = Held.at(idp, "/token");
        CompletableFuture<Browser.Answer> arriving = CompletableFuture.supplyAsync(() -> browser.get(callback));
        token.awaitCall();
        // Behind every cache, as after a lost notification.
        rows.change("ALTER TABLE connections DISABLE TRIGGER USER");
        try {
            rows.change("UPDATE connections SET status = 'disabled' WHERE id = '" + connection.id() + "'");
        } finally {
            rows.change("ALTER TABLE connections ENABLE TRIGGER USER");
        }
        token.letGo();
        assertEquals("access_denied", arriving.join().parameter("error"));
        assertEquals(0, live());
        assertEquals(Optional.of("sign_in.refused connection_off"), rows.lastEvent());
    }

    @Test
    @DisplayName("A10: a connection that is deleted takes what was under way by it along, on every node")
    void deleted() {
        Browser browser = other.through(new Browser());
        String callback = toCallback(browser);
        int requests = idp.tokenRequests.size();
        assertEquals(
                204,
                new Browser()
                        .json(
                                "DELETE",
                                broker.publicUrl + "/admin/v1/tenants/acme/connections/" + connection.id(),
                                null,
                                "Authorization",
                                "Bearer " + TestBroker.OPERATOR)
                        .status());
        assertEquals(400, browser.get(callback).status());
        assertEquals(requests, idp.tokenRequests.size());
    }
}
