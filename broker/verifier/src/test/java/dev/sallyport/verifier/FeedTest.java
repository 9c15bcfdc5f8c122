package dev.sallyport.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.verifier.FeedPolicy.BoundedStaleness;
import dev.sallyport.verifier.FeedPolicy.ServeUntilExpiry;
import dev.sallyport.verifier.TokenRefused.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the revocation feed does to tokens, and what happens when it misbehaves. */
class FeedTest {
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    private final AtomicLong skipped = new AtomicLong();
    private PlayedSallyport sallyport;
    private SallyportVerifier verifier;

    @BeforeEach
    void start() {
        sallyport = new PlayedSallyport();
        verifier = verifier(FeedPolicy.DEFAULT);
    }

    @AfterEach
    void stop() {
        verifier.close();
        sallyport.close();
    }

    private SallyportVerifier verifier(FeedPolicy policy) {
        return sallyport
                .verifier()
                .feed(policy)
                .ticker(() -> System.nanoTime() + skipped.get())
                .build();
    }

    private Reason outcome(String token) {
        try {
            verifier.verify(token);
            return null;
        } catch (TokenRefused e) {
            return e.reason();
        }
    }

    private String issued(Instant at) {
        return sallyport.sign(sallyport.claims("acme").issueTime(Date.from(at)).build());
    }

    @Test
    @DisplayName("E05, E10, H03: a cut-off of any kind is in force within a second, remembered token or not")
    void withinASecond() {
        JWTClaimsSet claims = sallyport.claims("acme").build();
        String token = sallyport.sign(claims);
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("jti", claims.getJWTID());
        kinds.put("family", PlayedSallyport.FAMILY);
        kinds.put("api_key", PlayedSallyport.API_KEY);
        kinds.put("session", PlayedSallyport.SID);
        kinds.put("user", PlayedSallyport.SUBJECT);
        kinds.put("tenant", "acme");
        kinds.put("kid", "key-1");
        kinds.forEach((kind, value) -> {
            verifier.close();
            verifier = verifier(FeedPolicy.DEFAULT);
            sallyport.forgetCutoffs();
            verifier.verify(token);
            verifier.verify(token);
            sallyport.cutOff("user", "somebody else", 2e9);
            sallyport.cutOff("other_kind", PlayedSallyport.SUBJECT, 2e9);
            sallyport.cutOff(kind, value, Instant.now().toEpochMilli() / 1000.0);
            assertTrue(Await.within(ONE_SECOND, () -> outcome(token) == Reason.REVOKED), kind);
            boolean comesBack = Set.of("user", "tenant", "api_key").contains(kind) || kind.equals("jti");
            assertEquals(
                    comesBack ? null : Reason.REVOKED,
                    outcome(issued(Instant.now().plusSeconds(2))),
                    "a newer token, " + kind);
        });
    }

    @Test
    @DisplayName("E05: a cut-off's time is compared in whole seconds, so a token of that second loses")
    void wholeSeconds() {
        long second = Instant.now().getEpochSecond();
        sallyport.cutOff("user", PlayedSallyport.SUBJECT, second + 0.001);
        assertEquals(Reason.REVOKED, outcome(issued(Instant.ofEpochSecond(second))));
        assertEquals(null, outcome(issued(Instant.ofEpochSecond(second + 1))));
    }

    @Test
    @DisplayName("E10: what was cut off stays off although a node that lags behind answers without it")
    void lagging() {
        String token = sallyport.token("acme");
        sallyport.cutOff("session", PlayedSallyport.SID, (double) Instant.now().getEpochSecond());
        assertEquals(Reason.REVOKED, outcome(token));
        int before = sallyport.feedRequests.get();
        sallyport.forgetCutoffs();
        assertTrue(Await.within(ONE_SECOND, () -> sallyport.feedRequests.get() > before + 1));
        assertEquals(Reason.REVOKED, outcome(token));
    }

    @Test
    @DisplayName(
            "E10: silence is borne for the bound, then every token is refused with 503 until the feed answers again")
    void boundedStaleness() {
        String token = sallyport.token("acme");
        verifier.verify(token);
        sallyport.feedAnswer = e -> PlayedSallyport.send(e, 500, "");
        sallyport.changed();
        int before = sallyport.feedRequests.get();
        assertTrue(Await.within(Duration.ofSeconds(5), () -> sallyport.feedRequests.get() >= before + 2));
        verifier.verify(token);
        skipped.addAndGet(Duration.ofSeconds(31).toNanos());
        TokenRefused refused = assertThrows(TokenRefused.class, () -> verifier.verify(token));
        assertEquals(Reason.FEED_UNAVAILABLE, refused.reason());
        assertTrue(refused.isTemporary());
        assertEquals(Reason.FEED_UNAVAILABLE, outcome(sallyport.token("acme")));
        sallyport.feedAnswer = sallyport::feed;
        assertTrue(Await.within(Duration.ofSeconds(8), () -> outcome(token) == null));
    }

