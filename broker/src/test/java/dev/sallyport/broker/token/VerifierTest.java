package dev.sallyport.broker.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Await;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.verifier.SallyportVerifier;
import dev.sallyport.verifier.TokenRefused;
import dev.sallyport.verifier.TokenRefused.Reason;
import dev.sallyport.verifier.VerifiedToken;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The verifier in front of an API, a real broker of two nodes behind it. */
class VerifierTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static TestBroker other;
    private static Tenant acme;
    private static Relying app;
    private static Relying notes;
    private static Relying atGlobex;
    private static SallyportVerifier verifier;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        other = broker.anotherNode(idp.hostPort());
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        Tenant globex = broker.liveTenant("globex", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        String notesSecret = broker.application("notes", "https://notes.example/callback", Optional.empty());
        for (Tenant tenant : List.of(acme, globex)) {
            broker.enable(tenant, "ledger");
            broker.enable(tenant, "notes");
        }
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        notes = new Relying(broker.issuer("acme"), "notes", notesSecret, "https://notes.example/callback");
        atGlobex = new Relying(broker.issuer("globex"), "ledger", secret, REDIRECT);
        verifier = SallyportVerifier.builder()
                .issuers(broker.publicUrl + "/t/{tenant}")
                .resource("https://ledger.example")
                .build();
    }

    @AfterAll
    static void stop() {
        verifier.close();
        other.close();
        broker.close();
        idp.close();
        vertx.close();
    }

    private static void be(String name) {
        idp.person = new JsonObject()
                .put("sub", name)
                .put("email", name + "@example.com")
                .put("name", name)
                .put("groups", new JsonArray().add("staff"));
    }

    private JsonObject tokensOf(String name) {
        be(name);
        return app.tokens(browser);
    }

    private static Reason outcome(String token) {
        try {
            verifier.verify(token);
            return null;
        } catch (TokenRefused e) {
            return e.reason();
        }
    }

    private static boolean refusedByTheBroker(TestBroker node, Browser browser, String access) {
        Browser here = node.through(browser);
        return app.introspect(here, access).encode().equals("{\"active\":false}")
                && here.get(app.issuer + "/userinfo", "Authorization", "Bearer " + access)
                                .status()
                        == 401;
    }

    @Test
    @DisplayName("A08, B02: an access token opens its own API in its own tenant; no other token of ours does")
    void realTokens() {
        JsonObject tokens = tokensOf("alice");
        VerifiedToken token = verifier.verify(tokens.getString("access_token"));
        assertEquals("acme", token.tenant());
        assertEquals("ledger", token.clientId());
        assertTrue(token.has("reports:read")
                && token.sessionId().isPresent()
                && token.family().isPresent());
        assertEquals(Reason.WRONG_TYPE, outcome(tokens.getString("id_token")));
        assertEquals(Reason.MALFORMED, outcome(tokens.getString("refresh_token")));
        assertEquals(Reason.AUDIENCE, outcome(notes.tokens(browser).getString("access_token")));
        String itself = app.token(browser, Map.of("grant_type", "client_credentials"))
                .json()
                .getString("access_token");
        assertEquals("client:ledger", verifier.verify(itself).subject());
        assertEquals(
                "globex",
                verifier.verify(atGlobex.tokens(new Browser()).getString("access_token"))
                        .tenant());
        try (SallyportVerifier globexOnly = SallyportVerifier.builder()
                .issuers(broker.publicUrl + "/t/{tenant}")
                .resource("https://ledger.example")
                .tenants("globex"::equals)
                .build()) {
            assertThrows(TokenRefused.class, () -> globexOnly.verify(tokens.getString("access_token")));
        }
    }

    @Test
    @DisplayName("E05, E10: who is offboarded is refused by the verifier within a second, and by pollers of both nodes")
    void offboarded() throws Exception {
        String access = tokensOf("bob").getString("access_token");
        String subject = verifier.verify(access).subject();
        CompletableFuture<Browser.Answer> elsewhere = CompletableFuture.supplyAsync(() -> {
            Browser here = other.through(new Browser());
            String etag = here.get(app.issuer + "/revocations").headers().get("ETag");
            return here.get(app.issuer + "/revocations?wait=20", "If-None-Match", etag);
        });
        assertFalse(Await.within(Duration.ofMillis(300), elsewhere::isDone));
        broker.offboard(acme, new UserId(UUID.fromString(subject)), "left");
        assertTrue(Await.within(ONE_SECOND, () -> outcome(access) == Reason.REVOKED));
        assertTrue(elsewhere.get(5, TimeUnit.SECONDS).body().contains(subject));
    }

    @Test
    @DisplayName("E05: giving back a refresh token (RFC 7009) ends the access tokens that came with it, and no others")
    void refreshTokenGivenBack() {
        JsonObject first = tokensOf("carol");
        JsonObject next = app.refresh(browser, first.getString("refresh_token")).json();
        JsonObject sibling = app.tokens(browser);
        for (JsonObject each : List.of(first, next, sibling)) {
            assertEquals(null, outcome(each.getString("access_token")));
        }
        assertEquals(
                200,
                notes.call(browser, app.issuer + "/revoke", Map.of("token", next.getString("refresh_token")))
                        .status());
        assertEquals(null, outcome(next.getString("access_token")), "another client's attempt changes nothing");
        assertEquals(
                200,
                app.call(browser, app.issuer + "/revoke", Map.of("token", next.getString("refresh_token")))
                        .status());
        for (JsonObject each : List.of(first, next)) {
            String access = each.getString("access_token");
            assertTrue(refusedByTheBroker(broker, browser, access) && refusedByTheBroker(other, browser, access));
            assertTrue(Await.within(ONE_SECOND, () -> outcome(access) == Reason.REVOKED));
        }
        assertEquals(null, outcome(sibling.getString("access_token")), "the same session, another grant");
        assertTrue(app.introspect(browser, sibling.getString("access_token")).getBoolean("active"));
    }

    @Test
    @DisplayName("E05: giving back an access token (RFC 7009) ends that one")
    void accessTokenGivenBack() {
        JsonObject tokens = tokensOf("dora");
        String access = tokens.getString("access_token");
        assertEquals(null, outcome(access));
        assertEquals(
                200,
                app.call(browser, app.issuer + "/revoke", Map.of("token", access))
                        .status());
        assertTrue(refusedByTheBroker(broker, browser, access) && refusedByTheBroker(other, browser, access));
        assertTrue(Await.within(ONE_SECOND, () -> outcome(access) == Reason.REVOKED));
        String later =
                app.refresh(browser, tokens.getString("refresh_token")).json().getString("access_token");
        assertEquals(null, outcome(later));
    }

    @Test
    @DisplayName("E10: a node that misses the notification answers its pollers within a second all the same")
    void lostNotification() throws Exception {
        String access = tokensOf("erik").getString("access_token");
        Browser here = other.through(new Browser());
        String etag = here.get(app.issuer + "/revocations").headers().get("ETag");
        CompletableFuture<Browser.Answer> poll = CompletableFuture.supplyAsync(
                () -> here.get(app.issuer + "/revocations?wait=20", "If-None-Match", etag));
        assertFalse(Await.within(Duration.ofMillis(300), poll::isDone));
        Rows rows = new Rows(broker);
        rows.texts("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
        app.call(browser, app.issuer + "/revoke", Map.of("token", access));
        Browser.Answer answer = poll.get(2, TimeUnit.SECONDS);
        assertEquals(200, answer.status());
        assertTrue(answer.body().contains("\"jti\""));
    }

    @Test
    @DisplayName("E10: a transaction that commits late is not overlooked")
    void lateCommit() throws Exception {
        Browser here = other.through(new Browser());
        String etag = here.get(app.issuer + "/revocations").headers().get("ETag");
        String late = UUID.randomUUID().toString();
        try (var slow = broker.database.asOwner();
                var statement = slow.createStatement()) {
            slow.setAutoCommit(false);
            statement.execute("SELECT set_config('sallyport.tenant', '" + acme.id() + "', true)");
            statement.execute("INSERT INTO revocations (tenant_id, kind, value, not_before, expires_at) VALUES ('"
                    + acme.id() + "', 'jti', '" + late + "', now(), now() + interval '1 minute')");
            String access = tokensOf("frank").getString("access_token");
            app.call(browser, app.issuer + "/revoke", Map.of("token", access));
            Browser.Answer early = here.get(app.issuer + "/revocations?wait=5", "If-None-Match", etag);
            assertFalse(early.body().contains(late));
            CompletableFuture<Browser.Answer> poll = CompletableFuture.supplyAsync(() -> here.get(
                    app.issuer + "/revocations?wait=10",
                    "If-None-Match",
                    early.headers().get("ETag")));
            assertFalse(Await.within(Duration.ofMillis(1_200), poll::isDone));
            slow.commit();
            assertTrue(poll.get(2, TimeUnit.SECONDS).body().contains(late));
        }
    }

    @Test
    void aPollerWithAForeignTagGetsTheWholeListAtOnce() {
        for (String tag : List.of("\"99999-1\"", "*", "W/\"x\"", "")) {
            Browser.Answer answer = browser.get(app.issuer + "/revocations?wait=20", "If-None-Match", tag);
            assertEquals(200, answer.status());
            assertTrue(answer.json().containsKey("cutoffs"));
        }
        Browser.Answer now = browser.get(app.issuer + "/revocations");
        assertEquals(
                304,
                browser.get(
                                app.issuer + "/revocations",
                                "If-None-Match",
                                now.headers().get("ETag"))
                        .status());
        assertEquals(400, browser.get(app.issuer + "/revocations?wait=x").status());
        assertEquals(404, browser.get(broker.issuer("nobody") + "/revocations").status());
    }

    @Test
    @DisplayName("H03: what a stolen key signs is refused everywhere at once; refresh goes on under a new key")
    void stolenKey() throws Exception {
        JsonObject tokens = atGlobex.tokens(browser);
        String honest = tokens.getString("access_token");
        VerifiedToken like = verifier.verify(honest);
        Tenant globex = broker.tenant("globex");
        JWK stolen = broker.stolenKey(globex);
        String forged = forge(stolen, like);
        assertEquals(null, outcome(forged), "the theft is real");
        Browser.Answer revoked = browser.json(
                "POST",
                broker.publicUrl + "/admin/v1/tenants/globex/signing-keys/" + stolen.getKeyID() + "/revoke",
                new JsonObject().put("reason", "stolen"),
                "Authorization",
                "Bearer " + TestBroker.OPERATOR);
        assertEquals(200, revoked.status(), revoked.body());
        for (TestBroker node : List.of(broker, other)) {
            Browser here = node.through(browser);
            for (String token : List.of(forged, forge(stolen, like), honest)) {
                assertEquals(
                        "{\"active\":false}", atGlobex.introspect(here, token).encode());
                assertEquals(
                        401,
                        here.get(atGlobex.issuer + "/userinfo", "Authorization", "Bearer " + token)
                                .status());
            }
            assertTrue(Await.within(
                    ONE_SECOND,
                    () -> !here.get(atGlobex.issuer + "/jwks").body().contains(stolen.getKeyID())));
        }
        assertTrue(Await.within(
                ONE_SECOND, () -> outcome(forged) == Reason.REVOKED || outcome(forged) == Reason.UNKNOWN_KEY));
        assertFalse(outcome(forge(stolen, like)) == null);
        String refresh = tokens.getString("refresh_token");
        for (TestBroker node : List.of(other, broker)) {
            JsonObject next = atGlobex.refresh(node.through(browser), refresh).json();
            refresh = next.getString("refresh_token");
            assertEquals(null, outcome(next.getString("access_token")));
            assertFalse(SignedJWT.parse(next.getString("access_token"))
                    .getHeader()
                    .getKeyID()
                    .equals(stolen.getKeyID()));
        }
    }

    private static String forge(JWK key, VerifiedToken like) throws Exception {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();
        like.claims().forEach(claims::claim);
        claims.jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(300)));
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID(key.getKeyID())
                        .build(),
                claims.build());
        jwt.sign(new ECDSASigner(key.toECKey()));
        return jwt.serialize();
    }
}
