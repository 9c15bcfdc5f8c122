package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.config.Cidr;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Together;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Somebody tries many secrets, from behind the operator's proxies. */
class ClientGuessingTest {
    private static final int MOST = ClientAuthentication.FAILURES_A_MINUTE;
    /** A count that began in one minute may go on in the next. */
    private static final int MOST_IN_TWO_MINUTES = 2 * (MOST + 8);

    private static final Map<String, String> GRANT = Map.of("grant_type", "client_credentials");

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Tenant acme;
    private static final Browser BROWSER = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.startBehind(
                Stream.of("127.0.0.1", "10.0.0.0/8", "2001:db8:ffff::/48")
                        .map(Cidr::parse)
                        .toList(),
                idp.hostPort());
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    /** A client of its own for each test; answers its secret. */
    private static String client(String id) {
        String secret = broker.application(id, "https://" + id + ".example/cb", Optional.empty());
        broker.enable(acme, id);
        return secret;
    }

    private static Browser.Answer guess(String client, String secret, String... headers) {
        String basic = Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8));
        List<String> all = new ArrayList<>(List.of("Authorization", "Basic " + basic));
        all.addAll(List.of(headers));
        return BROWSER.post(broker.issuer("acme") + "/token", GRANT, all.toArray(String[]::new));
    }

    private static String from(int i) {
        return "203.0.113." + i;
    }

    private static long looked(List<Integer> statuses) {
        assertTrue(statuses.stream().allMatch(s -> s == 401 || s == 429), statuses.toString());
        return statuses.stream().filter(s -> s == 401).count();
    }

    @Test
    @DisplayName(
            "D14: of 1,000 parallel guesses at most a few are looked at, and the client goes on from its own address")
    void parallelGuesses() {
        String secret = client("guessed");
        List<Integer> statuses = Together.run(16, i -> {
                    List<Integer> mine = new ArrayList<>();
                    for (int n = 0; n < 63; n++) {
                        mine.add(guess("guessed", "spx_guess" + i + n, "X-Forwarded-For", from(1))
                                .status());
                    }
                    return mine;
                })
                .stream()
                .flatMap(List::stream)
                .toList();
        assertEquals(1_008, statuses.size());
        assertTrue(looked(statuses) <= MOST_IN_TWO_MINUTES, "looked at " + looked(statuses));
        assertEquals(200, guess("guessed", secret, "X-Forwarded-For", from(2)).status(), "no lock-out");
    }

    @Test
    @DisplayName(
            "D14: who guessed too often hears 429 with Retry-After, whatever comes next; other clients there do not")
    void tooMany() {
        String secret = client("slowed");
        String neighbour = client("neighbour");
        Browser.Answer last = null;
        for (int i = 0; i < MOST_IN_TWO_MINUTES && (last == null || last.status() == 401); i++) {
            last = guess("slowed", "wrong", "X-Forwarded-For", from(3));
        }
        assertNotNull(last);
        assertEquals(429, last.status());
        assertEquals("temporarily_unavailable", last.json().getString("error"));
        int wait = Integer.parseInt(last.headers().get("Retry-After"));
        assertTrue(wait >= 1 && wait <= 61, last.toString());
        if (wait > 5) {
            assertEquals(
                    429, guess("slowed", secret, "X-Forwarded-For", from(3)).status(), "not even the right one");
        }
        assertEquals(
                200, guess("neighbour", neighbour, "X-Forwarded-For", from(3)).status());
        assertEquals(200, guess("slowed", secret, "X-Forwarded-For", from(4)).status());
    }

    @Test
    @DisplayName("D14: right credentials are never counted")
    void rightOnesAreNotCounted() {
        String secret = client("busy");
        List<Integer> statuses = Together.run(8, i -> {
                    List<Integer> mine = new ArrayList<>();
                    for (int n = 0; n < 10; n++) {
                        mine.add(guess("busy", secret, "X-Forwarded-For", from(5))
                                .status());
                    }
                    return mine;
                })
                .stream()
                .flatMap(List::stream)
                .toList();
        assertTrue(statuses.stream().allMatch(s -> s == 200), statuses.toString());
    }

    @Test
    @DisplayName("D13: whatever the client writes into forwarded headers, its last untrusted hop is what counts")
    void forgedHops() {
        client("forged");
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String chain =
                    switch (i % 6) {
                        case 0 -> "198.51.100." + i % 250 + ", 203.0.113.77";
                        case 1 -> "junk, , ;;, 203.0.113.77, 10.1.2.3";
                        case 2 -> "10.9.9." + i % 250 + ", 203.0.113.77:4711";
                        case 3 -> "1.1.1.1,".repeat(500) + "203.0.113.77";
                        case 4 -> "fe80::1%eth0, 203.0.113.77, 10.0.0.1, 10.0.0.2";
                        default -> "::ffff:203.0.113.77";
                    };
            statuses.add(guess("forged", "wrong" + i, "X-Forwarded-For", chain).status());
        }
        assertTrue(looked(statuses) <= MOST_IN_TWO_MINUTES, "looked at " + looked(statuses));
    }

    @Test
    @DisplayName("D13: a header that cannot be read, or two that disagree, is as good as none")
    void junkHeaders() {
        client("junk");
        String[][] headers = {
            {},
            {"X-Forwarded-For", "a"},
            {"X-Forwarded-For", "999.1.1.1"},
            {"X-Forwarded-For", "203.0.113.5, unknown"},
            {"X-Forwarded-For", "fe80::1%eth0"},
            {"X-Forwarded-For", "x".repeat(9_000)},
            {"X-Forwarded-For", "203.0.113.5,"},
            {"X-Forwarded-For", "[2001:db8::1"},
            {"Forwarded", "for=_hidden"},
            {"Forwarded", "proto=https;by=203.0.113.43"},
            {"Forwarded", "for=unknown"},
            {"X-Forwarded-For", "203.0.113.5", "Forwarded", "for=203.0.113.6"}
        };
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 240; i++) {
            statuses.add(guess("junk", "wrong" + i, headers[i % headers.length]).status());
        }
        assertTrue(looked(statuses) <= MOST_IN_TWO_MINUTES, "looked at " + looked(statuses));
    }

    @Test
    @DisplayName("D13: IPv6 is counted by network, in either header")
    void networks() {
        String secret = client("six");
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String hop = "2001:db8:1:2:" + Integer.toHexString(i) + "::" + Integer.toHexString(i + 1);
            String[] header = i % 2 == 0
                    ? new String[] {"X-Forwarded-For", hop}
                    : new String[] {"Forwarded", "for=1.2.3.4, for=\"[" + hop + "]:99\";proto=https, for=10.0.0.7"};
            statuses.add(guess("six", "wrong" + i, header).status());
        }
        assertTrue(looked(statuses) <= MOST_IN_TWO_MINUTES, "looked at " + looked(statuses));
        assertEquals(
                200, guess("six", secret, "X-Forwarded-For", "2001:db8:1:3::1").status(), "the network beside it");
    }

    @Test
    @DisplayName("D14: an unknown client and a known one answer guesses alike")
    void unknownClient() {
        client("known");
        Browser.Answer known = guess("known", "wrong", "X-Forwarded-For", from(8));
        Browser.Answer unknown = guess("nobody-at-all", "wrong", "X-Forwarded-For", from(8));
        assertEquals(known.status(), unknown.status());
        assertEquals(known.body(), unknown.body());
        assertEquals(known.headers().get("WWW-Authenticate"), unknown.headers().get("WWW-Authenticate"));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            statuses.add(
                    guess("nobody-at-all", "wrong", "X-Forwarded-For", from(8)).status());
        }
        assertTrue(looked(statuses) <= MOST_IN_TWO_MINUTES);
    }

    @Test
    @DisplayName(
            "D14: how long an answer takes does not tell whether the client exists or where the secret differs (2,400 samples)")
    void timing() {
        String secret = client("timed");
        String[][] guesses = {
            {"timed", "X" + secret.substring(1)},
            {"timed", secret.substring(0, secret.length() - 1) + (secret.endsWith("A") ? "B" : "A")},
            {"untimed", secret}
        };
        long[][] nanos = new long[guesses.length][800];
        for (int n = -50; n < 800; n++) {
            for (int kind = 0; kind < guesses.length; kind++) {
                long begun = System.nanoTime();
                String address = "198." + (18 + kind) + "." + (n + 50) / 200 + "." + ((n + 50) % 200 + 1);
                int status = guess(guesses[kind][0], guesses[kind][1], "X-Forwarded-For", address)
                        .status();
                assertEquals(401, status);
                if (n >= 0) {
                    nanos[kind][n] = System.nanoTime() - begun;
                }
            }
        }
        long[] medians =
                Stream.of(nanos).mapToLong(ClientGuessingTest::median).sorted().toArray();
        assertTrue(medians[2] < 1.25 * medians[0], "medians in ns: " + java.util.Arrays.toString(medians));
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        java.util.Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
