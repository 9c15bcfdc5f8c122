package dev.sallyport.broker.op;

import static dev.sallyport.broker.op.ExchangeHouse.ACCESS_TOKEN;
import static dev.sallyport.broker.op.ExchangeHouse.API_KEY;
import static dev.sallyport.broker.op.ExchangeHouse.exchange;
import static dev.sallyport.broker.op.ExchangeHouse.token;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every kind of token at every endpoint of every tenant: each opens what it was made for and nothing else. */
class TokenKindMatrixTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final String SID = "0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3";
    private static final BlockingQueue<String> LOGOUTS = new LinkedBlockingQueue<>();

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Relying app;
    private static Relying atGlobex;
    private static Relying otherApp;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        HttpServer application = TestBroker.await(vertx.createHttpServer()
                .requestHandler(request -> request.setExpectMultipart(true).endHandler(v -> {
                    LOGOUTS.add(request.getFormAttribute("logout_token"));
                    request.response().end();
                }))
                .listen(0, "127.0.0.1"));
        String hostPort = "127.0.0.1:" + application.actualPort();
        broker = TestBroker.start(idp.hostPort(), hostPort);
        broker.catalogue();
        String secret = broker.application("ledger", REDIRECT, Optional.of("http://" + hostPort + "/logout"));
        String notesBack = "https://notes.example/callback";
        String notesSecret = broker.application("notes", notesBack, Optional.empty());
        for (String slug : List.of("acme", "globex")) {
            Tenant tenant = broker.liveTenant(slug, idp);
            broker.enable(tenant, "ledger");
            broker.enable(tenant, "notes");
        }
        AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR)
                .patch(
                        "/applications/ledger",
                        new JsonObject()
                                .put(
                                        "token_exchange",
                                        new JsonObject()
                                                .put("api_keys", true)
                                                .put("on_behalf_of", new JsonArray().add("notes"))))
                .expect(200);
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        atGlobex = new Relying(broker.issuer("globex"), "ledger", secret, REDIRECT);
        otherApp = new Relying(broker.issuer("acme"), "notes", notesSecret, notesBack);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    /** Whether a place lets a token in; none of the places uses up what it does not take. */
    private static Map<String, BiPredicate<Relying, String>> places() {
        Map<String, BiPredicate<Relying, String>> places = new LinkedHashMap<>();
        Browser browser = new Browser();
        places.put("userinfo", (at, t) -> bearer(browser.get(at.issuer + "/userinfo", "Authorization", "Bearer " + t)));
        places.put("api-keys", (at, t) -> bearer(browser.get(at.issuer + "/api-keys", "Authorization", "Bearer " + t)));
        places.put(
                "scim", (at, t) -> bearer(browser.get(at.issuer + "/scim/v2/Users", "Authorization", "Bearer " + t)));
        places.put("introspect", (at, t) -> {
            JsonObject answer = at.introspect(browser, t);
            assertTrue(answer.getBoolean("active") || answer.size() == 1, answer.encode());
            return answer.getBoolean("active");
        });
        places.put("token by refresh", (at, t) -> granted(at.refresh(browser, t)));
        places.put("token by code", (at, t) -> granted(at.redeem(browser, t)));
        places.put("exchange of a key", (at, t) -> exchanged(exchange(browser, at, API_KEY, t)));
        places.put(
                "exchange of a token",
                (at, t) -> exchanged(exchange(browser, at, ACCESS_TOKEN, t, "audience", "notes")));
        return places;
    }

    private static boolean exchanged(Browser.Answer answer) {
        List<String> refusals = List.of("invalid_request", "invalid_grant", "unauthorized_client");
        assertTrue(answer.status() == 200 || refusals.contains(answer.json().getString("error")), answer.toString());
        return answer.status() == 200;
    }

    private static boolean bearer(Browser.Answer answer) {
        assertTrue(answer.status() == 200 || answer.status() == 401 || answer.status() == 403, answer.toString());
        return answer.status() == 200;
    }

    private static boolean granted(Browser.Answer answer) {
        assertTrue(
                answer.status() == 200 || answer.json().getString("error").equals("invalid_grant"), answer.toString());
        return answer.status() == 200;
    }

    @Test
    @DisplayName(
            "A08, B02, E11: only the diagonal of token kinds, endpoints and tenants passes; what fails elsewhere is still good at home")
    void matrix() throws Exception {
        Browser leaving = new Browser();
        JsonObject left = app.tokens(leaving);
        leaving.get(app.issuer + "/logout?id_token_hint=" + left.getString("id_token"));
        String logoutToken = LOGOUTS.poll(10, TimeUnit.SECONDS);

        Browser browser = new Browser();
        JsonObject tokens = app.tokens(browser);
        String access = tokens.getString("access_token");
        JsonObject ofItself =
                app.token(browser, Map.of("grant_type", "client_credentials")).json();
        JsonObject key = browser.json(
                        "POST",
                        app.issuer + "/api-keys",
                        new JsonObject().put("name", "ci"),
                        "Authorization",
                        "Bearer " + access)
                .json();
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("access token", access);
        kinds.put("client's own access token", ofItself.getString("access_token"));
        kinds.put("ID token", tokens.getString("id_token"));
        kinds.put("logout token", logoutToken);
        kinds.put("API key", key.getString("key"));
        kinds.put("token from a key", token(exchange(browser, app, API_KEY, key.getString("key"))));
        kinds.put("token for notes", token(exchange(browser, app, ACCESS_TOKEN, access, "audience", "notes")));
        kinds.put("client secret", app.secret);
        kinds.put("operator token", TestBroker.OPERATOR);
        kinds.put("upstream ID token", idp.sign(idp.logoutClaims("sallyport", "alice", null)));
        kinds.put("session's id", SID);
        kinds.put("refresh token", tokens.getString("refresh_token"));
        kinds.put("code", app.signIn(browser).parameter("code"));

        Set<String> passed = new TreeSet<>();
        // Elsewhere first: what is tried there must still be good at home.
        for (Relying at : List.of(atGlobex, otherApp, app)) {
            kinds.forEach((kind, token) -> places().forEach((place, lets) -> {
                if (lets.test(at, token)) {
                    passed.add((at == app ? "" : at == otherApp ? "other app: " : "globex: ") + kind + " -> " + place);
                }
            }));
        }
        assertEquals(
                new TreeSet<>(List.of(
                        "access token -> userinfo",
                        "access token -> api-keys",
                        "access token -> introspect",
                        "client's own access token -> introspect",
                        "API key -> introspect",
                        "API key -> exchange of a key",
                        "access token -> exchange of a token",
                        "token from a key -> introspect",
                        "token from a key -> exchange of a token",
                        "other app: token for notes -> introspect",
                        // It has the scope openid of the token it came from.
                        "token for notes -> userinfo",
                        "other app: token for notes -> userinfo",
                        "refresh token -> introspect",
                        "refresh token -> token by refresh",
                        "code -> token by code",
                        // Endpoints of the person, not of the application: whichever application holds the token.
                        "other app: access token -> userinfo",
                        "other app: access token -> api-keys",
                        // A key is the person's; every application of the tenant may ask what it stands for.
                        "other app: API key -> introspect")),
                passed);
    }
}
