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
import dev.sallyport.broker.outside.Together;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A person's provider is asked on refresh whether they are still there: yes, no, and everything that is neither. */
class LivenessTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final Duration EVERY = Duration.ofMinutes(10);

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static TestBroker other;
    private static Rows rows;
    private static Tenant acme;
    private static Connection connection;
    private static Relying app;
    private static Relying second;

    private final Browser browser = new Browser();
    private String name;
    private JsonObject tokens;
    private String session;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        other = broker.anotherNode(idp.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        connection = broker.connections(acme).get(0);
        broker.liveness(acme, connection, Optional.of(EVERY));
        String secret = broker.application("ledger", REDIRECT, Optional.of("https://ledger.example/logout"));
        String otherSecret = broker.application("wiki", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        broker.enable(acme, "wiki");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        second = new Relying(broker.issuer("acme"), "wiki", otherSecret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        other.close();
        broker.close();
        idp.close();
        vertx.close();
    }

    @BeforeEach
    void somebodySignsIn() {
        name = "p" + UUID.randomUUID();
        idp.person = Person.named(name);
        tokens = app.tokens(browser);
        session = rows.texts("SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1")
                .get(0);
        idp.grants.reset();
    }

    @AfterEach
    void honestAgain() {
        idp.intercept = r -> false;
        idp.grants.reset();
    }

    /** As if the provider had said yes so long ago. */
    private void lastAnswer(Duration ago) {
        rows.change("UPDATE upstream_grants SET checked_at = now() - interval '" + ago.toSeconds()
                + " seconds', retry_at = now() - interval '1 second' WHERE session_id = '" + session + "'");
    }

    private void due() {
        lastAnswer(EVERY.plusSeconds(1));
    }

    private int refresh() {
        Browser.Answer answer = app.refresh(browser, tokens.getString("refresh_token"));
        if (answer.status() == 200) {
            tokens = answer.json();
        } else {
            assertEquals("invalid_grant", answer.json().getString("error"));
        }
        return answer.status();
    }

    private String cell(String column) {
        return rows.texts("SELECT " + column + " FROM upstream_grants WHERE session_id = '" + session + "'")
                .get(0);
    }

    private long grants() {
        return rows.number("SELECT count(*) FROM upstream_grants WHERE session_id = '" + session + "'");
    }

    private long alarms() {
        return rows.number("SELECT count(*) FROM alarms WHERE kind = 'liveness_unanswered' AND resolved_at IS NULL");
    }

    /** Nothing of the session is good on any node, and everybody is told. */
    private void assertOver(String cause) {
        String access = tokens.getString("access_token");
        for (TestBroker node : List.of(broker, other)) {
            Browser through = node.through(new Browser());
            assertEquals("{\"active\":false}", app.introspect(through, access).encode());
            assertEquals(
                    401,
                    through.get(app.issuer + "/userinfo", "Authorization", "Bearer " + access)
                            .status());
            assertEquals(
                    400, app.refresh(through, tokens.getString("refresh_token")).status());
        }
        assertEquals(
                "login_required",
                browser.get(app.authorizeUrl("prompt", "none")).parameter("error"));
        assertTrue(new Browser().get(app.issuer + "/revocations").body().contains(session));
        assertEquals(
                1,
                rows.number("SELECT count(*) FROM outbox WHERE kind = 'backchannel_logout' AND session_id = '" + session
                        + "'"));
        assertEquals(
                1,
                rows.number("SELECT count(*) FROM audit_events WHERE action = 'session.ended_upstream' AND cause = '"
                        + cause + "' AND subject = 'session:" + session + "'"));
        assertEquals(0, grants());
    }

    @Test
    @DisplayName("E05, E13: a person who is not there any more at the provider is out everywhere with the next refresh")
    void gone() {
        due();
        idp.grants.remove(name);
        assertEquals(400, refresh());
        assertOver("upstream_gone");
        assertEquals(1, idp.grants.asked.size());
        assertEquals(List.of(), idp.grants.revoked, "a token that is dead need not be given back");
    }

    @Test
    @DisplayName(
            "The provider is asked at most every n seconds, as the client it knows; its new token is kept, sealed, and used the next time")
    void askedInTime() {
        assertEquals(200, refresh());
        assertEquals(0, idp.grants.asked.size(), "it said yes at the sign-in");
        for (int round = 1; round <= 3; round++) {
            due();
            assertEquals(200, refresh());
            assertEquals(200, refresh());
            assertEquals(round, idp.grants.asked.size());
        }
        assertEquals(3, List.copyOf(new java.util.HashSet<>(idp.grants.asked)).size(), "each time the newest");
        String stored = rows.texts(
                        "SELECT encode(token_box, 'escape') FROM upstream_grants WHERE session_id = '" + session + "'")
                .get(0);
        assertFalse(stored.contains("upstream-refresh"), "not in the clear");
        lastAnswer(EVERY.minusSeconds(30));
        assertEquals(200, refresh());
        assertEquals(3, idp.grants.asked.size(), "not yet");
    }

    @Test
    @DisplayName("An outage of any kind is not a no: the refresh goes on, and the provider is left alone for a while")
    void outages() {
        Map<String, EvilGrants.Said> table = new LinkedHashMap<>();
        table.put("503", new EvilGrants.Said(503, "away"));
        table.put("500 with a no in it", new EvilGrants.Said(500, "{\"error\":\"invalid_grant\"}"));
        table.put("200 without a token", new EvilGrants.Said(200, "{}"));
        table.put("200 with an error", new EvilGrants.Said(200, "{\"error\":\"invalid_grant\"}"));
        table.put("no JSON", new EvilGrants.Said(200, "<html>"));
        table.put("400 without a word", new EvilGrants.Said(400, ""));
        table.put("400 with another error", new EvilGrants.Said(400, "{\"error\":\"interaction_required\"}"));
        table.put("400 with an odd error", new EvilGrants.Said(400, "{\"error\":[\"invalid_grant\"]}"));
        table.put("429", new EvilGrants.Said(429, "{\"error\":\"slow_down\"}"));
        int asked = 0;
        for (Map.Entry<String, EvilGrants.Said> each : table.entrySet()) {
            due();
            rows.change("UPDATE upstream_grants SET failures = 0 WHERE session_id = '" + session + "'");
            idp.grants.said = each.getValue();
            assertEquals(200, refresh(), each.getKey());
            assertEquals(++asked, idp.grants.asked.size(), each.getKey());
            assertEquals(200, refresh(), each.getKey());
            assertEquals(asked, idp.grants.asked.size(), each.getKey() + ": not asked again at once");
            assertEquals("1", cell("failures"), each.getKey());
            assertEquals("t", cell("retry_at > now() + interval '20 seconds' AND claim IS NULL"), each.getKey());
        }
        assertEquals(0, alarms());
        idp.grants.said = null;
        due();
        assertEquals(200, refresh());
        assertEquals("0", cell("failures"));
    }

    @Test
    @DisplayName(
            "A refusal that is about us and not about the person ends nothing and raises an alarm, until it is over")
    void misconfigured() {
        for (String error : List.of("invalid_client", "unauthorized_client", "unsupported_grant_type")) {
            due();
            idp.grants.said =
                    new EvilGrants.Said(error.equals("invalid_client") ? 401 : 400, "{\"error\":\"" + error + "\"}");
            assertEquals(200, refresh(), error);
            assertEquals(1, alarms(), error);
        }
        idp.grants.said = null;
        due();
        assertEquals(200, refresh());
        assertEquals(0, alarms());
        idp.grants.said = new EvilGrants.Said(404, "away");
        for (int i = 0; i < 5; i++) {
            assertEquals(0, alarms());
            due();
            assertEquals(200, refresh());
        }
        assertEquals(1, alarms(), "an outage that does not end is somebody's business");
        idp.grants.said = null;
        due();
        assertEquals(200, refresh());
    }

    @Test
    @DisplayName(
            "A03, A08: an ID token of a refresh that is about somebody else, or for somebody else, ends the session")
    void somebodyElse() {
        Map<String, Consumer<JsonObject>> table = new LinkedHashMap<>();
        table.put("sub", c -> c.put("sub", "mallory"));
        table.put("iss", c -> c.put("iss", idp.issuer() + "/"));
        table.put("aud", c -> c.put("aud", "another-client"));
        table.put(
                "aud of two", c -> c.put("aud", new JsonArray().add("sallyport").add("another-client")));
        table.put("azp", c -> c.put("azp", "another-client"));
        table.put("nonce", c -> c.put("nonce", "another-nonce"));
        table.forEach((what, change) -> {
            browser.forget();
            somebodySignsIn();
            due();
            idp.grants.claims = change;
            assertEquals(400, refresh(), what);
            assertOver("upstream_mismatch");
        });
    }

    @Test
    @DisplayName(
            "An ID token of a refresh that cannot be believed says nothing about the person; the new token that came with it is kept")
    void unbelievable() {
        due();
        idp.grants.answer = a -> a.put("id_token", a.getString("id_token") + "x");
        assertEquals(200, refresh());
        assertEquals("1", cell("failures"));
        assertEquals(1, alarms());
        idp.grants.answer = a -> a.remove("id_token");
        due();
        assertEquals(200, refresh(), "the provider had replaced its token, and would have refused the old one");
        assertEquals("0", cell("failures"), "not every provider sends an ID token");
        idp.grants.reset();
        idp.grants.claims = c -> c.put("exp", 1_000).put("iat", 900);
        due();
        assertEquals(200, refresh());
        assertEquals("1", cell("failures"));
        idp.grants.reset();
        due();
        assertEquals(200, refresh());
    }

    @Test
    @DisplayName("E02: fifty refreshes of two applications on two nodes ask once; a no reaches them all")
    void askedOnce() {
        JsonObject wiki = second.tokens(browser);
        due();
        List<TestBroker> nodes = List.of(broker, other);
        List<Browser.Answer> answers = Together.run(50, i -> (i % 4 < 2 ? app : second)
                .refresh(
                        nodes.get(i % 2).through(new Browser()),
                        (i % 4 < 2 ? tokens : wiki).getString("refresh_token")));
        assertEquals(1, idp.grants.asked.size());
        assertTrue(answers.stream().allMatch(a -> a.status() == 200), answers.toString());
        tokens = answers.get(0).json();
        JsonObject wikiAgain = answers.get(2).json();
        due();
        idp.grants.remove(name);
        Together.run(50, i -> (i % 4 < 2 ? app : second)
                .refresh(
                        nodes.get(i % 2).through(new Browser()),
                        (i % 4 < 2 ? tokens : wikiAgain).getString("refresh_token"))
                .status());
        assertEquals(2, idp.grants.asked.size());
        assertEquals(
                0,
                rows.number("SELECT count(*) FROM refresh_families WHERE ended_at IS NULL AND session_id = '" + session
                        + "'"));
        assertEquals(
                400,
                second.refresh(browser, wikiAgain.getString("refresh_token")).status());
        assertOver("upstream_gone");
    }

    @Test
    @DisplayName(
            "Only a token that would be rotated makes the provider be asked: not a stranger's, a replayed or a dead one")
    void strangersAskNothing() {
        String used = tokens.getString("refresh_token");
        assertEquals(200, refresh());
        rows.change("UPDATE refresh_tokens SET used_at = used_at - interval '1 minute' WHERE used_at IS NOT NULL");
        due();
        assertEquals(
                400, second.refresh(browser, tokens.getString("refresh_token")).status(), "another client's");
        assertEquals(
                400,
                app.refresh(browser, tokens.getString("refresh_token"), "scope", "openid everything")
                        .status());
        assertEquals(400, app.refresh(browser, "spr_unknown").status());
        assertEquals(400, app.refresh(browser, used).status(), "a replay ends the session");
        assertEquals(400, refresh());
        assertEquals(0, idp.grants.asked.size());
        assertEquals(0, grants());
    }

    @Test
    @DisplayName("A provider that thinks for long holds the refresh up for seconds only; its late no still counts")
    void lateNo() {
        due();
        idp.grants.remove(name);
        Held held = Held.at(idp, "/token");
        long from = System.nanoTime();
        CompletableFuture<Integer> refreshing = CompletableFuture.supplyAsync(this::refresh);
        held.awaitCall();
        assertEquals(200, refreshing.join());
        assertTrue(Duration.ofNanos(System.nanoTime() - from).toMillis() < 8_000);
        assertEquals(
                0,
                rows.number(
                        "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND xact_start < now() - interval '2 seconds'"),
                "nobody keeps a transaction open meanwhile");
        held.letGo();
        assertTrue(Await.within(Duration.ofSeconds(10), () -> grants() == 0));
        assertOver("upstream_gone");
    }
}
