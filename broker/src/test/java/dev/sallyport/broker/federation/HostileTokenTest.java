package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Forged;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A tenant's IdP that answers the token request with whatever an attacker would like to be believed. */
class HostileTokenTest {
    private static final String REDIRECT = "https://ledger.example/callback";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static HttpServer sink;
    private static final AtomicInteger FETCHES = new AtomicInteger();
    private static RSAKey rsa;
    private static TestBroker broker;
    private static Rows rows;
    private static Relying app;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        idp.jwks = keys -> {
            keys.getJsonArray("keys")
                    .add(new JsonObject(rsa.toPublicJWK().toJSONObject()))
                    .add(new JsonObject(idp.key.toPublicJWK().toJSONObject())
                            .put("kid", "for-encryption")
                            .put("use", "enc"));
            return keys;
        };
        sink = TestBroker.await(vertx.createHttpServer()
                .requestHandler(request -> {
                    FETCHES.incrementAndGet();
                    request.response().end("{\"keys\":[]}");
                })
                .listen(0, "127.0.0.1"));
        // The sink may be called as far as the gate is concerned; that it is not called is the verifier's own doing.
        broker = TestBroker.start(idp.hostPort(), "127.0.0.1:" + sink.actualPort());
        rows = new Rows(broker);
        broker.catalogue();
        Tenant acme = broker.liveTenant("acme", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        app.tokens(new Browser());
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    private static String anything(EvilIdp evil, JsonObject claims) {
        return Forged.sign(
                new JsonObject().put("alg", "ES256").put("typ", "JWT").put("kid", evil.key.getKeyID()),
                claims,
                evil.key);
    }

    @BeforeEach
    @AfterEach
    void honest() {
        idp.claims = c -> {};
        // Signs what a library would refuse to write.
        idp.idToken = HostileTokenTest::anything;
        assertNotNull(app.tokens(new Browser()).getString("id_token"), "the next honest sign-in works");
    }

    @Test
    @DisplayName(
            "A04, C09: no forged signature, key from the header, foreign algorithm or bomb is believed, and nothing is fetched for it")
    void forgedSignatures() throws Exception {
        String url = "http://127.0.0.1:" + sink.actualPort() + "/keys";
        ECKey mine = new ECKeyGenerator(Curve.P_256).keyID("mine").generate();
        ECKey asTheirs =
                new ECKeyGenerator(Curve.P_256).keyID(idp.key.getKeyID()).generate();
        String kid = idp.key.getKeyID();
        JsonObject es = new JsonObject().put("alg", "ES256").put("typ", "JWT").put("kid", kid);
        JsonObject publicMine = new JsonObject(mine.toPublicJWK().toJSONObject());
        Map<String, Function<JsonObject, String>> forged = new LinkedHashMap<>();
        forged.put("alg none", c -> Forged.unsigned(es.copy().put("alg", "none"), c));
        forged.put("alg None", c -> Forged.unsigned(es.copy().put("alg", "None"), c));
        forged.put("alg empty", c -> Forged.unsigned(es.copy().put("alg", ""), c));
        forged.put("alg missing", c -> Forged.unsigned(new JsonObject().put("kid", kid), c));
        forged.put("alg a number", c -> Forged.unsigned(es.copy().put("alg", 256), c));
        forged.put("ES256 without a signature", c -> Forged.unsigned(es, c));
        forged.put("ES256 with 64 zero bytes", c -> Forged.with(es, c, new byte[64]));
        forged.put("ES256 with a short signature", c -> Forged.with(es, c, new byte[7]));
        forged.put(
                "HS256 with the EC key's JSON",
                c -> Forged.hmac(
                        es.copy().put("alg", "HS256"), c, idp.key.toPublicJWK().toJSONString()));
        forged.put(
                "HS256 with the RSA key's bytes",
                c -> Forged.hmac(es.copy().put("alg", "HS256").put("kid", "rsa"), c, Forged.pem(rsa)));
        forged.put("HS256 with the client secret", c -> Forged.hmac(es.copy().put("alg", "HS256"), c, EvilIdp.SECRET));
        forged.put("a key nobody published", c -> Forged.sign(es.copy().put("kid", "mine"), c, mine));
        forged.put("another key under the right kid", c -> Forged.sign(es, c, asTheirs));
        forged.put("embedded jwk", c -> Forged.sign(es.copy().put("kid", "mine").put("jwk", publicMine), c, mine));
        forged.put(
                "embedded jwk under the right kid", c -> Forged.sign(es.copy().put("jwk", publicMine), c, mine));
        forged.put(
                "embedded jwk without kid",
                c -> Forged.sign(new JsonObject().put("alg", "ES256").put("jwk", publicMine), c, mine));
        forged.put(
                "embedded private jwk",
                c -> Forged.sign(es.copy().put("jwk", new JsonObject(mine.toJSONObject())), c, mine));
        forged.put("jku", c -> Forged.sign(es.copy().put("kid", "mine").put("jku", url), c, mine));
        forged.put("x5u", c -> Forged.sign(es.copy().put("kid", "mine").put("x5u", url), c, mine));
        forged.put("x5c", c -> Forged.sign(es.copy().put("x5c", new JsonArray().add("MIIB")), c, mine));
        forged.put("kid as a path", c -> Forged.sign(es.copy().put("kid", "../../dev/null"), c, mine));
        forged.put("kid as SQL", c -> Forged.sign(es.copy().put("kid", "' OR 1=1--"), c, mine));
        forged.put("kid as a URL", c -> Forged.sign(es.copy().put("kid", url), c, mine));
        forged.put("kid of 10 kB", c -> Forged.sign(es.copy().put("kid", "k".repeat(10_000)), c, mine));
        forged.put("kid with NUL", c -> Forged.sign(es.copy().put("kid", kid + "\u0000"), c, mine));
        forged.put("kid an object", c -> Forged.sign(es.copy().put("kid", new JsonObject()), c, mine));
        forged.put("no kid, several keys of the kind", c -> Forged.sign(new JsonObject().put("alg", "ES256"), c, mine));
        forged.put(
                "a key that is for encryption", c -> Forged.sign(es.copy().put("kid", "for-encryption"), c, idp.key));
        forged.put("an RSA kid under ES256", c -> Forged.sign(es.copy().put("kid", "rsa"), c, mine));
        forged.put(
                "PS256, which is not on the list",
                c -> Forged.sign(es.copy().put("alg", "PS256").put("kid", "rsa"), c, rsa));
        forged.put(
                "crit with an unknown name",
                c -> Forged.sign(es.copy().put("crit", new JsonArray().add("x")).put("x", 1), c, idp.key));
        forged.put(
                "crit b64",
                c -> Forged.sign(
                        es.copy().put("crit", new JsonArray().add("b64")).put("b64", false), c, idp.key));
        forged.put("crit that is no list", c -> Forged.sign(es.copy().put("crit", "b64"), c, idp.key));
        forged.put(
                "zip",
                c -> Forged.encrypted(
                        new JsonObject().put("alg", "dir").put("enc", "A256GCM").put("zip", "DEF")));
        forged.put(
                "PBES2 with p2c 2^31",
                c -> Forged.encrypted(new JsonObject()
                        .put("alg", "PBES2-HS256+A128KW")
                        .put("enc", "A128GCM")
                        .put("p2s", "c2FsdA")
                        .put("p2c", 2_147_483_647)));
        forged.put(
                "a changed claim under an honest signature",
                c -> Forged.swapPayload(idp.sign(c), c.copy().put("sub", "root")));
        forged.put("larger than anything", c -> idp.sign(c.copy().put("pad", "x".repeat(40_000))));
        forged.put("claims 10,000 deep", c -> Forged.deep(es, idp.key, 10_000));
        forged.put("header 5,000 deep", c -> Forged.deepHeader(5_000));
        forged.put("claims that are no object", c -> Forged.text(es, idp.key, "[1]"));
        forged.put("claims that are no JSON", c -> Forged.text(es, idp.key, "\u0000\u0001"));
        forged.put("four parts", c -> idp.sign(c) + ".x");
        forged.put("two parts", c -> "a.b");
        forged.put("nothing", c -> "");
        forged.forEach((name, make) -> {
            idp.idToken = (evil, claims) -> make.apply(claims);
            refused(name, ".*");
        });
        assertEquals(0, FETCHES.get(), "nothing that a header names is fetched");
    }

    @Test
    @DisplayName("A06: an issuer that is not byte for byte the configured one is nobody")
    void nearMissIssuers() {
        String issuer = idp.issuer();
        for (String near : new String[] {
            issuer + "/",
            issuer.toUpperCase(java.util.Locale.ROOT),
            issuer.replace("http:", "https:"),
            issuer.replace("127.0.0.1", "localhost"),
            issuer + ".evil.example",
            issuer.replace("http://", "http://good@"),
            " " + issuer,
            issuer + "\u0000",
            issuer + "?",
            issuer + "#",
            "",
            "https://login.example/{tenantid}/v2.0"
        }) {
            idp.claims = c -> c.put("iss", near);
            refused("iss " + near, "iss|claims_nul");
        }
        idp.claims = c -> c.remove("iss");
        refused("no iss", "iss");
        idp.claims = c -> c.put("iss", new JsonArray().add(issuer));
        refused("iss as a list", "iss|token_malformed");
    }

    @Test
    @DisplayName("A08: a token for another client, another party or another purpose is not for us")
    void wrongAudienceOrKind() {
        Map<String, Consumer<JsonObject>> rowsOf = new LinkedHashMap<>();
        rowsOf.put("aud of another client", c -> c.put("aud", "other"));
        rowsOf.put(
                "aud with another beside us",
                c -> c.put("aud", new JsonArray().add("sallyport").add("other")));
        rowsOf.put(
                "aud twice ours",
                c -> c.put("aud", new JsonArray().add("sallyport").add("sallyport")));
        rowsOf.put("aud empty", c -> c.put("aud", new JsonArray()));
        rowsOf.put("aud missing", c -> c.remove("aud"));
        rowsOf.put("aud in another case", c -> c.put("aud", "Sallyport"));
        rowsOf.put("aud a number", c -> c.put("aud", 1));
        rowsOf.put("azp of another client", c -> c.put("azp", "other"));
        rowsOf.put("azp a list", c -> c.put("azp", new JsonArray().add("sallyport")));
        rowsOf.put(
                "events",
                c -> c.put(
                        "events",
                        new JsonObject().put("http://schemas.openid.net/event/backchannel-logout", new JsonObject())));
        rowsOf.put("sub missing", c -> c.remove("sub"));
        rowsOf.put("sub empty", c -> c.put("sub", ""));
        rowsOf.put("sub too long", c -> c.put("sub", "x".repeat(256)));
        rowsOf.put("sub a number", c -> c.put("sub", 42));
        rowsOf.put("sub with NUL", c -> c.put("sub", "alice\u0000"));
        rowsOf.put("sub with a line break", c -> c.put("sub", "alice\r\nadmin"));
        rowsOf.put("sid with NUL", c -> c.put("sid", "x\u0000"));
        rowsOf.forEach((name, change) -> {
            idp.claims = change;
            refused(name, "aud|azp|logout_token|sub.*|sid|token_malformed|claim.*");
        });
        idp.claims = c -> {};
        for (String typ : new String[] {"at+jwt", "logout+jwt", "secevent+jwt", "dpop+jwt", "JWE", "jwt "}) {
            idp.idToken = (evil, claims) -> Forged.sign(
                    new JsonObject().put("alg", "ES256").put("typ", typ).put("kid", evil.key.getKeyID()),
                    claims,
                    evil.key);
            refused("typ " + typ, "typ");
        }
    }

    @Test
    @DisplayName("A09: a token without this sign-in's nonce, a stolen one among them, is refused")
    void nonce() {
        idp.claims = c -> c.remove("nonce");
        refused("no nonce", "nonce");
        idp.claims = c -> c.put("nonce", "");
        refused("empty nonce", "nonce");
        idp.claims = c -> c.put("nonce", new JsonArray().add(c.getString("nonce")));
        refused("nonce as a list", "nonce|token_malformed");
        String[] stolen = new String[1];
        idp.claims = c -> {};
        idp.idToken = (evil, claims) -> stolen[0] = evil.sign(claims);
        app.tokens(new Browser());
        idp.idToken = (evil, claims) -> stolen[0];
        refused("a valid token of another sign-in", "nonce");
    }

    @Test
    @DisplayName("A19: times are integers, there, and within one tolerance of 60 seconds")
    void times() {
        long now = System.currentTimeMillis() / 1_000;
        Map<String, Consumer<JsonObject>> bad = new LinkedHashMap<>();
        bad.put("no exp", c -> c.remove("exp"));
        bad.put("exp as text", c -> c.put("exp", String.valueOf(now + 300)));
        bad.put("exp null", c -> c.putNull("exp"));
        bad.put("exp negative", c -> c.put("exp", -1));
        bad.put("exp zero", c -> c.put("exp", 0));
        bad.put("exp true", c -> c.put("exp", true));
        bad.put("exp over", c -> c.put("exp", now - 66));
        bad.put("exp absurd", c -> c.put("exp", Long.MAX_VALUE));
        bad.put("no iat", c -> c.remove("iat"));
        bad.put("iat as text", c -> c.put("iat", String.valueOf(now)));
        bad.put("iat years old", c -> c.put("iat", now - 100_000_000));
        bad.put("iat too old", c -> c.put("iat", now - 666));
        bad.put("iat in the future", c -> c.put("iat", now + 70));
        bad.put("nbf in the future", c -> c.put("nbf", now + 70));
        bad.put("nbf as text", c -> c.put("nbf", "soon"));
        bad.put("auth_time in the future", c -> c.put("auth_time", now + 70));
        bad.put("auth_time as text", c -> c.put("auth_time", "now"));
        bad.put("session_expiry as text", c -> c.put("session_expiry", "late"));
        bad.put("session_expiry over", c -> c.put("session_expiry", now - 66));
        bad.forEach((name, change) -> {
            idp.claims = change;
            refused(name, "exp|iat|nbf|auth_time|session_expiry|token_malformed");
        });
        Map<String, Consumer<JsonObject>> good = new LinkedHashMap<>();
        good.put("exp just over", c -> c.put("exp", now - 50));
        good.put("iat just ahead", c -> c.put("iat", now + 50).put("auth_time", now));
        good.put("iat just old enough", c -> c.put("iat", now - 640).put("auth_time", now - 640));
        good.put("nbf just ahead", c -> c.put("nbf", now + 50));
        good.forEach((name, change) -> {
            idp.claims = change;
            Browser.Answer back = app.signIn(new Browser());
            assertNotNull(back.parameter("code"), name + ": " + back);
        });
    }

    @Test
    @DisplayName(
            "A20: max_age and prompt=login are checked against the IdP's auth_time; auth_time, acr and amr go on unchanged")
    void freshness() throws Exception {
        long now = System.currentTimeMillis() / 1_000;
        idp.claims = c -> c.remove("auth_time");
        refused("max_age without auth_time", "auth_time_missing", "max_age", "60");
        idp.claims = c -> c.put("auth_time", now - 130);
        refused("max_age that is over", "auth_time_too_old", "max_age", "60");
        refused("prompt=login and a login from before", "auth_time_too_old", "prompt", "login");
        idp.claims =
                c -> c.put("auth_time", now - 90).put("acr", "urn:x:bronze").put("amr", new JsonArray().add("pwd"));
        Browser browser = new Browser();
        JsonObject tokens = app.tokens(browser, "max_age", "600");
        var id = SignedJWT.parse(tokens.getString("id_token")).getJWTClaimsSet();
        assertEquals(now - 90, id.getLongClaim("auth_time"));
        assertEquals("urn:x:bronze", id.getStringClaim("acr"));
        assertEquals(java.util.List.of("pwd"), id.getStringListClaim("amr"));
        assertEquals(
                "login_required",
                browser.get(app.authorizeUrl("prompt", "none", "max_age", "60")).parameter("error"));
        assertNotNull(browser.get(app.authorizeUrl("prompt", "none", "max_age", "600"))
                .parameter("code"));

        idp.claims = c -> c.remove("auth_time");
        Browser untold = new Browser();
        app.tokens(untold);
        assertEquals(
                "login_required",
                untold.get(app.authorizeUrl("prompt", "none", "max_age", "600")).parameter("error"),
                "what the IdP never said is not known to be recent");
        assertNotNull(untold.get(app.authorizeUrl("prompt", "none")).parameter("code"));
        idp.claims = c -> {};
        app.tokens(untold, "prompt", "login");
        assertNotNull(
                untold.get(app.authorizeUrl("prompt", "none", "max_age", "600")).parameter("code"));
    }

    @Test
    @DisplayName("B06: groups are exact names with a rule or nothing; what is no list of names stops the sign-in")
    void groupClaims() throws Exception {
        for (Object groups : new Object[] {
            many(10_000),
            new JsonObject().put("staff", true),
            new JsonArray().add(new JsonArray().add("staff")),
            new JsonArray().add(1),
            new JsonArray().add("staff").addNull(),
            new JsonArray().add(""),
            new JsonArray().add("g".repeat(501)),
            new JsonArray().add("staff\u0000"),
            42,
            true
        }) {
            idp.claims = c -> c.put("groups", groups);
            refused(
                    "groups " + groups.getClass().getSimpleName(),
                    "groups_claim|too_many_groups|token_missing_or_too_long|claim.*");
        }
        idp.claims = c -> c.putNull("groups").put("_claim_names", new JsonObject().put("groups", "src1"));
        refused("overage", "group_overage");
        idp.claims = c -> c.put(
                "groups",
                new JsonArray()
                        .add("staff,admin")
                        .add("staff admin")
                        .add("staff/admin")
                        .add("Staff")
                        .add("staff ")
                        .add("admin")
                        .add("reader")
                        .add("tenant:admin")
                        .add("platform-admin")
                        .add("system:masters")
                        .add("%")
                        .add("' OR 1=1--"));
        assertEquals(java.util.List.of(), permissions());
        idp.claims = c -> c.put("groups", "staff,admin");
        assertEquals(java.util.List.of(), permissions());
        idp.claims = c -> c.put("groups", new JsonArray().add("staff").add("admin"));
        assertEquals(java.util.List.of("reports:read"), permissions());
        idp.claims = c -> c.remove("groups");
        assertEquals(java.util.List.of(), permissions(), "what is not said any more is gone");
    }

    private static JsonArray many(int n) {
        JsonArray all = new JsonArray();
        for (int i = 0; i < n; i++) {
            all.add("g" + i);
        }
        return all;
    }

    private static java.util.List<String> permissions() throws Exception {
        return SignedJWT.parse(app.tokens(new Browser()).getString("access_token"))
                .getJWTClaimsSet()
                .getStringListClaim("permissions");
    }

    /** Signs in, hears no, and looks whether anything was left behind. */
    private static void refused(String name, String reason, String... extra) {
        Rows.Counts before = rows.counts();
        Browser browser = new Browser();
        Browser.Answer back = app.signIn(browser, extra);
        assertEquals(303, back.status(), name + ": " + back);
        assertTrue(back.location().startsWith(REDIRECT + "?"), name + ": " + back);
        assertNull(back.parameter("code"), name);
        assertNotNull(back.parameter("error"), name);
        assertFalse(
                browser.cookies().getCookieStore().getCookies().stream()
                        .anyMatch(c -> c.getName().contains("session")),
                name);
        assertEquals(before, rows.counts(), name);
        String event = rows.lastEvent().orElseThrow();
        assertTrue(event.matches("sign_in.failed (" + reason + ")"), name + ": " + event);
    }
}