    @Test
    @DisplayName("E10: after a pause of the whole process the first token waits for an answer that is new")
    void paused() {
        String token = sallyport.token("acme");
        verifier.verify(token);
        CountDownLatch hold = new CountDownLatch(1);
        sallyport.feedAnswer = exchange -> {
            try {
                assertTrue(hold.await(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            sallyport.feed(exchange);
        };
        int before = sallyport.feedRequests.get();
        sallyport.changed();
        assertTrue(Await.within(ONE_SECOND, () -> sallyport.feedRequests.get() > before));
        skipped.addAndGet(Duration.ofMinutes(2).toNanos());
        var waiting = verifier.verifyAsync(token);
        assertEquals(false, waiting.isDone());
        sallyport.cutOff("session", PlayedSallyport.SID, (double) Instant.now().getEpochSecond());
        hold.countDown();
        assertEquals(
                Reason.REVOKED,
                waiting.handle((v, e) -> ((TokenRefused) e).reason()).join());
    }

    @Test
    @DisplayName("C05: a feed that lies, redirects, is huge or never ends is no answer")
    void misbehaviour() {
        String token = sallyport.token("acme");
        sallyport.cutOff("session", PlayedSallyport.SID, (double) Instant.now().getEpochSecond());
        List<PlayedSallyport.Answer> answers = List.of(
                e -> PlayedSallyport.send(e, 200, "{\"cutoffs\":{}}"),
                e -> PlayedSallyport.send(e, 200, "{\"version\":1}"),
                e -> PlayedSallyport.send(e, 200, "{\"cutoffs\":[{\"kind\":\"user\"}]}"),
                e -> PlayedSallyport.send(e, 200, "[".repeat(100_000)),
                e -> PlayedSallyport.send(e, 304, ""),
                e -> PlayedSallyport.send(e, 404, ""),
                e -> {
                    e.getResponseHeaders().set("Location", sallyport.issuer("globex") + "/revocations");
                    PlayedSallyport.send(e, 302, "");
                },
                e -> {
                    e.sendResponseHeaders(200, 0);
                    byte[] some = new byte[1024 * 1024];
                    try (var body = e.getResponseBody()) {
                        for (int i = 0; i < 40; i++) {
                            body.write(some);
                        }
                    }
                },
                e -> {
                    e.sendResponseHeaders(200, 0);
                    e.getResponseBody().write("{\"cutoffs\":[".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    e.getResponseBody().flush();
                });
        for (PlayedSallyport.Answer answer : answers) {
            verifier.close();
            sallyport.feedAnswer = answer;
            verifier = verifier(FeedPolicy.DEFAULT);
            long began = System.nanoTime();
            assertEquals(Reason.FEED_UNAVAILABLE, outcome(token));
            assertTrue(System.nanoTime() - began < Duration.ofSeconds(8).toNanos());
            sallyport.feedAnswer = sallyport::feed;
            assertTrue(Await.within(Duration.ofSeconds(8), () -> outcome(token) == Reason.REVOKED));
        }
    }

    @Test
    @DisplayName(
            "C06: a feed that answers at once for ever is asked ten times a second at most; a broken one less and less")
    void pace() {
        sallyport.feedAnswer = e -> {
            e.getResponseHeaders().set("ETag", "\"same\"");
            PlayedSallyport.send(e, 200, "{\"cutoffs\":[]}");
        };
        verifier.verify(sallyport.token("acme"));
        int before = sallyport.feedRequests.get();
        assertTrue(Await.within(Duration.ofSeconds(4), () -> sallyport.feedRequests.get() >= before + 10));
        long began = System.nanoTime();
        int from = sallyport.feedRequests.get();
        Await.within(ONE_SECOND, () -> false);
        double perSecond = (sallyport.feedRequests.get() - from) * 1e9 / (System.nanoTime() - began);
        assertTrue(perSecond <= 11, perSecond + " a second");
        sallyport.feedAnswer = e -> PlayedSallyport.send(e, 503, "");
        Await.within(ONE_SECOND, () -> false);
        from = sallyport.feedRequests.get();
        Await.within(Duration.ofSeconds(2), () -> false);
        assertTrue(sallyport.feedRequests.get() - from <= 6, "still " + (sallyport.feedRequests.get() - from));
    }

    @Test
    void whoServesUntilExpiryBelievesTheLastAnswer() {
        verifier.close();
        verifier = verifier(new ServeUntilExpiry());
        String token = sallyport.token("acme");
        sallyport.cutOff("jti", "another", 2e9);
        verifier.verify(token);
        sallyport.feedAnswer = e -> PlayedSallyport.send(e, 500, "");
        sallyport.changed();
        skipped.addAndGet(Duration.ofHours(1).toNanos() / 2);
        assertEquals(null, outcome(token));
        verifier.close();
        verifier = verifier(new ServeUntilExpiry());
        assertEquals(null, outcome(token), "even without any answer");
    }

    @Test
    @DisplayName(
            "H03: the word that a key is revoked makes the successor known at once, in the middle of a flood of key ids")
    void emergency() {
        verifier.verify(sallyport.token("acme"));
        ECKey next = PlayedSallyport.ecKey("key-2");
        String byNext =
                PlayedSallyport.sign(next, "at+jwt", sallyport.claims("acme").build());
        assertEquals(Reason.UNKNOWN_KEY, outcome(byNext));
        assertEquals(Reason.UNKNOWN_KEY, outcome(byNext));
        sallyport.publish(next);
        sallyport.cutOff("kid", "key-1", (double) Instant.now().getEpochSecond());
        assertTrue(Await.within(ONE_SECOND, () -> outcome(byNext) == null));
    }

    @Test
    void aTenantThatNobodyUsesIsFollowedNoMore() {
        try (SallyportVerifier resting = sallyport
                .verifier()
                .feed(new BoundedStaleness(Duration.ofSeconds(4)))
                .ticker(() -> System.nanoTime() + skipped.get())
                .build()) {
            resting.verify(sallyport.token("acme"));
            assertTrue(Await.within(ONE_SECOND, () -> sallyport.feedRequests.get() >= 2));
            skipped.addAndGet(Duration.ofMinutes(6).toNanos());
            resting.sweep();
            int before = sallyport.feedRequests.get();
            Await.within(Duration.ofSeconds(3), () -> false);
            assertEquals(before, sallyport.feedRequests.get());
            resting.verify(sallyport.token("acme"));
            assertTrue(sallyport.feedRequests.get() > before);
        }
    }
}
