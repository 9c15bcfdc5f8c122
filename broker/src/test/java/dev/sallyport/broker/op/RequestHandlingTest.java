package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.RawHttp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an authorization request may ask for, what is ignored, and what is refused at the first request already. */
class RequestHandlingTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Rows rows;
    private static RawHttp raw;
    private static Tenant acme;
    private static Relying app;
    private static Relying spa;
    private static final JsonObject ALICE = person("alice");
    private static final List<String> FETCHED = new CopyOnWriteArrayList<>();

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        rows = new Rows(broker);
        raw = new RawHttp("127.0.0.1", broker.port);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.publicApplication("board", "https://board.example/cb");
        broker.enable(acme, "ledger");
        broker.enable(acme, "board");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        spa = new Relying(broker.issuer("acme"), "board", null, "https://board.example/cb");
        idp.intercept = request -> {
            FETCHED.add(request.path());
            return false;
        };
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    @BeforeEach
    void alice() {
        idp.person = ALICE;
    }

    @AfterEach
    void stillWorks() {
        idp.person = ALICE;
        assertNotNull(app.tokens(new Browser()).getString("access_token"));
    }

    private static JsonObject person(String name) {
        return new JsonObject()
                .put("sub", name)
                .put("email", name + "@example.com")
                .put("name", name)
                .put("preferred_username", name);
    }

    private static String error(Browser.Answer answer) {
        assertNotNull(answer.location(), answer.toString());
        assertTrue(answer.location().startsWith("https://"), answer.toString());
        assertEquals(app.issuer, answer.parameter("iss"));
        assertNull(answer.parameter("code"));
        return answer.parameter("error");
    }

    @Test
    @DisplayName(
            "D03: every other combination of challenge, method and verifier is refused, for public and confidential clients")
    void pkce() {
        String verifier = Relying.VERIFIER;
        String good = Relying.challenge(verifier);
        for (Relying client : List.of(app, spa)) {
            client.tokens(browser);
            String[][] challenges = {
                {null, null}, {null, "S256"}, {null, "plain"}, {"", "S256"}, {verifier, "plain"}, {good, "plain"},
                {good, null}, {good, ""}, {good, "s256"}, {good, "S512"}, {good, "none"}, {good.substring(1), "S256"},
                {good + "A", "S256"}, {good + "=", "S256"}, {"+" + good.substring(1), "S256"}, {verifier, "S256"}
            };
            for (String[] row : challenges) {
                Browser.Answer answer =
                        browser.get(client.authorizeUrl("code_challenge", row[0], "code_challenge_method", row[1]));
                assertEquals("invalid_request", error(answer), row[0] + " " + row[1]);
            }
            String[] verifiers = {
                null,
                "",
                good,
                verifier + "x",
                verifier.substring(1),
                "x".repeat(42),
                "x".repeat(43),
                "x".repeat(128),
                "x".repeat(129),
                verifier.toUpperCase(java.util.Locale.ROOT),
                verifier + " ",
                " " + verifier,
                verifier + "\u00e9"
            };
            for (String wrong : verifiers) {
                String code = client.signIn(browser).parameter("code");
                Browser.Answer answer = client.redeem(browser, code, "code_verifier", wrong);
                String error = answer.json().getString("error");
                boolean missing = wrong == null || wrong.isEmpty();
                assertEquals(missing ? "invalid_request" : "invalid_grant", error, String.valueOf(wrong));
                assertEquals(400, answer.status());
                assertEquals(missing ? 200 : 400, client.redeem(browser, code).status(), "burnt: " + wrong);
            }
        }
    }

    @Test
    @DisplayName(
            "D09: whatever is switched off is refused by its own error at the first request, without a session and without a fetch")
    void switchedOff() {
        FETCHED.clear();
        Rows.Counts before = rows.counts();
        String[][] table = {
            {"response_type", "token", "unsupported_response_type"},
            {"response_type", "id_token", "unsupported_response_type"},
            {"response_type", "id_token token", "unsupported_response_type"},
            {"response_type", "code token", "unsupported_response_type"},
            {"response_type", "code id_token", "unsupported_response_type"},
            {"response_type", "id_token code", "unsupported_response_type"},
            {"response_type", "code id_token token", "unsupported_response_type"},
            {"response_type", "none", "unsupported_response_type"},
            {"response_type", "CODE", "unsupported_response_type"},
            {"response_type", "code code", "unsupported_response_type"},
            {"response_type", " code", "unsupported_response_type"},
            {"response_type", null, "invalid_request"},
            {"response_mode", "fragment", "invalid_request"},
            {"response_mode", "form_post.jwt", "invalid_request"},
            {"response_mode", "query.jwt", "invalid_request"},
            {"response_mode", "jwt", "invalid_request"},
            {"response_mode", "web_message", "invalid_request"},
            {"response_mode", "FORM_POST", "invalid_request"},
            {"request", "e30.e30.", "request_not_supported"},
            {"request_uri", idp.issuer() + "/request", "request_uri_not_supported"},
            {"request_uri", "http://169.254.169.254/latest", "request_uri_not_supported"},
            {"request_uri", "file:///etc/passwd", "request_uri_not_supported"},
            {"request_uri", "URN:ietf:params:oauth:request_uri:x", "request_uri_not_supported"},
            {"registration", "{\"client_name\":\"x\"}", "registration_not_supported"},
            {"prompt", "none login", "invalid_request"},
            {"prompt", "create", "invalid_request"}
        };
        for (String[] row : table) {
            Browser.Answer answer = browser.get(app.authorizeUrl(row[0], row[1], "state", "s"));
            assertEquals(row[2], error(answer), row[0] + " " + row[1]);
            assertEquals("s", answer.parameter("state"), row[0]);
            Browser.Answer posted = browser.post(app.issuer + "/authorize", form(app.authorizeUrl(row[0], row[1])));
            assertEquals(row[2], error(posted), row[0] + " " + row[1] + " posted");
        }
        for (String grant : List.of(
                "password",
                "implicit",
                "urn:ietf:params:oauth:grant-type:device_code",
                "urn:openid:params:grant-type:ciba",
                "urn:ietf:params:oauth:grant-type:saml2-bearer",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "Authorization_Code",
                " refresh_token")) {
            Browser.Answer answer = app.token(browser, Map.of("grant_type", grant, "username", "a", "password", "b"));
            assertEquals(400, answer.status(), grant);
            assertEquals("unsupported_grant_type", answer.json().getString("error"), grant);
        }
        assertEquals(before, rows.counts());
        assertEquals(List.of(), FETCHED);
        JsonObject metadata =
                browser.get(app.issuer + "/.well-known/openid-configuration").json();
        assertEquals(
                List.of("code"),
                metadata.getJsonArray("response_types_supported").getList());
        assertEquals(
                List.of("query", "form_post"),
                metadata.getJsonArray("response_modes_supported").getList());
        for (String off : List.of(
                "claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported")) {
            assertEquals(false, metadata.getBoolean(off), off);
        }
    }

    private static Map<String, String> form(String url) {
        Map<String, String> form = new java.util.LinkedHashMap<>();
        for (String pair : url.substring(url.indexOf('?') + 1).split("&", -1)) {
            String[] parts = pair.split("=", 2);
            form.put(parts[0], java.net.URLDecoder.decode(parts[1], java.nio.charset.StandardCharsets.UTF_8));
        }
        return form;
    }

    @Test
    @DisplayName("OIDC Core §3.1.2.1, C09: what need not be understood is accepted and changes nothing, however large")
    void ignored() {
        String[] claims = {
            "{\"id_token\":{\"email\":{\"essential\":true}}}", "{", "[]", "x".repeat(8_000), "[".repeat(4_000)
        };
        for (String value : claims) {
            assertNotNull(app.signIn(browser, "claims", value).parameter("code"), value.substring(0, 1));
            Browser.Answer posted =
                    browser.post(app.issuer + "/authorize", form(app.authorizeUrl("prompt", "none", "claims", value)));
            assertNotNull(posted.parameter("code"), value.substring(0, 1));
        }
        Browser.Answer answer = app.signIn(
                browser,
                "ui_locales",
                "de-CH fr en",
                "claims_locales",
                "de",
                "display",
                "popup",
                "domain_hint",
                "acme.example",
                "login_hint",
                "alice@example.com",
                "unheard_of",
                "x");
        assertNotNull(answer.parameter("code"), answer.toString());
        Browser fresh = new Browser();
        assertNotNull(app.signIn(fresh, "display", "touch", "prompt", "consent").parameter("code"));
    }

    @Test
    @DisplayName("RFC 8707: of several resources all must be the application's own audience")
    void resources() {
        String mine = "https://ledger.example/t/acme";
        String url = app.authorizeUrl("resource", mine);
        Browser.Answer back = browser.follow(url + "&resource=" + Browser.encode(mine), REDIRECT);
        assertNotNull(back.parameter("code"), back.toString());
        for (String other : List.of(
                "https://other.example", "https://ledger.example", "https://ledger.example/t/globex", mine + "/")) {
            assertEquals("invalid_target", error(browser.get(url + "&resource=" + Browser.encode(other))), other);
            String code = app.signIn(browser).parameter("code");
            RawHttp.Answer answer = raw.send(
                    "POST /t/acme/token",
                    FORM + "\r\n" + basic(),
                    "grant_type=authorization_code&code=" + code + "&redirect_uri=" + Browser.encode(REDIRECT)
                            + "&code_verifier=" + Relying.VERIFIER + "&resource=" + Browser.encode(mine) + "&resource="
                            + Browser.encode(other));
            assertEquals("invalid_target", new JsonObject(answer.body()).getString("error"), other);
            assertEquals(200, app.redeem(browser, code, "resource", mine).status(), "nothing was burnt");
            Browser.Answer own = app.token(browser, Map.of("grant_type", "client_credentials", "resource", other));
            assertEquals("invalid_target", own.json().getString("error"));
        }
    }

    private static String basic() {
        return "Authorization: Basic "
                + java.util.Base64.getEncoder()
                        .encodeToString(
                                (app.clientId + ":" + app.secret).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName(
            "OIDC Core §3.1.2.1: id_token_hint names who may answer; somebody else is asked anew, or not at all with prompt=none")
    void hint() {
        String alice = app.tokens(browser).getString("id_token");
        assertNotNull(browser.get(app.authorizeUrl("prompt", "none", "id_token_hint", alice))
                .parameter("code"));
        Browser bobs = new Browser();
        idp.person = person("bob");
        String bob = app.tokens(bobs).getString("id_token");
        assertEquals("login_required", error(bobs.get(app.authorizeUrl("prompt", "none", "id_token_hint", alice))));
        assertEquals(
                "login_required", error(new Browser().get(app.authorizeUrl("prompt", "none", "id_token_hint", alice))));
        Browser.Answer away = bobs.get(app.authorizeUrl("id_token_hint", alice));
        assertTrue(
                away.location().startsWith(idp.issuer()) && "login".equals(away.parameter("prompt")), away.toString());
        Browser.Answer still = bobs.follow(away.location(), REDIRECT);
        assertEquals("login_required", error(still), "Bob again");
        assertNotNull(
                bobs.get(app.authorizeUrl("prompt", "none", "id_token_hint", bob))
                        .parameter("code"),
                "Bob's own session lives");
        idp.person = ALICE;
        assertNotNull(app.signIn(bobs, "id_token_hint", alice).parameter("code"), "Alice came");
        Browser nobodys = new Browser();
        idp.person = person("carol");
        long users = rows.number("SELECT count(*) FROM users");
        assertEquals("login_required", error(app.signIn(nobodys, "id_token_hint", alice)));
        assertEquals(users, rows.number("SELECT count(*) FROM users"), "nobody is created on the way");
        idp.person = ALICE;
        JsonObject tokens = app.tokens(new Browser());
        for (String bad : List.of(
                "x",
                "x.y.z",
                tokens.getString("access_token"),
                tokens.getString("refresh_token"),
                alice.substring(0, alice.length() - 4) + "AAAA")) {
            assertEquals("invalid_request", error(browser.get(app.authorizeUrl("id_token_hint", bad))), bad);
        }
    }

    @Test
    @DisplayName("OIDC Core §3.1.2.6: prompt=none never shows a page, also where a connection would have to be chosen")
    void promptNone() {
        Connection extra = broker.connect(acme, idp, "second");
        try {
            assertEquals("login_required", error(browser.get(app.authorizeUrl("prompt", "none"))));
            assertEquals(200, browser.get(app.authorizeUrl()).status(), "the choice");
        } finally {
            broker.disable(acme, extra);
        }
    }

    @Test
    @DisplayName("Form Post: answers and errors go back as a form, escaped, by a page that can do nothing else")
    void formPost() {
        String state = "\"><script>alert(1)</script>&'";
        Browser.Answer page = app.signIn(browser, "response_mode", "form_post", "state", state);
        assertEquals(200, page.status());
        assertNull(page.location());
        assertTrue(page.body().contains("action=\"" + REDIRECT + "\""), page.body());
        assertTrue(page.body().contains("name=\"code\"") && page.body().contains("name=\"iss\""), page.body());
        assertTrue(!page.body().contains("<script>alert"), page.body());
        String policy = page.headers().get("Content-Security-Policy");
        assertTrue(policy.contains("script-src 'nonce-") && policy.contains("frame-ancestors 'none'"), policy);
        assertEquals("no-store", page.headers().get("Cache-Control"));
        String code = page.body().replaceAll("(?s).*name=\"code\" value=\"([^\"]+)\".*", "$1");
        assertEquals(200, app.redeem(browser, code).status());
        for (String[] row : new String[][] {
            {"prompt", "none", "login_required"}, {"response_type", "token", "unsupported_response_type"}
        }) {
            Browser.Answer error = new Browser().get(app.authorizeUrl("response_mode", "form_post", row[0], row[1]));
            assertEquals(200, error.status());
            assertTrue(error.body().contains("value=\"" + row[2] + "\""), error.body());
        }
        idp.callback = answer -> {
            answer.remove("code");
            answer.put("error", "access_denied");
        };
        try {
            Browser.Answer denied = app.signIn(new Browser(), "response_mode", "form_post");
            assertTrue(denied.body().contains("value=\"access_denied\""), denied.body());
        } finally {
            idp.callback = answer -> {};
        }
    }

    @Test
    @DisplayName(
            "RFC 6750: userinfo takes the token in the header or in a POSTed form; never in the query, never twice")
    void userinfo() {
        String token = app.tokens(browser).getString("access_token");
        String url = app.issuer + "/userinfo";
        String bearer = "Bearer " + token;
        assertEquals(200, browser.get(url, "Authorization", bearer).status());
        assertEquals(200, browser.post(url, Map.of(), "Authorization", bearer).status());
        assertEquals(200, browser.post(url, Map.of("access_token", token)).status());
        for (Browser.Answer refused : List.of(
                browser.get(url + "?access_token=" + token),
                browser.get(url + "?access_token=" + token, "Authorization", bearer),
                browser.post(url + "?access_token=" + token, Map.of()),
                browser.post(url, Map.of("access_token", token), "Authorization", bearer))) {
            assertEquals(400, refused.status(), refused.toString());
            assertEquals("invalid_request", refused.json().getString("error"));
            assertTrue(refused.headers().get("WWW-Authenticate").startsWith("Bearer"), refused.toString());
        }
        for (Browser.Answer refused : List.of(
                browser.get(url),
                browser.get(url, "Authorization", "Basic " + token),
                browser.post(url, Map.of("access_token", token + "x")),
                browser.json("POST", url, new JsonObject().put("access_token", token)))) {
            assertEquals(401, refused.status(), refused.toString());
            assertTrue(refused.headers().get("WWW-Authenticate").startsWith("Bearer"), refused.toString());
        }
    }

    @Test
    @DisplayName(
            "RFC 6749 §5.2: token-side endpoints answer errors in OAuth's words; other methods hear 405 and which one is right")
    void tokenErrors() {
        for (String endpoint : List.of("/token", "/introspect", "/revoke", "/par")) {
            for (String method : List.of("GET", "PUT", "DELETE", "PATCH", "HEAD")) {
                RawHttp.Answer answer = raw.send(method + " /t/acme" + endpoint, "", "");
                assertEquals(405, answer.status(), method + " " + endpoint + ": " + answer);
                assertEquals("POST", answer.header("Allow"), endpoint);
            }
            RawHttp.Answer json =
                    raw.send("POST /t/acme" + endpoint, "Content-Type: application/json\r\n" + basic(), "{\"a\":1}");
            assertEquals("invalid_request", new JsonObject(json.body()).getString("error"), endpoint);
            RawHttp.Answer wrong = raw.send(
                    "POST /t/acme" + endpoint,
                    FORM + "\r\nAuthorization: Basic bGVkZ2VyOndyb25n",
                    "grant_type=client_credentials&token=x");
            assertEquals(401, wrong.status(), endpoint);
            assertTrue(wrong.header("WWW-Authenticate").startsWith("Basic"), endpoint);
            RawHttp.Answer twice = raw.send(
                    "POST /t/acme" + endpoint,
                    FORM + "\r\n" + basic(),
                    "client_id=ledger&client_id=ledger&grant_type=x&token=y");
            assertEquals("invalid_request", new JsonObject(twice.body()).getString("error"), endpoint);
        }
        assertEquals("GET, POST", raw.send("PUT /t/acme/userinfo", "", "").header("Allow"));
    }
}
