package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Forged;
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
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Applications that authenticate with a key of their own (RFC 7523), and others who pretend to. */
class PrivateKeyJwtTest {
    private static Vertx vertx;
    private static EvilIdp idp;
    private static EvilIdp keyServer;
    private static TestBroker broker;
    private static TestBroker second;
    private static AdminCaller operator;
    private static Tenant acme;
    private static Tenant globex;
    private static ECKey key;
    private static String clientId;
    private static final Browser BROWSER = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        keyServer = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort(), keyServer.hostPort());
        second = broker.anotherNode(idp.hostPort(), keyServer.hostPort());
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        globex = broker.liveTenant("globex", idp);
        operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        key = EvilIdp.newKey();
        clientId = register("service", new JsonObject().put("jwks", set(key)));
    }

    @AfterAll
    static void stop() {
        second.close();
        broker.close();
        keyServer.close();
        idp.close();
        vertx.close();
    }

    private static JsonObject set(JWK... keys) {
        JsonArray all = new JsonArray();
        for (JWK each : keys) {
            all.add(new JsonObject(each.toPublicJWK().toJSONObject()));
        }
        return new JsonObject().put("keys", all);
    }

    private static JsonObject application(String type) {
        return new JsonObject()
                .put("name", "Robot")
                .put("type", type)
                .put("resource", "https://robot.example")
                .put("token_endpoint_auth_method", "private_key_jwt");
    }

    private static String register(String type, JsonObject keys) {
        JsonObject made = operator.post("/applications", application(type).mergeIn(keys))
                .expect(201)
                .json();
        assertTrue(!made.containsKey("client_secret") && !made.getBoolean("secret_set"), made.encode());
        String id = made.getString("client_id");
        broker.enable(acme, id);
        broker.enable(globex, id);
        return id;
    }

    private static JsonObject claims(String client) {
        long now = System.currentTimeMillis() / 1_000;
        return new JsonObject()
                .put("iss", client)
                .put("sub", client)
                .put("aud", broker.issuer("acme"))
                .put("jti", UUID.randomUUID().toString())
                .put("iat", now)
                .put("exp", now + 60);
    }

    private static JsonObject header(JWK with) {
        return new JsonObject().put("alg", "ES256").put("kid", with.getKeyID());
    }

    private static String assertion(Consumer<JsonObject> change) {
        JsonObject claims = claims(clientId);
        change.accept(claims);
        return Forged.sign(header(key), claims, key);
    }

    private static Browser.Answer present(Browser browser, String issuer, String assertion, String... extra) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        form.put("token", "spk_nothing");
        form.put("client_assertion_type", Credential.JWT_BEARER);
        form.put("client_assertion", assertion);
        for (int i = 0; i < extra.length; i += 2) {
            form.put(extra[i], extra[i + 1]);
        }
        return browser.post(issuer, form);
    }

    private static Browser.Answer token(String assertion, String... extra) {
        return present(BROWSER, broker.issuer("acme") + "/token", assertion, extra);
    }

    private static void refused(Browser.Answer answer, String what) {
        assertEquals(401, answer.status(), what + ": " + answer);
        assertEquals("invalid_client", answer.json().getString("error"), what);
    }

    @Test
    @DisplayName(
            "RFC 7523: an assertion opens token, introspection and revocation, with or without client_id beside it")
    void opens() {
        assertEquals(200, token(assertion(c -> {})).status());
        assertEquals(200, token(assertion(c -> {}), "client_id", clientId).status());
        for (String endpoint : List.of("/introspect", "/revoke")) {
            Browser.Answer answer = present(BROWSER, broker.issuer("acme") + endpoint, assertion(c -> {}));
            assertEquals(200, answer.status(), endpoint + ": " + answer);
        }
        JsonObject discovery = BROWSER.get(broker.issuer("acme") + "/.well-known/openid-configuration")
                .json();
        assertTrue(
                discovery.getJsonArray("token_endpoint_auth_methods_supported").contains("private_key_jwt"));
        assertTrue(discovery
                .getJsonArray("token_endpoint_auth_signing_alg_values_supported")
                .contains("PS256"));
    }

    @Test
    @DisplayName(
            "A03: an assertion is good at the one issuer that it names, as one string; not at an endpoint's address, not in a list")
    void audience() {
        String issuer = broker.issuer("acme");
        for (Object audience : new Object[] {
            issuer + "/token",
            issuer + "/",
            broker.issuer("globex"),
            broker.publicUrl,
            issuer.replace("acme", "ACME"),
            new JsonArray().add(issuer),
            new JsonArray().add(issuer).add("https://evil.example"),
            new JsonArray().add(broker.issuer("globex")).add(issuer),
            "",
            7
        }) {
            Browser.Answer answer = token(assertion(c -> c.put("aud", audience)));
            refused(answer, String.valueOf(audience));
            assertTrue(answer.json().getString("error_description").contains("aud must be " + issuer), answer.body());
        }
        refused(token(assertion(c -> c.remove("aud"))), "none");
        refused(present(BROWSER, broker.issuer("globex") + "/token", assertion(c -> {})), "acme's at globex");
        assertEquals(
                200,
                present(
                                BROWSER,
                                broker.issuer("globex") + "/token",
                                assertion(c -> c.put("aud", broker.issuer("globex"))))
                        .status());
    }

    @Test
    @DisplayName("D14: claims that are missing, wrong or out of time are refused, each by its name")
    void badClaims() {
        long now = System.currentTimeMillis() / 1_000;
        Map<String, Consumer<JsonObject>> table = new LinkedHashMap<>();
        table.put("iss", c -> c.put("iss", "somebody"));
        table.put("iss ", c -> c.remove("iss"));
        table.put("iss  ", c -> c.put("iss", broker.issuer("acme")));
        table.put("sub", c -> c.remove("sub"));
        table.put("sub ", c -> c.put("sub", 7).put("iss", 7));
        table.put("sub  ", c -> c.put("sub", "a\u0000b").put("iss", "a\u0000b"));
        table.put("exp", c -> c.remove("exp"));
        table.put("exp ", c -> c.put("exp", now - 61));
        table.put("exp  ", c -> c.put("exp", now + 3_600));
        table.put("exp   ", c -> c.put("exp", "soon"));
        table.put("exp    ", c -> c.put("exp", 1e300));
        table.put("jti", c -> c.remove("jti"));
        table.put("jti ", c -> c.put("jti", ""));
        table.put("jti  ", c -> c.put("jti", "x".repeat(256)));
        table.put("jti   ", c -> c.put("jti", "a\u0000b"));
        table.put("jti    ", c -> c.put("jti", 7));
        table.put("nbf", c -> c.put("nbf", now + 120));
        table.put("iat", c -> c.put("iat", now + 120));
        table.forEach((name, change) -> {
            Browser.Answer answer = token(assertion(change));
            refused(answer, name);
            assertTrue(
                    answer.json().getString("error_description").contains(name.strip()), name + ": " + answer.body());
        });
        assertEquals(200, token(assertion(c -> c.put("exp", now + 300.5))).status(), "a fraction does not matter");
        assertEquals(200, token(assertion(c -> c.remove("iat"))).status(), "iat may be missing");
    }

    @Test
    @DisplayName("D14: an assertion is taken once per tenant, also when both nodes get it at the same moment")
    void once() {
        String assertion = assertion(c -> {});
        assertEquals(200, token(assertion).status());
        refused(token(assertion), "again");
        refused(present(second.through(BROWSER), broker.issuer("acme") + "/token", assertion), "on the other node");
        String raced = assertion(c -> {});
        List<Integer> statuses = Together.run(12, i -> present(
                        i % 2 == 0 ? new Browser() : second.through(new Browser()),
                        broker.issuer("acme") + "/token",
                        raced)
                .status());
        assertEquals(1, statuses.stream().filter(s -> s == 200).count(), statuses.toString());
    }

    @Test
    @DisplayName("A04, D14: no other algorithm, key, header or method opens anything")
    void forged() throws Exception {
        String other = register("service", new JsonObject().put("jwks", set(EvilIdp.newKey())));
        ECKey mine = EvilIdp.newKey();
        JsonObject embedded = new JsonObject(mine.toPublicJWK().toJSONObject());
        Map<String, String> table = new LinkedHashMap<>();
        table.put("unsigned", Forged.unsigned(new JsonObject().put("alg", "none"), claims(clientId)));
        table.put("hmac", Forged.hmac(new JsonObject().put("alg", "HS256"), claims(clientId), "spx_secret"));
        table.put("other key", Forged.sign(header(key), claims(clientId), mine));
        table.put("unknown kid", Forged.sign(header(mine), claims(clientId), mine));
        table.put("embedded key", Forged.sign(header(key).put("jwk", embedded), claims(clientId), mine));
        table.put("jku", Forged.sign(header(key).put("jku", keyServer.issuer() + "/jwks"), claims(clientId), mine));
        table.put("crit", Forged.sign(header(key).put("crit", new JsonArray().add("exp")), claims(clientId), key));
        table.put("typ", Forged.sign(header(key).put("typ", "at+jwt"), claims(clientId), key));
        table.put("another client's name", Forged.sign(header(key), claims(other), key));
        table.put("nobody's name", Forged.sign(header(key), claims("nobody"), key));
        table.put("nonsense", "x.y.z");
        table.put("deep", Forged.deep(header(key), key, 5_000));
        table.put("five parts", Forged.encrypted(new JsonObject().put("alg", "dir")));
        table.forEach((name, forged) -> {
            Browser.Answer answer = token(forged);
            assertTrue(answer.status() == 401 || answer.status() == 400, name + ": " + answer);
        });
        refused(
                token(
                        assertion(c -> {}),
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
                "type");
        assertEquals(400, token(assertion(c -> {}), "client_secret", "x").status(), "two ways at once");
        assertEquals(400, token(assertion(c -> {}), "client_id", other).status(), "another client_id");
        refused(
                BROWSER.post(
                        broker.issuer("acme") + "/token",
                        Map.of("grant_type", "client_credentials", "client_id", clientId)),
                "nothing");
        refused(
                BROWSER.post(
                        broker.issuer("acme") + "/token",
                        Map.of("grant_type", "client_credentials", "client_id", clientId, "client_secret", "")),
                "an empty secret");
        String secretClient = "plain";
        broker.application(secretClient, "https://plain.example/cb", Optional.empty());
        broker.enable(acme, secretClient);
        refused(token(Forged.sign(header(key), claims(secretClient), key)), "a client that has a secret");
        assertEquals(200, token(assertion(c -> {})).status());
    }

    @Test
    @DisplayName("RFC 7518: EC and RSA keys of every size that is taken, each with its own algorithm only")
    void algorithms() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2_048).keyID("rsa").generate();
        ECKey p384 = new ECKeyGenerator(Curve.P_384).keyID("p384").generate();
        ECKey p521 = new ECKeyGenerator(Curve.P_521).keyID("p521").generate();
        RSAKey pinned = new RSAKeyGenerator(2_048)
                .keyID("pinned")
                .algorithm(JWSAlgorithm.PS256)
                .generate();
        String id = register("web", new JsonObject().put("jwks", set(rsa, p384, p521, pinned)));
        for (JWSAlgorithm algorithm : JWSAlgorithm.Family.RSA) {
            assertEquals(
                    200,
                    token(signed(id, algorithm, rsa, new RSASSASigner(rsa))).status(),
                    algorithm.getName());
        }
        assertEquals(
                200,
                token(signed(id, JWSAlgorithm.ES384, p384, new ECDSASigner(p384)))
                        .status());
        assertEquals(
                200,
                token(signed(id, JWSAlgorithm.ES512, p521, new ECDSASigner(p521)))
                        .status());
        assertEquals(
                200,
                token(signed(id, JWSAlgorithm.PS256, pinned, new RSASSASigner(pinned)))
                        .status());
        refused(token(signed(id, JWSAlgorithm.RS256, pinned, new RSASSASigner(pinned))), "not this key's algorithm");
    }

    private static String signed(String client, JWSAlgorithm algorithm, JWK with, JWSSigner signer) throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(algorithm).keyID(with.getKeyID()).build(),
                JWTClaimsSet.parse(claims(client).encode()));
        jwt.sign(signer);
        return jwt.serialize();
    }

    @Test
    @DisplayName(
            "C07: keys at an address are fetched once for many, a flood of key ids costs two fetches, a broken set evicts nothing")
    void publishedKeys() {
        String id = register("service", new JsonObject().put("jwks_uri", keyServer.issuer() + "/jwks"));
        int before = keyServer.jwksRequests.get();
        List<Integer> many = Together.run(8, i -> present(
                        new Browser(),
                        broker.issuer("acme") + "/token",
                        Forged.sign(header(keyServer.key), claims(id), keyServer.key))
                .status());
        assertTrue(many.stream().allMatch(s -> s == 200), many.toString());
        assertEquals(1, keyServer.jwksRequests.get() - before);
        keyServer.jwks = good -> new JsonObject().put("keys", new JsonArray());
        ECKey mine = EvilIdp.newKey();
        for (int i = 0; i < 15; i++) {
            JsonObject header = new JsonObject()
                    .put("alg", "ES256")
                    .put("kid", UUID.randomUUID().toString());
            refused(token(Forged.sign(header, claims(id), mine)), "random kid");
        }
        assertTrue(keyServer.jwksRequests.get() - before <= 2, "fetches: " + (keyServer.jwksRequests.get() - before));
        assertEquals(
                200,
                token(Forged.sign(header(keyServer.key), claims(id), keyServer.key))
                        .status());
        keyServer.jwks = good -> good;
    }

    @Test
    @DisplayName(
            "B13: a registered key set holds public keys only, of one source, that can verify; each fault is named")
    void registration() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2_048).generate();
        JsonObject whole = new JsonObject().put("keys", new JsonArray().add(new JsonObject(rsa.toJSONObject())));
        AdminCaller.Answer answer = operator.post(
                        "/applications", application("service").put("jwks", whole))
                .expect(422);
        for (String name : List.of("d", "p", "q", "dp", "dq", "qi")) {
            assertTrue(answer.body().contains("#/jwks/keys/0/" + name + "\""), answer.body());
        }
        assertTrue(!answer.body().contains(rsa.getPrivateExponent().toString()), "H07");
        RSAKey small = new RSAKeyGenerator(1_024, true).generate();
        operator.post("/applications", application("service").put("jwks", set(small)))
                .expect(422);
        operator.post("/applications", application("service")).expect(422);
        operator.post(
                        "/applications",
                        application("service").put("jwks", set(key)).put("jwks_uri", keyServer.issuer()))
                .expect(422);
        operator.post("/applications", application("service").put("jwks_uri", "http://169.254.169.254/jwks"))
                .expect(422);
        operator.post("/applications", application("spa").put("jwks", set(key))).expect(422);
        operator.post(
                        "/applications",
                        application("service")
                                .put("token_endpoint_auth_method", "client_secret_basic")
                                .put("jwks", set(key)))
                .expect(422);
        operator.post("/applications", application("service").put("jwks", new JsonObject()))
                .expect(400);
        JsonObject symmetric = new JsonObject().put("kty", "oct").put("k", "c2VjcmV0");
        operator.post(
                        "/applications",
                        application("service")
                                .put("jwks", new JsonObject().put("keys", new JsonArray().add(symmetric))))
                .expect(400);
    }

    @Test
    @DisplayName("A client that changes to keys has no secret any more, and the other way round")
    void changing() {
        JsonObject made = operator.post(
                        "/applications", application("service").put("token_endpoint_auth_method", "client_secret_post"))
                .expect(201)
                .json();
        String id = made.getString("client_id");
        broker.enable(acme, id);
        Map<String, String> withSecret = Map.of(
                "grant_type", "client_credentials", "client_id", id, "client_secret", made.getString("client_secret"));
        assertEquals(
                200, BROWSER.post(broker.issuer("acme") + "/token", withSecret).status());
        AdminCaller.Answer changed = operator.patch(
                        "/applications/" + id,
                        new JsonObject()
                                .put("token_endpoint_auth_method", "private_key_jwt")
                                .put("jwks", set(key)))
                .expect(200);
        assertEquals(false, changed.json().getBoolean("secret_set"));
        refused(BROWSER.post(broker.issuer("acme") + "/token", withSecret), "the secret");
        assertEquals(200, token(Forged.sign(header(key), claims(id), key)).status());
        operator.patch(
                        "/applications/" + id,
                        new JsonObject()
                                .put("token_endpoint_auth_method", "client_secret_post")
                                .putNull("jwks"))
                .expect(200);
        refused(BROWSER.post(broker.issuer("acme") + "/token", withSecret), "the old secret");
        refused(token(Forged.sign(header(key), claims(id), key)), "the key");
        JsonObject fresh = operator.post("/applications/" + id + "/secrets", null)
                .expect(201)
                .json();
        assertEquals(
                200,
                BROWSER.post(
                                broker.issuer("acme") + "/token",
                                Map.of(
                                        "grant_type",
                                        "client_credentials",
                                        "client_id",
                                        id,
                                        "client_secret",
                                        fresh.getString("client_secret")))
                        .status());
    }

    @Test
    @DisplayName(
            "D14: keys that cannot be fetched are our trouble and not a wrong credential: 503 to try again, and nobody is slowed for it")
    void keysNotToBeHad() {
        keyServer.jwks = good -> new JsonObject();
        try {
            String id = register("service", new JsonObject().put("jwks_uri", keyServer.issuer() + "/jwks"));
            String other = register("service", new JsonObject().put("jwks_uri", keyServer.issuer() + "/jwks?2"));
            for (String each : List.of(id, other)) {
                for (int i = 0; i < ClientAuthentication.FAILURES_A_MINUTE + 2; i++) {
                    Browser.Answer answer = token(Forged.sign(header(keyServer.key), claims(each), keyServer.key));
                    assertEquals(503, answer.status(), answer.toString());
                    assertEquals("temporarily_unavailable", answer.json().getString("error"));
                    assertTrue(Integer.parseInt(answer.headers().get("Retry-After")) > 0);
                }
            }
            keyServer.jwks = good -> good;
            assertEquals(
                    200,
                    present(
                                    second.through(new Browser()),
                                    broker.issuer("acme") + "/token",
                                    Forged.sign(header(keyServer.key), claims(id), keyServer.key))
                            .status());
        } finally {
            keyServer.jwks = good -> good;
        }
    }
}
