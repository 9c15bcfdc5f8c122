package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Strangers who name key ids that nobody has, and an IdP that is away or has become somebody else. */
class KeyFloodTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final int STRANGERS = 8;
    private static final int EACH = 100;

    private static Vertx vertx;
    private static EvilIdp idp;
    private static EvilIdp rotating;
    private static TestBroker broker;
    private static Tenant acme;
    private static String secret;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        rotating = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort(), rotating.hostPort());
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        rotating.close();
        vertx.close();
    }

    private static Relying app(String tenant) {
        return new Relying(broker.issuer(tenant), "ledger", secret, REDIRECT);
    }

    @Test
    @DisplayName("C07: a flood of unknown key ids costs the IdP two fetches, and honest sign-ins go on meanwhile")
    void flood() {
        Relying app = app("acme");
        app.tokens(new Browser());
        int before = idp.jwksRequests.get();
        String endpoint =
                app.issuer + "/federation/" + broker.connections(acme).get(0).id() + "/backchannel-logout";
        ECKey mine = EvilIdp.newKey();
        Together.run(STRANGERS + 1, i -> {
            Browser browser = new Browser();
            if (i == STRANGERS) {
                for (int n = 0; n < 5; n++) {
                    assertNotNull(app.tokens(new Browser()).getString("access_token"));
                }
                return 0;
            }
            for (int n = 0; n < EACH; n++) {
                JsonObject header = new JsonObject()
                        .put("alg", "ES256")
                        .put("kid", UUID.randomUUID().toString());
                String token = Forged.sign(header, idp.logoutClaims("sallyport", "alice", null), mine);
                assertEquals(
                        400,
                        browser.post(endpoint, Map.of("logout_token", token)).status());
            }
            return 0;
        });
        assertTrue(idp.jwksRequests.get() - before <= 2, "fetches: " + (idp.jwksRequests.get() - before));
        assertNotNull(app.tokens(new Browser()).getString("access_token"));
    }

    @Test
    @DisplayName("C07: a key that the IdP has just begun to use is found; the sign-in is not asked to come again")
    void rotation() {
        broker.enable(broker.liveTenant("globex", rotating), "ledger");
        Relying app = app("globex");
        app.tokens(new Browser());
        ECKey next = EvilIdp.newKey();
        rotating.jwks = keys -> new JsonObject()
                .put(
                        "keys",
                        new JsonArray().add(new JsonObject(next.toPublicJWK().toJSONObject())));
        rotating.idToken = (evil, claims) ->
                Forged.sign(new JsonObject().put("alg", "ES256").put("kid", next.getKeyID()), claims, next);
        assertNotNull(app.tokens(new Browser()).getString("access_token"));
        rotating.idToken = EvilIdp::sign;
        assertEquals("server_error", app.signIn(new Browser()).parameter("error"), "the old key is gone");
    }

    @Test
    @DisplayName(
            "C07: strangers who name unknown key ids do not keep a key from being found that the IdP has just begun to use")
    void rotationUnderFlood() {
        EvilIdp flooded = EvilIdp.start(vertx);
        try (TestBroker own = TestBroker.start(flooded.hostPort())) {
            own.catalogue();
            String itsSecret = own.application("ledger", REDIRECT, Optional.empty());
            Tenant tenant = own.liveTenant("initech", flooded);
            own.enable(tenant, "ledger");
            Relying app = new Relying(own.issuer("initech"), "ledger", itsSecret, REDIRECT);
            app.tokens(new Browser());
            String endpoint =
                    app.issuer + "/federation/" + own.connections(tenant).get(0).id() + "/backchannel-logout";
            for (int n = 0; n < 5; n++) {
                JsonObject header = new JsonObject().put("alg", "ES256").put("kid", "nobody-has-" + n);
                String token = Forged.sign(header, flooded.logoutClaims("sallyport", "alice", null), EvilIdp.newKey());
                assertEquals(
                        400,
                        new Browser()
                                .post(endpoint, Map.of("logout_token", token))
                                .status());
            }
            ECKey next = EvilIdp.newKey();
            flooded.jwks = keys -> new JsonObject()
                    .put(
                            "keys",
                            new JsonArray()
                                    .add(new JsonObject(next.toPublicJWK().toJSONObject())));
            flooded.idToken = (evil, claims) ->
                    Forged.sign(new JsonObject().put("alg", "ES256").put("kid", next.getKeyID()), claims, next);
            assertNotNull(app.tokens(new Browser()).getString("access_token"));
        } finally {
            flooded.close();
        }
    }

    @Test
    @DisplayName(
            "C07: an empty, broken or foreign key set takes no good key away, whatever unknown ids make it be fetched")
    void badSets() {
        Stream<UnaryOperator<JsonObject>> sets = Stream.of(
                keys -> new JsonObject().put("keys", new JsonArray()),
                keys -> new JsonObject().put("keys", "none"),
                keys -> new JsonObject(),
                keys -> new JsonObject()
                        .put(
                                "keys",
                                new JsonArray()
                                        .add(new JsonObject().put("kty", "oct").put("k", "AAAA"))));
        List<UnaryOperator<JsonObject>> all = sets.toList();
        List<EvilIdp> idps = all.stream().map(set -> EvilIdp.start(vertx)).toList();
        try (TestBroker own =
                TestBroker.start(idps.stream().map(EvilIdp::hostPort).toArray(String[]::new))) {
            own.catalogue();
            String itsSecret = own.application("ledger", REDIRECT, Optional.empty());
            for (int i = 0; i < all.size(); i++) {
                Tenant tenant = own.liveTenant("set-" + i, idps.get(i));
                own.enable(tenant, "ledger");
                Relying app = new Relying(own.issuer("set-" + i), "ledger", itsSecret, REDIRECT);
                app.tokens(new Browser());
                int before = idps.get(i).jwksRequests.get();
                idps.get(i).jwks = all.get(i);
                for (int n = 0; n < 5; n++) {
                    String kid = "unknown-" + n;
                    idps.get(i).idToken = (evil, claims) ->
                            Forged.sign(new JsonObject().put("alg", "ES256").put("kid", kid), claims, EvilIdp.newKey());
                    assertEquals("server_error", app.signIn(new Browser()).parameter("error"));
                }
                idps.get(i).idToken = EvilIdp::sign;
                int fetches = idps.get(i).jwksRequests.get() - before;
                assertTrue(fetches >= 1 && fetches <= 2, "set " + i + " was fetched " + fetches + " times");
                assertNotNull(app.tokens(new Browser()).getString("access_token"), "set " + i);
            }
        }
        idps.forEach(EvilIdp::close);
    }

    @Test
    @DisplayName(
            "A06, C06: an IdP that is away, answers nonsense or names another issuer is the application's to hear, never a 500")
    void idpAway() {
        String[][] table = {
            {"gone", "temporarily_unavailable", "idp_timeout"},
            {"error", "server_error", "idp_http_status"},
            {"nonsense", "server_error", "idp_bad_document"},
            {"redirect", "server_error", "idp_http_status"},
            {"other-issuer", "server_error", "issuer_mismatch"}
        };
        List<EvilIdp> idps = Stream.of(table).map(row -> EvilIdp.start(vertx)).toList();
        TestBroker own = TestBroker.start(idps.stream().map(EvilIdp::hostPort).toArray(String[]::new));
        Rows itsRows = new Rows(own);
        own.catalogue();
        String itsSecret = own.application("ledger", REDIRECT, Optional.empty());
        Rows.Counts before = itsRows.counts();
        for (int i = 0; i < table.length; i++) {
            String[] row = table[i];
            EvilIdp evil = idps.get(i);
            Tenant tenant = own.liveTenant(row[0], evil);
            own.enable(tenant, "ledger");
            switch (row[0]) {
                case "gone" -> evil.close();
                case "other-issuer" -> evil.discovery = d -> d.put("issuer", idp.issuer());
                default -> evil.intercept = request -> misbehave(request, row[0]);
            }
            Browser browser = new Browser();
            Browser.Answer answer = new Relying(own.issuer(row[0]), "ledger", itsSecret, REDIRECT).signIn(browser);
            assertEquals(303, answer.status(), row[0] + ": " + answer);
            assertEquals(row[1], answer.parameter("error"), row[0]);
            assertEquals("sign_in.failed " + row[2], itsRows.lastEvent().orElseThrow(), row[0]);
            String logout = own.issuer(row[0]) + "/federation/"
                    + own.connections(tenant).get(0).id() + "/backchannel-logout";
            String token = Forged.sign(
                    new JsonObject().put("alg", "ES256").put("kid", evil.key.getKeyID()), new JsonObject(), evil.key);
            assertEquals(
                    400, browser.post(logout, Map.of("logout_token", token)).status(), row[0]);
        }
        assertEquals(before, itsRows.counts());
        own.close();
        idps.stream().skip(1).forEach(EvilIdp::close);
    }

    private static boolean misbehave(HttpServerRequest request, String how) {
        if (how.equals("redirect")) {
            request.response().putHeader("Location", idp.issuer() + request.path());
        }
        int status = how.equals("error") ? 500 : how.equals("redirect") ? 302 : 200;
        request.response().setStatusCode(status).end("[]");
        return true;
    }
}
