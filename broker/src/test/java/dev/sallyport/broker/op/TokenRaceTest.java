package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.broker.outside.Together;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One code, one refresh token, one newcomer, and many who come with it at the same moment through two nodes. */
class TokenRaceTest {
    private static final String REDIRECT = "https://ledger.example/callback";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static TestBroker other;
    private static Rows rows;
    private static Relying app;
    private static Relying notes;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        other = broker.anotherNode(idp.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        Tenant acme = broker.liveTenant("acme", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        String notesBack = "https://notes.example/callback";
        String notesSecret = broker.application("notes", notesBack, Optional.empty());
        broker.enable(acme, "notes");
        notes = new Relying(broker.issuer("acme"), "notes", notesSecret, notesBack);
    }

    @AfterAll
    static void stop() {
        other.close();
        broker.close();
        idp.close();
        vertx.close();
    }

    @BeforeEach
    void alice() {
        idp.person = new JsonObject()
                .put("sub", "alice")
                .put("name", "Alice Example")
                .put("preferred_username", "alice@example.com")
                .put("groups", new JsonArray().add("staff"));
    }

    private static List<Browser> nodes() {
        return List.of(broker.through(new Browser()), other.through(new Browser()));
    }

    @Test
    @DisplayName("D04: fifty redemptions of one code through two nodes are one answer, and what it gave is dead")
    void codeRedeemedFiftyTimes() {
        List<Browser> nodes = nodes();
        for (int round = 0; round < 3; round++) {
            Browser own = new Browser();
            String code = app.signIn(own).parameter("code");
            List<Browser.Answer> answers = Together.run(50, i -> app.redeem(nodes.get(i % 2), code));
            List<Browser.Answer> good =
                    answers.stream().filter(a -> a.status() == 200).toList();
            assertEquals(1, good.size(), statuses(answers));
            answers.stream().filter(a -> a.status() != 200).forEach(a -> {
                assertEquals(400, a.status(), a.toString());
                assertEquals("invalid_grant", a.json().getString("error"));
            });
            JsonObject tokens = good.get(0).json();
            assertEquals(
                    "invalid_grant",
                    app.refresh(own, tokens.getString("refresh_token")).json().getString("error"));
            assertFalse(app.introspect(own, tokens.getString("access_token")).getBoolean("active"));
            assertEquals(
                    "login_required",
                    own.get(app.authorizeUrl("prompt", "none")).parameter("error"));
        }
        assertTrue(rows.events("code_reuse", "%") >= 3);
    }

    @Test
    @DisplayName("D04: two hundred redemptions of one code that leave one gate, over two nodes, give tokens once")
    void codeRedeemedTwoHundredTimes() {
        List<Browser> nodes = nodes();
        String code = app.signIn(new Browser()).parameter("code");
        List<Browser.Answer> answers = Together.run(200, i -> app.redeem(nodes.get(i % 2), code));
        assertEquals(1, answers.stream().filter(a -> a.status() == 200).count(), statuses(answers));
        assertTrue(answers.stream().allMatch(a -> a.status() == 200 || a.status() == 400), statuses(answers));
    }

    @Test
    @DisplayName("E02: over twenty-five rounds of eight uses through two nodes a family never has two live leaves")
    void refreshedInRounds() {
        List<Browser> nodes = nodes();
        String token = app.tokens(browser).getString("refresh_token");
        for (int round = 0; round < 25; round++) {
            String now = token;
            List<Browser.Answer> answers = Together.run(8, i -> app.refresh(nodes.get(i % 2), now));
            assertTrue(answers.stream().allMatch(a -> a.status() == 200), statuses(answers));
            Set<String> successors = answers.stream()
                    .map(a -> a.json().getString("refresh_token"))
                    .collect(Collectors.toSet());
            assertEquals(1, successors.size(), "round " + round);
            token = successors.iterator().next();
        }
        assertEquals(1, rows.number("""
                SELECT max(n) FROM (SELECT count(*) AS n FROM refresh_tokens WHERE used_at IS NULL GROUP BY family_id) AS leaves"""));
    }

    @Test
    @DisplayName("E02: fifty uses of one refresh token through two nodes leave one live leaf and no error of ours")
    void refreshedFiftyTimes() {
        List<Browser> nodes = nodes();
        String token = app.tokens(browser).getString("refresh_token");
        for (int round = 0; round < 3; round++) {
            String now = token;
            List<Browser.Answer> answers = Together.run(50, i -> app.refresh(nodes.get(i % 2), now));
            assertTrue(answers.stream().allMatch(a -> a.status() == 200), statuses(answers));
            Set<String> successors = answers.stream()
                    .map(a -> a.json().getString("refresh_token"))
                    .collect(Collectors.toSet());
            assertEquals(1, successors.size());
            assertEquals(1, rows.number("""
                    SELECT max(n) FROM (SELECT count(*) AS n FROM refresh_tokens WHERE used_at IS NULL GROUP BY family_id) AS leaves"""));
            token = successors.iterator().next();
        }
        assertTrue(app.introspect(browser, token).getBoolean("active"));
    }

    @Test
    @DisplayName(
            "I01: token requests that meet a configuration just changed do not wait for each other's database connections")
    void refreshAfterAChangeOfConfiguration() {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            tokens.add(app.tokens(new Browser()).getString("refresh_token"));
        }
        List<Browser> nodes = nodes();
        for (int round = 0; round < 3; round++) {
            broker.catalogue();
            List<Browser.Answer> answers = Together.run(24, i -> app.refresh(nodes.get(i % 2), tokens.get(i)));
            assertTrue(answers.stream().allMatch(a -> a.status() == 200), statuses(answers));
            for (int i = 0; i < 24; i++) {
                tokens.set(i, answers.get(i).json().getString("refresh_token"));
            }
        }
    }

