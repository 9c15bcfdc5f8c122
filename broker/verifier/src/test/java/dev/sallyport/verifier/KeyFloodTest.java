package dev.sallyport.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.verifier.TokenRefused.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Strangers cannot use the verifier to press upon Sallyport, nor Sallyport's faults to press upon it. */
class KeyFloodTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AtomicLong skipped = new AtomicLong();
    private PlayedSallyport sallyport;
    private SallyportVerifier verifier;

    @BeforeEach
    void start() {
        sallyport = new PlayedSallyport();
        verifier = sallyport
                .verifier()
                .feed(new FeedPolicy.NoFeed())
                .remember(0)
                .ticker(() -> System.nanoTime() + skipped.get())
                .build();
    }

    @AfterEach
    void stop() {
        verifier.close();
        sallyport.close();
    }

    private void skip(Duration time) {
        skipped.addAndGet(time.toNanos());
    }

    private Reason refusal(String token) {
        return assertThrows(TokenRefused.class, () -> verifier.verify(token)).reason();
    }

    /** A token that nobody signed; making it costs nothing. */
    private String madeUp(String kid, String issuer) {
        String header = "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}";
        return com.nimbusds.jose.util.Base64URL.encode(header) + "."
                + com.nimbusds.jose.util.Base64URL.encode("{\"iss\":\"" + issuer + "\"}") + "."
                + com.nimbusds.jose.util.Base64URL.encode(new byte[64]);
    }

    @Test
    @DisplayName("C07: 10,000 random key ids cost two reads, known keys stay, and a new key works within the window")
    void keyIds() {
        String good = sallyport.token("acme");
        verifier.verify(good);
        for (int i = 0; i < 10_000; i++) {
            assertEquals(Reason.UNKNOWN_KEY, refusal(madeUp("random-" + i, sallyport.issuer("acme"))));
            if (i % 1_000 == 0) {
                verifier.verify(good);
            }
        }
        assertTrue(sallyport.keyRequests.get() <= 2, "keys were read " + sallyport.keyRequests);
        ECKey next = PlayedSallyport.ecKey("key-2");
        sallyport.publish(sallyport.key, next);
        String byNext =
                PlayedSallyport.sign(next, "at+jwt", sallyport.claims("acme").build());
        skip(Keys.WINDOW);
        verifier.verify(byNext);
        verifier.verify(good);
        assertTrue(sallyport.keyRequests.get() <= 3, "keys were read " + sallyport.keyRequests);
    }

    @Test
    @DisplayName("C07: made-up tenants take no memory and no place, and few of them reach Sallyport")
    void tenants() {
        verifier.verify(sallyport.token("acme"));
        int asked = sallyport.paths.size();
        List<CompletableFuture<VerifiedToken>> all = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            all.add(verifier.verifyAsync(madeUp("key-1", sallyport.issuer("made-up-" + i))));
        }
        for (CompletableFuture<VerifiedToken> each : all) {
            CompletionException failure = assertThrows(CompletionException.class, each::join);
            assertTrue(failure.getCause() instanceof TokenRefused);
        }
        assertEquals(1, verifier.tenantsInUse());
        int reached = sallyport.paths.size() - asked;
        assertTrue(reached <= 150, reached + " requests reached Sallyport");
        verifier.verify(sallyport.token("acme"));
        skip(SECOND);
        verifier.verify(sallyport.token("globex"));
        assertEquals(Reason.UNKNOWN_ISSUER, refusal(madeUp("key-1", sallyport.issuer("nobody"))));
        int before = sallyport.paths.size();
        for (int i = 0; i < 100; i++) {
            assertEquals(Reason.UNKNOWN_ISSUER, refusal(madeUp("key-1", sallyport.issuer("nobody"))));
        }
        assertEquals(before, sallyport.paths.size(), "a tenant that does not exist is remembered for a while");
    }

    @Test
    @DisplayName("C07: a broken, empty or poisoned key set takes no known key away; the pause is by time only")
    void brokenSets() {
        String good = sallyport.token("acme");
        verifier.verify(good);
        List<PlayedSallyport.Answer> broken = List.of(
                e -> PlayedSallyport.send(e, 200, "{\"keys\":[]}"),
                e -> PlayedSallyport.send(e, 200, "{}"),
                e -> PlayedSallyport.send(e, 200, "<html>"),
                e -> PlayedSallyport.send(e, 500, ""),
                e -> PlayedSallyport.send(e, 200, "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"key-1\"}]}"),
                e -> PlayedSallyport.send(e, 200, "{\"keys\":[" + "{},".repeat(200) + "{}]}"),
                e -> PlayedSallyport.send(e, 200, "{\"keys\":\"" + "x".repeat(300 * 1024) + "\"}"),
                e -> {
                    e.getResponseHeaders().set("Location", sallyport.url() + "/t/globex/jwks");
                    PlayedSallyport.send(e, 302, "");
                });
        for (PlayedSallyport.Answer answer : broken) {
            sallyport.keysAnswer = answer;
            skip(Duration.ofMinutes(6));
            int before = sallyport.keyRequests.get();
            for (int i = 0; i < 50; i++) {
                verifier.verify(good);
                assertEquals(
                        Reason.KEYS_UNAVAILABLE,
                        refusal(madeUp("other", sallyport.issuer("acme"))),
                        "we cannot know whether there is such a key");
            }
            assertEquals(1, sallyport.keyRequests.get() - before);
        }
        skip(Duration.ofMinutes(61));
        assertEquals(Reason.KEYS_UNAVAILABLE, refusal(good), "keys are not believed for ever");
        sallyport.publish(sallyport.key);
        skip(Keys.WINDOW);
        verifier.verify(good);
    }

    @Test
    @DisplayName("C06: keys that do not come are waited for 5 seconds, and then not at all for a while")
    void slow() {
        sallyport.keysAnswer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
        };
        long began = System.nanoTime();
        assertEquals(Reason.KEYS_UNAVAILABLE, refusal(sallyport.token("acme")));
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(took.compareTo(Duration.ofSeconds(8)) < 0, "took " + took);
        began = System.nanoTime();
        assertEquals(Reason.KEYS_UNAVAILABLE, refusal(sallyport.token("acme")));
        assertTrue(System.nanoTime() - began < SECOND.toNanos());
        sallyport.publish(sallyport.key);
        skip(Duration.ofSeconds(3));
        verifier.verify(sallyport.token("acme"));
    }

    @Test
    @DisplayName("H01: keys are rotated without one failed verification")
    void rotation() {
        ECKey current = sallyport.key;
        List<String> alive = new ArrayList<>();
        for (int generation = 2; generation < 6; generation++) {
            JWTClaimsSet claims = sallyport.claims("acme").build();
            alive.add(PlayedSallyport.sign(current, "at+jwt", claims));
            alive.forEach(verifier::verify);
            ECKey next = PlayedSallyport.ecKey("key-" + generation);
            sallyport.publish(current, next);
            skip(Duration.ofMinutes(10));
            alive.forEach(verifier::verify);
            assertTrue(Await.within(SECOND, () -> verifier.verifyAsync(PlayedSallyport.sign(
                            next, "at+jwt", sallyport.claims("acme").build()))
                    .handle((v, e) -> e == null)
                    .join()));
            int reads = sallyport.keyRequests.get();
            alive.add(PlayedSallyport.sign(
                    next, "at+jwt", sallyport.claims("acme").build()));
            alive.forEach(verifier::verify);
            assertEquals(reads, sallyport.keyRequests.get());
            current = next;
            alive.clear();
        }
    }

    @Test
    void onlySoManyTenantsAreHeld() {
        try (SallyportVerifier small = sallyport
                .verifier()
                .mostTenants(2)
                .feed(new FeedPolicy.NoFeed())
                .build()) {
            for (String tenant : List.of("acme", "globex", "t-3", "t-4", "acme", "globex")) {
                sallyport.tenants.put(tenant, true);
                small.verify(sallyport.token(tenant));
                assertTrue(small.tenantsInUse() <= 2);
            }
        }
    }
}
