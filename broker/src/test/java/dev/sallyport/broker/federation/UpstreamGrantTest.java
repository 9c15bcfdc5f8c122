package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Await;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilGrants;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Held;
import dev.sallyport.broker.outside.Person;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantStatus;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
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
import org.junit.jupiter.api.Test;

/** The provider's refresh token of a session: how it is got, what becomes of it when a node dies, and that it goes with the session. */
class UpstreamGrantTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final Duration SOON = Duration.ofSeconds(15);

    private static Vertx vertx;
    private static EvilIdp idp;
    private static EvilIdp stranger;
    private static TestBroker broker;
    private static Rows rows;
    private static Tenant acme;
    private static Relying app;

    private final Browser browser = new Browser();
    private Connection connection;
    private String name;
    private JsonObject tokens;
    private String session;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        stranger = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort(), stranger.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        stranger.close();
        vertx.close();
    }

    @BeforeEach
    void somebodySignsIn() {
        connection = broker.connect(acme, idp, "sallyport");
        broker.liveness(acme, connection, Optional.of(Duration.ofMinutes(10)));
        name = "p" + UUID.randomUUID();
        idp.person = Person.named(name);
        idp.grants.reset();
        signIn(browser);
    }

    @AfterEach
    void honestAgain() {
        idp.intercept = r -> false;
        idp.discovery = d -> d;
        idp.claims = c -> {};
        idp.grants.reset();
    }

    private void signIn(Browser by) {
        tokens = app.tokens(by, "connection", connection.id().toString());
        session = rows.texts("SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1")
                .get(0);
    }

    private long grants() {
        return rows.number("SELECT count(*) FROM upstream_grants WHERE session_id = '" + session + "'");
    }

    private String farewell() {
        return rows
                .texts(
                        "SELECT concat_ws(' ', state, last_answer, payload::text) FROM outbox WHERE kind = 'upstream_revocation' AND session_id = '"
                                + session + "'")
                .stream()
                .findFirst()
                .orElse("none");
    }

    private void due() {
        rows.change(
                "UPDATE upstream_grants SET checked_at = now() - interval '1 hour', retry_at = now() - interval '1 second' WHERE session_id = '"
                        + session + "'");
    }

    private int refresh() {
        Browser.Answer answer = app.refresh(browser, tokens.getString("refresh_token"));
        if (answer.status() == 200) {
            tokens = answer.json();
        }
        return answer.status();
    }

    private UserId user() {
        return new UserId(UUID.fromString(rows.texts("SELECT user_id FROM sessions WHERE id = '" + session + "'")
                .get(0)));
    }

    @Test
    @DisplayName(
            "The provider is asked for a refresh token only where it will be used, and one that comes unasked is not kept")
    void askedForWhereUsed() {
        assertTrue(browser.get(app.authorizeUrl("connection", connection.id().toString(), "prompt", "login"))
                .parameter("scope")
                .contains("offline_access"));
        assertEquals(1, grants());
        Connection without = broker.connect(acme, idp, "sallyport");
        Browser another = new Browser();
        assertFalse(another.get(app.authorizeUrl("connection", without.id().toString()))
                .parameter("scope")
                .contains("offline_access"));
        broker.liveness(acme, connection, Optional.empty());
        assertEquals(0, grants(), "nobody needs it any more");
        due();
        assertEquals(200, refresh());
        assertEquals(0, idp.grants.asked.size());
    }

    @Test
    @DisplayName(
            "E06, E13: however a session ends, the provider's token goes with it at once and is given back where there is an endpoint for it")
    void goesWithTheSession() {
        Map<String, Runnable> ways = new LinkedHashMap<>();
        ways.put("signed out by the person", () -> {
            Browser.Answer page = browser.get(app.issuer + "/logout?id_token_hint=" + tokens.getString("id_token"));
            assertTrue(page.status() < 400, page.toString());
        });
        ways.put(
                "logout token",
                () -> assertEquals(
                        200,
                        new Browser()
                                .post(
                                        app.issuer + "/federation/" + connection.id() + "/backchannel-logout",
                                        Map.of("logout_token", idp.sign(idp.logoutClaims("sallyport", name, null))))
                                .status()));
        ways.put("offboarded", () -> broker.offboard(acme, user(), "gone"));
        ways.put("connection disabled", () -> broker.disable(acme, connection));
        ways.put("replayed", () -> {
            String used = tokens.getString("refresh_token");
            assertEquals(200, refresh());
            rows.change("UPDATE refresh_tokens SET used_at = used_at - interval '1 minute' WHERE used_at IS NOT NULL");
            assertEquals(400, app.refresh(browser, used).status());
        });
        ways.put("absolute end", () -> {
            rows.change("UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id = '" + session + "'");
            broker.tidyGrants(acme);
        });
        ways.put("tenant suspended", () -> {
            broker.status(acme, TenantStatus.SUSPENDED);
            Await.within(SOON, () -> grants() == 0);
            broker.status(acme, TenantStatus.ACTIVE);
        });
        ways.forEach((way, end) -> {
            browser.forget();
            somebodySignsIn();
            assertEquals(1, grants(), way);
            end.run();
            if (!way.equals("tenant suspended")) {
                assertEquals(0, grants(), way);
                assertTrue(
                        Await.within(SOON, () -> farewell().equals("delivered http_200 {}")), way + ": " + farewell());
                assertEquals(1, idp.grants.revoked.size(), way);
                assertEquals(400, refresh(), way);
            }
        });
    }

    @Test
    @DisplayName(
            "A token is not given back where there is no endpoint, where it is elsewhere than the token endpoint, or while the person goes on by another")
    void notGivenBack() {
        Browser elsewhere = new Browser();
        String first = session;
        signIn(elsewhere);
        assertEquals(
                2,
                rows.number("SELECT count(*) FROM upstream_grants WHERE session_id IN ('" + first + "', '" + session
                        + "')"));
        elsewhere.get(app.issuer + "/logout?id_token_hint=" + tokens.getString("id_token"));
        String second = session;
        assertEquals("none", farewell(), "some providers end all of a person's tokens with one");
        assertEquals(0, grants());
        session = first;
        assertEquals(1, grants());
        session = second;
        for (String[] each : new String[][] {
            {stranger.issuer() + "/revoke", "delivered endpoint_elsewhere {}"}, {null, "delivered no_endpoint {}"}
        }) {
            somebodySignsInWhere(each[0]);
            broker.offboard(acme, user(), "gone");
            assertTrue(Await.within(SOON, () -> farewell().equals(each[1])), farewell());
        }
        assertEquals(List.of(), stranger.grants.revoked);
        assertEquals(List.of(), idp.grants.revoked);
    }

    private void somebodySignsInWhere(String revocationEndpoint) {
        idp.discovery = d -> d.put("revocation_endpoint", revocationEndpoint);
        browser.forget();
        somebodySignsIn();
    }

    @Test
    @DisplayName(
            "A new sign-in in the same session takes the place of its token, also when the provider gives none this time")
    void replacedBySignIn() {
        String before = rows.texts(
                        "SELECT encode(token_box, 'hex') FROM upstream_grants WHERE session_id = '" + session + "'")
                .get(0);
        String same = session;
        app.tokens(browser, "connection", connection.id().toString(), "prompt", "login");
        assertEquals(1, grants());
        assertFalse(
                rows.texts("SELECT encode(token_box, 'hex') FROM upstream_grants WHERE session_id = '" + session + "'")
                        .contains(before));
        Connection without = broker.connect(acme, idp, "sallyport");
        rows.change("UPDATE identities SET connection_id = '" + without.id() + "' WHERE subject = '" + name + "'");
        app.tokens(browser, "connection", without.id().toString(), "prompt", "login");
        assertEquals(
                same,
                rows.texts("SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1")
                        .get(0));
        assertEquals(0, grants());
    }

    @Test
    @DisplayName(
            "I06: a node dies between the provider's answer and its own commit: the next question is asked, and a provider that had replaced its token ends the session, which the audit log tells")
    void nodeDies() {
        due();
        rows.change(
                "UPDATE upstream_grants SET claim = gen_random_uuid(), claimed_until = now() + interval '1 minute' WHERE session_id = '"
                        + session + "'");
        assertEquals(200, refresh());
        assertEquals(0, idp.grants.asked.size(), "while the other may still be asking");
        rows.change("UPDATE upstream_grants SET claimed_until = now() - interval '1 second' WHERE session_id = '"
                + session + "'");
        assertEquals(200, refresh());
        assertEquals(1, idp.grants.asked.size(), "its time is over; this provider was not reached by it");
        // Now one that was reached: its answer held a new token, which nobody has any more.
        due();
        rows.change(
                "UPDATE upstream_grants SET claim = gen_random_uuid(), claimed_until = now() - interval '1 second' WHERE session_id = '"
                        + session + "'");
        idp.grants.said = new EvilGrants.Said(400, "{\"error\":\"invalid_grant\"}");
        assertEquals(400, refresh());
        assertEquals(
                "true",
                rows.texts(
                                "SELECT details ->> 'answer_lost_before' FROM audit_events WHERE action = 'session.ended_upstream' AND subject = 'session:"
                                        + session + "'")
                        .get(0));
    }

    @Test
    @DisplayName(
            "A10, E06: a session that ends while its provider is asked stays ended, and the token that comes is given back")
    void endsWhileAsked() {
        due();
        Held held = Held.at(idp, "/token");
        CompletableFuture<Integer> refreshing = CompletableFuture.supplyAsync(this::refresh);
        held.awaitCall();
        UserId user = user();
        broker.offboard(acme, user, "gone");
        assertEquals(0, grants());
        held.letGo();
        assertEquals(400, refreshing.join());
        assertEquals(0, grants());
        assertTrue(Await.within(SOON, () -> idp.grants.revoked.size() == 2), idp.grants.revoked.toString());
        assertEquals(
                1,
                rows.number("SELECT count(*) FROM outbox WHERE kind = 'upstream_revocation' AND session_id = '"
                        + session + "' AND offboarding_id IS NOT NULL"),
                "on the receipt");
    }

    @Test
    @DisplayName("A no that is about a token of before the last sign-in ends nothing")
    void staleNo() {
        due();
        Held held = Held.at(idp, "/token");
        idp.grants.said = new EvilGrants.Said(400, "{\"error\":\"invalid_grant\"}");
        CompletableFuture<Integer> refreshing = CompletableFuture.supplyAsync(this::refresh);
        held.awaitCall();
        rows.change(
                "UPDATE upstream_grants SET claim = NULL, claimed_until = NULL, checked_at = now() WHERE session_id = '"
                        + session + "'");
        held.letGo();
        assertEquals(200, refreshing.join());
        assertEquals(1, grants());
    }

    @Test
    @DisplayName("A03: a token goes to nobody but who gave it, also when the connection leads elsewhere by then")
    void notToAnotherIssuer() {
        broker.move(acme, connection, stranger, EvilIdp.SECRET);
        assertEquals(0, grants());
        assertTrue(Await.within(SOON, () -> farewell().equals("delivered issuer_changed {}")), farewell());
        assertEquals(List.of(), stranger.grants.revoked);
        assertEquals(List.of(), stranger.tokenRequests);
    }
}
