package dev.sallyport.broker.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.broker.outside.Together;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Keys come and go while tokens live. Time passes by ageing rows; ten minutes are more than any cache header of ours allows. */
class KeyRotationTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final int BROWSERS = 4;

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static TestBroker other;
    private static String secret;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        other = broker.anotherNode(idp.hostPort());
        broker.catalogue();
        secret = broker.application("ledger", REDIRECT, Optional.empty());
    }

    @AfterAll
    static void stop() {
        other.close();
        broker.close();
        idp.close();
        vertx.close();
    }

    private static Tenant tenant(String slug) {
        Tenant tenant = broker.liveTenant(slug, idp);
        broker.enable(tenant, "ledger");
        return tenant;
    }

    private static void age(Tenant tenant, String change, String state) {
        new Rows(broker)
                .change("UPDATE signing_keys SET " + change + " WHERE tenant_id = '" + tenant.id() + "' AND state = '"
                        + state + "'");
    }

    private static List<String> kids(Tenant tenant, String state) {
        return new Rows(broker)
                .texts("SELECT kid FROM signing_keys WHERE tenant_id = '" + tenant.id() + "' AND state = '" + state
                        + "' AND alg = 'ES256'");
    }

    private static Set<String> published(TestBroker node, Tenant tenant) {
        try {
            return JWKSet.parse(node.through(new Browser())
                            .get(broker.issuer(tenant.slug()) + "/jwks")
                            .body())
                    .getKeys()
                    .stream()
                    .map(JWK::getKeyID)
                    .collect(Collectors.toSet());
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void bothNodes(Tenant tenant) {
        Together.run(2, i -> {
            (i == 0 ? broker : other).advanceKeys(tenant);
            return i;
        });
    }

    /** Takes the key set once and believes it for as long as the cache header says; an unknown key id is a failure, not a reason to ask. */
    private static final class Strict {
        private final String issuer;
        private volatile JWKSet keys;

        Strict(String issuer) {
            this.issuer = issuer;
            expire();
        }

        void expire() {
            Browser.Answer answer = new Browser().get(issuer + "/jwks");
            assertEquals("public, max-age=300", answer.headers().get("Cache-Control"));
            try {
                keys = JWKSet.parse(answer.body());
            } catch (ParseException e) {
                throw new IllegalStateException(e);
            }
        }

        boolean verifies(String token) {
            try {
                SignedJWT jwt = SignedJWT.parse(token);
                JWK key = keys.getKeyByKeyId(jwt.getHeader().getKeyID());
                JWSVerifier verifier = key == null ? null : new ECDSAVerifier(key.toECKey());
                return verifier != null && jwt.verify(verifier);
            } catch (ParseException | com.nimbusds.jose.JOSEException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    @DisplayName("H01: keys are rotated on two nodes under login and refresh without one failed verification")
    void underLoad() throws Exception {
        Tenant acme = tenant("acme");
        Relying app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        Strict strict = new Strict(app.issuer);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger verified = new AtomicInteger();
        ConcurrentLinkedQueue<String> failed = new ConcurrentLinkedQueue<>();
        Set<String> signedBy = java.util.concurrent.ConcurrentHashMap.newKeySet();
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < BROWSERS; i++) {
            TestBroker node = i % 2 == 0 ? broker : other;
            Thread thread = new Thread(() -> {
                Browser browser = node.through(new Browser());
                JsonObject tokens = app.tokens(browser);
                for (int n = 1; !over.get(); n++) {
                    String token = tokens.getString("access_token");
                    if (strict.verifies(token)) {
                        verified.incrementAndGet();
                    } else {
                        failed.add(token);
                    }
                    try {
                        signedBy.add(SignedJWT.parse(token).getHeader().getKeyID());
                    } catch (ParseException e) {
                        failed.add(token);
                    }
                    tokens = n % 20 == 0
                            ? app.tokens(browser)
                            : app.refresh(browser, tokens.getString("refresh_token"))
                                    .json();
                }
            });
            thread.setUncaughtExceptionHandler((t, e) -> failed.add(e.toString()));
            thread.start();
            load.add(thread);
        }
        try {
            String old = kids(acme, "active").get(0);
            awaitMore(verified, failed);
            age(acme, "activate_at = now() - interval '91 days'", "active");
            bothNodes(acme);
            String next = kids(acme, "published").get(0);
            assertEquals(1, kids(acme, "published").size());
            awaitMore(verified, failed);
            bothNodes(acme);
            assertEquals(List.of(next), kids(acme, "published"), "it is not time yet");
            strict.expire();
            age(acme, "activate_at = now() - interval '1 second'", "published");
            bothNodes(acme);
            assertEquals(List.of(next), kids(acme, "active"));
            assertEquals(List.of(old), kids(acme, "retired"));
            awaitMore(verified, failed);
            assertTrue(signedBy.contains(old) && signedBy.contains(next), signedBy.toString());
            assertTrue(published(other, acme).containsAll(List.of(old, next)), "overlap");
            strict.expire();
            awaitMore(verified, failed);
            bothNodes(acme);
            age(acme, "unpublish_at = now() - interval '1 second'", "retired");
            bothNodes(acme);
            awaitMore(verified, failed);
            assertFalse(
                    published(broker, acme).contains(old)
                            || published(other, acme).contains(old),
                    "the end");
        } finally {
            over.set(true);
            for (Thread thread : load) {
                thread.join(20_000);
            }
        }
        assertEquals(List.of(), List.copyOf(failed));
        Rows rows = new Rows(broker);
        assertEquals(
                0,
                rows.number("SELECT count(*) FROM signing_keys WHERE state = 'retired' AND private_jwk IS NOT NULL"));
        for (String state : List.of("published", "active", "retired", "unpublished")) {
            assertEquals(
                    2,
                    rows.number(
                            "SELECT count(*) FROM audit_events WHERE actor = 'system:key-rotation' AND action = 'signing_key."
                                    + state + "' AND tenant_id = '" + acme.id() + "'"),
                    state + ", one event for ES256 and one for RS256");
        }
    }

    private static void awaitMore(AtomicInteger verified, ConcurrentLinkedQueue<String> failed) {
        int before = verified.get();
        assertTrue(
                dev.sallyport.broker.outside.Await.within(
                        java.time.Duration.ofSeconds(30), () -> verified.get() > before + 40 || !failed.isEmpty()),
                "the load goes on");
    }

    @Test
    @DisplayName("I09: a clock that jumps an hour ahead does not make a key sign before verifiers can know it")
    void clockJump() {
        Tenant tenant = tenant("jumpy");
        age(tenant, "activate_at = now() - interval '91 days'", "active");
        broker.advanceKeys(tenant);
        age(tenant, "activate_at = now() - interval '50 minutes'", "published");
        other.advanceKeys(tenant);
        assertEquals(1, kids(tenant, "published").size());
        broker.advanceKeys(tenant);
        assertEquals(0, kids(tenant, "published").size());
        age(tenant, "unpublish_at = now() - interval '1 minute'", "retired");
        broker.advanceKeys(tenant);
        assertEquals(1, kids(tenant, "retired").size());
        broker.advanceKeys(tenant);
        assertEquals(0, kids(tenant, "retired").size());
    }

    @Test
    @DisplayName(
            "H01, H05: the key set shows no private part, may be cached for half of the time that a new key waits, and has a tag")
    void keySet() throws ParseException {
        Tenant tenant = tenant("shown");
        Browser browser = new Browser();
        String url = broker.issuer("shown") + "/jwks";
        Browser.Answer answer = browser.get(url);
        assertTrue(SigningKeys.PUBLISH_AHEAD.compareTo(SigningKeys.CACHED.multipliedBy(2)) >= 0);
        answer.json().getJsonArray("keys").forEach(key -> {
            JsonObject jwk = (JsonObject) key;
            for (String secretPart : List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k")) {
                assertFalse(jwk.containsKey(secretPart), secretPart);
            }
            assertTrue(jwk.fieldNames().containsAll(Set.of("kid", "alg", "use", "kty")));
        });
        String etag = answer.headers().get("ETag");
        assertEquals(304, browser.get(url, "If-None-Match", etag).status());
        Browser.Answer rotated = browser.json(
                "POST",
                broker.publicUrl + "/admin/v1/tenants/shown/signing-keys/rotate",
                new JsonObject().put("alg", "RS256"),
                "Authorization",
                "Bearer " + TestBroker.OPERATOR);
        assertEquals("published", rotated.json().getString("state"));
        assertTrue(dev.sallyport.broker.outside.Await.within(
                java.time.Duration.ofSeconds(2),
                () -> published(other, tenant).contains(rotated.json().getString("kid"))));
        assertNotEquals(etag, browser.get(url).headers().get("ETag"));
    }
}
