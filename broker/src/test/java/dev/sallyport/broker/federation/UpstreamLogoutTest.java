package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.ECKey;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Forged;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.broker.outside.Together;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Back-channel logout from a tenant's IdP (Back-Channel Logout 1.0 §2.6), honest and otherwise. */
class UpstreamLogoutTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static TestBroker other;
    private static Rows rows;
    private static Relying app;
    private static Relying atGlobex;
    private static String endpoint;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        other = broker.anotherNode(idp.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        Tenant acme = broker.liveTenant("acme", idp);
        Tenant globex = broker.liveTenant("globex", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        broker.enable(globex, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        atGlobex = new Relying(broker.issuer("globex"), "ledger", secret, REDIRECT);
        endpoint = endpoint(acme);
    }

    @AfterAll
    static void stop() {
        other.close();
        broker.close();
        idp.close();
        vertx.close();
    }

    private static String endpoint(Tenant tenant) {
        return broker.issuer(tenant.slug()) + "/federation/"
                + broker.connections(tenant).get(0).id() + "/backchannel-logout";
    }

    private static Browser.Answer tell(Browser browser, String token) {
        return browser.post(endpoint, Map.of("logout_token", token));
    }

    private static String signed(JsonObject header, JsonObject claims) {
        return Forged.sign(header, claims, idp.key);
    }

    private static JsonObject header() {
        return new JsonObject().put("alg", "ES256").put("typ", "logout+jwt").put("kid", idp.key.getKeyID());
    }

    private static JsonObject honest(String sub) {
        return idp.logoutClaims("sallyport", sub, "idp-session-of-alice");
    }

    private boolean isAlive(Relying at, Browser browser, JsonObject tokens) {
        return at.introspect(browser, tokens.getString("access_token")).getBoolean("active");
    }

    @Test
    @DisplayName(
            "D16, A04, A08, A19: a logout token that is not in order ends nothing, answers 400, and the reason is in the log")
    void refusedTokens() {
        Browser browser = new Browser();
        JsonObject tokens = app.tokens(browser);
        long now = System.currentTimeMillis() / 1_000;
        ECKey mine = EvilIdp.newKey();
        Map<String, String> table = new LinkedHashMap<>();
        table.put("unsigned", Forged.unsigned(header().put("alg", "none"), honest("alice")));
        table.put("ES256 without a signature", Forged.unsigned(header(), honest("alice")));
        table.put("HMAC", Forged.hmac(header().put("alg", "HS256"), honest("alice"), EvilIdp.SECRET));
        table.put("another key", Forged.sign(header(), honest("alice"), mine));
        table.put(
                "its own key in the header",
                Forged.sign(
                        header().put("jwk", new JsonObject(mine.toPublicJWK().toJSONObject())), honest("alice"), mine));
        table.put("no token", "x");
        table.put("2,500 deep", Forged.deep(header(), idp.key, 2_500));
        table.put("kid with NUL", Forged.sign(header().put("kid", "\u0000"), honest("alice"), idp.key));
        table.put("typ at+jwt", signed(header().put("typ", "at+jwt"), honest("alice")));
        Map<String, UnaryOperator<JsonObject>> changes = new LinkedHashMap<>();
        changes.put("foreign issuer", c -> c.put("iss", idp.issuer() + "/"));
        changes.put("foreign audience", c -> c.put("aud", "other"));
        changes.put(
                "audience of two",
                c -> c.put("aud", new JsonArray().add("sallyport").add("other")));
        changes.put("no iat", c -> without(c, "iat"));
        changes.put("old", c -> c.put("iat", now - 700));
        changes.put("of the future", c -> c.put("iat", now + 70));
        changes.put("expired", c -> c.put("exp", now - 70));
        changes.put("no exp", c -> without(c, "exp"));
        changes.put("sid empty", c -> c.put("sid", ""));
        changes.put("sid too long", c -> c.put("sid", "x".repeat(501)));
        changes.put("sub too long", c -> c.put("sub", "x".repeat(256)));
        changes.put("no events", c -> without(c, "events"));
        changes.put("another event", c -> c.put("events", new JsonObject().put("http://x", new JsonObject())));
        changes.put("event that is no object", c -> c.put("events", new JsonObject().put(EVENT, true)));
        changes.put("nonce", c -> c.put("nonce", "n"));
        changes.put("neither sub nor sid", c -> without(without(c, "sub"), "sid"));
        changes.put("sid a number", c -> c.put("sid", 1));
        changes.put("sid with NUL", c -> c.put("sid", "x\u0000"));
        changes.put("no jti", c -> without(c, "jti"));
        changes.put("jti with NUL", c -> c.put("jti", "x\u0000"));
        changes.put("jti too long", c -> c.put("jti", "x".repeat(501)));
        changes.forEach((name, change) -> table.put(name, signed(header(), change.apply(honest("alice")))));
        long refused = rows.events("upstream_logout.refused", "%");
        table.forEach((name, token) -> {
            Browser.Answer answer = tell(new Browser(), token);
            assertEquals(400, answer.status(), name + ": " + answer);
            assertEquals("invalid_request", answer.json().getString("error"), name);
            assertEquals("no-store", answer.headers().get("Cache-Control"), name);
            assertTrue(isAlive(app, browser, tokens), name);
        });
        assertEquals(refused + table.size(), rows.events("upstream_logout.refused", "_%"));
        assertEquals(
                404,
                new Browser()
                        .post(
                                app.issuer + "/federation/" + UUID.randomUUID() + "/backchannel-logout",
                                Map.of("logout_token", "x"))
                        .status());
    }

    private static JsonObject without(JsonObject claims, String name) {
        claims.remove(name);
        return claims;
    }

    @Test
    @DisplayName(
            "D16: an honest token ends the session of its sid, in this tenant only, once, on whatever node it comes twenty times")
    void honestTokenOnce() {
        Browser browser = new Browser();
        JsonObject here = app.tokens(browser);
        Browser elsewhere = new Browser();
        JsonObject there = atGlobex.tokens(elsewhere);
        String token = signed(header(), honest("alice"));
        List<Browser> nodes = List.of(broker.through(new Browser()), other.through(new Browser()));
        List<Browser.Answer> answers = Together.run(20, i -> tell(nodes.get(i % 2), token));
        assertEquals(1, answers.stream().filter(a -> a.status() == 200).count(), answers.toString());
        assertEquals(19, answers.stream().filter(a -> a.status() == 400).count());
        assertFalse(isAlive(app, browser, here));
        assertEquals(
                "invalid_grant",
                app.refresh(browser, here.getString("refresh_token")).json().getString("error"));
        assertEquals(
                "login_required",
                browser.get(app.authorizeUrl("prompt", "none")).parameter("error"));
        assertTrue(isAlive(atGlobex, elsewhere, there), "the same sub and sid in another tenant are somebody else's");
        JsonObject anew = app.tokens(browser);
        assertEquals(400, tell(new Browser(), token).status(), "a replay does not end the next session");
        assertTrue(isAlive(app, browser, anew));
    }

    @Test
    @DisplayName("D16: sub alone ends all of a person's sessions; sid and sub that do not belong together end none")
    void scopeOfEffect() {
        Browser one = new Browser();
        Browser two = new Browser();
        JsonObject first = app.tokens(one);
        JsonObject second = app.tokens(two);
        assertEquals(
                200, tell(new Browser(), signed(header(), honest("mallory"))).status());
        assertTrue(isAlive(app, one, first));
        assertEquals(
                200,
                tell(new Browser(), signed(header(), idp.logoutClaims("sallyport", "alice", null)))
                        .status());
        assertFalse(isAlive(app, one, first));
        assertFalse(isAlive(app, two, second));
    }

    @Test
    @DisplayName("D16: what could not be done is not remembered as done: the IdP may say it again")
    void workThatFailedMayComeAgain() {
        Browser browser = new Browser();
        JsonObject tokens = app.tokens(browser);
        String token = signed(header(), honest("alice"));
        rows.change(
                "ALTER TABLE sessions ADD CONSTRAINT in_the_way CHECK (end_cause IS DISTINCT FROM 'upstream_logout') NOT VALID");
        try {
            assertEquals(500, tell(new Browser(), token).status());
        } finally {
            rows.change("ALTER TABLE sessions DROP CONSTRAINT in_the_way");
        }
        assertTrue(isAlive(app, browser, tokens));
        assertEquals(200, tell(new Browser(), token).status());
        assertFalse(isAlive(app, browser, tokens));
    }
}