    @Test
    @DisplayName(
            "E01, E02: old tokens of two families of one session, replayed together on two nodes, end it once and without an error of ours")
    void replaysTogether() {
        List<Browser> nodes = nodes();
        List<String> old = new ArrayList<>();
        List<String> live = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            for (Relying each : List.of(app, notes)) {
                String token = each.tokens(browser).getString("refresh_token");
                old.add(token);
                live.add(each.refresh(browser, token).json().getString("refresh_token"));
            }
        }
        rows.change("UPDATE refresh_tokens SET used_at = used_at - interval '1 minute' WHERE used_at IS NOT NULL");
        List<Browser.Answer> answers =
                Together.run(24, i -> (i % 2 == 0 ? app : notes).refresh(nodes.get(i / 2 % 2), old.get(i % 6)));
        answers.forEach(a -> assertEquals(400, a.status(), statuses(answers)));
        for (int i = 0; i < live.size(); i++) {
            Browser.Answer answer = (i % 2 == 0 ? app : notes).refresh(browser, live.get(i));
            assertEquals("invalid_grant", answer.json().getString("error"));
        }
        assertTrue(rows.events("refresh_reuse", "%") >= 1);
    }

    @Test
    @DisplayName("F14: thirty first sign-ins of one person through two nodes are one account with one identity")
    void firstSignInsTogether() {
        idp.person = new JsonObject()
                .put("sub", "newcomer")
                .put("email", "newcomer@example.com")
                .put("name", "New Comer")
                .put("preferred_username", "newcomer@example.com")
                .put("groups", new JsonArray().add("staff").add("a").add("b"));
        Rows.Counts before = rows.counts();
        List<Browser.Answer> answers =
                Together.run(30, i -> app.signIn((i % 2 == 0 ? broker : other).through(new Browser())));
        answers.forEach(a -> assertTrue(a.location() != null && a.parameter("code") != null, a.toString()));
        Rows.Counts after = rows.counts();
        assertEquals(before.users() + 1, after.users());
        assertEquals(before.identities() + 1, after.identities());
        assertEquals(before.sessions() + 30, after.sessions());
        assertEquals(
                3,
                rows.number(
                        "SELECT count(*) FROM memberships m JOIN users u ON u.id = m.user_id WHERE u.user_name = 'newcomer@example.com'"));
    }

    @Test
    @DisplayName("F14: a directory that takes the name at the same moment is no error of ours")
    void directoryTakesTheNameMeanwhile() throws Exception {
        idp.person =
                new JsonObject().put("sub", "late").put("name", "Late").put("preferred_username", "late@example.com");
        try (var directory = broker.database.asOwner();
                var statement = directory.createStatement()) {
            directory.setAutoCommit(false);
            assertEquals(1, statement.executeUpdate("""
                    INSERT INTO users (tenant_id, id, status, user_name, source, status_cause)
                    SELECT id, gen_random_uuid(), 'active', 'late@example.com', 'scim', 'scim' FROM tenants WHERE slug = 'acme'"""));
            List<Browser.Answer> answers = Together.run(2, i -> {
                if (i == 0) {
                    return app.signIn(new Browser());
                }
                awaitBlocked();
                try {
                    directory.commit();
                } catch (java.sql.SQLException e) {
                    throw new IllegalStateException(e);
                }
                return null;
            });
            assertEquals(
                    "access_denied",
                    answers.get(0).parameter("error"),
                    answers.get(0).toString());
        }
        assertEquals("sign_in.refused name_taken", rows.lastEvent().orElseThrow());
    }

    /** Until a sign-in waits for the directory's row; at most ten seconds. */
    private static void awaitBlocked() {
        long until = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < until && rows.number("""
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'""") == 0) {
            Thread.onSpinWait();
        }
    }

    private static String statuses(List<Browser.Answer> answers) {
        return answers.stream()
                .collect(Collectors.groupingBy(
                        a -> a.status() + " "
                                + a.body().substring(0, Math.min(60, a.body().length())),
                        Collectors.counting()))
                .toString();
    }
}
