package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Authorization requests that the application pushes before the browser comes (RFC 9126). */
class PushedAuthorizationTest {
    private static final String REDIRECT = "https://ledger.example/callback";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Rows rows;
    private static Tenant acme;
    private static Relying app;
    private static Relying other;
    private static Relying spa;
    private static Relying atGlobex;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        Tenant globex = broker.liveTenant("globex", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        String otherSecret = broker.application("notes", REDIRECT, Optional.empty());
        broker.publicApplication("board", "https://board.example/cb");
        for (String id : List.of("ledger", "notes", "board")) {
            broker.enable(acme, id);
            broker.enable(globex, id);
        }
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        other = new Relying(broker.issuer("acme"), "notes", otherSecret, REDIRECT);
        spa = new Relying(broker.issuer("acme"), "board", null, "https://board.example/cb");
        atGlobex = new Relying(broker.issuer("globex"), "ledger", secret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    private static Map<String, String> request(Relying relying, String... extra) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("response_type", "code");
        form.put("client_id", relying.clientId);
        form.put("redirect_uri", relying.redirectUri);
        form.put("scope", "openid email");
        form.put("state", "pushed-state");
        form.put("nonce", "pushed-nonce");
        form.put("code_challenge", Relying.challenge(Relying.VERIFIER));
        form.put("code_challenge_method", "S256");
        for (int i = 0; i < extra.length; i += 2) {
            if (extra[i + 1] == null) {
                form.remove(extra[i]);
            } else {
                form.put(extra[i], extra[i + 1]);
            }
        }
        return form;
    }

    private Browser.Answer push(Relying relying, String... extra) {
        return relying.call(browser, relying.issuer + "/par", request(relying, extra));
    }

    private String pushed(Relying relying, String... extra) {
        Browser.Answer answer = push(relying, extra);
        assertEquals(201, answer.status(), answer.toString());
        assertEquals("no-store", answer.headers().get("Cache-Control"));
        int life = answer.json().getInteger("expires_in");
        assertTrue(life > 0 && life <= 90);
        String uri = answer.json().getString("request_uri");
        assertTrue(uri.startsWith("urn:ietf:params:oauth:request_uri:") && uri.length() > 70, uri);
        return uri;
    }

    private static String address(Relying relying, String requestUri, String more) {
        return relying.issuer + "/authorize?client_id=" + relying.clientId + "&request_uri="
                + Browser.encode(requestUri) + more;
    }

    private static void page(Browser.Answer answer) {
        assertEquals(400, answer.status(), answer.toString());
        assertNull(answer.location());
    }

    @Test
    @DisplayName(
            "RFC 9126: a pushed request signs in; of what the browser brings beside it nothing counts; it is used then")
    void signsIn() {
        String uri = pushed(app);
        String url = address(
                app,
                uri,
                "&state=other&scope=openid&redirect_uri=https%3A%2F%2Fevil.example&response_type=token&nonce=x");
        Browser.Answer back = browser.follow(url, REDIRECT);
        assertEquals("pushed-state", back.parameter("state"), back.toString());
        Browser.Answer tokens = app.redeem(browser, back.parameter("code"));
        assertEquals(200, tokens.status(), tokens.toString());
        assertEquals("openid email", tokens.json().getString("scope"));
        page(browser.get(url));
        page(new Browser().get(url));
        assertEquals(
                0,
                rows.number("SELECT count(*) FROM pushed_requests WHERE request::text LIKE '%" + uri + "%'"),
                "only the hash is kept");
        JsonObject discovery =
                browser.get(app.issuer + "/.well-known/openid-configuration").json();
        assertEquals(app.issuer + "/par", discovery.getString("pushed_authorization_request_endpoint"));
        assertFalse(discovery.getBoolean("require_pushed_authorization_requests"));
    }

    @Test
    @DisplayName(
            "RFC 9126: the browser that opened a request may load the page again until a code was made; no other browser may")
    void reload() {
        String url = address(app, pushed(app, "prompt", "login"), "");
        Browser.Answer first = browser.get(url);
        Browser.Answer second = browser.get(url);
        assertTrue(
                first.location().startsWith(idp.issuer()) && second.location().startsWith(idp.issuer()));
        page(new Browser().get(url));
        Browser.Answer back = browser.follow(second.location(), REDIRECT);
        assertNotNull(back.parameter("code"), back.toString());
        Browser.Answer late = browser.follow(first.location(), REDIRECT);
        assertNull(late.parameter("code"), "one code from one request");
        assertEquals("invalid_request", late.parameter("error"));
        page(browser.get(url));
    }

    @Test
    @DisplayName("RFC 9126: a person who has to choose a connection goes on with the same pushed request")
    void choice() {
        Connection extra = broker.connect(acme, idp, "second");
        JsonObject alice = idp.person;
        idp.person =
                alice.copy().put("sub", "bob").put("preferred_username", "bob").put("email", "bob@example.com");
        try {
            Browser.Answer page = browser.get(address(app, pushed(app), ""));
            assertEquals(200, page.status());
            String link = page.body()
                    .substring(page.body().indexOf("href=\"/t/acme/authorize?") + 6)
                    .split("\"", 2)[0]
                    .replace("&amp;", "&");
            Browser.Answer back = browser.follow(broker.publicUrl + link, REDIRECT);
            assertEquals("pushed-state", back.parameter("state"), back.toString());
            assertNotNull(back.parameter("code"));
        } finally {
            idp.person = alice;
            broker.disable(acme, extra);
        }
    }

    @Test
    @DisplayName("RFC 9126: bound to its client, its tenant and its time; anything else is a page without a redirect")
    void bound() {
        String uri = pushed(app);
        page(browser.get(address(other, uri, "")));
        page(browser.get(address(atGlobex, uri, "")));
        page(browser.get(address(app, uri + "x", "")));
        page(browser.get(app.issuer + "/authorize?request_uri=" + Browser.encode(uri)));
        page(browser.get(address(app, "urn:ietf:params:oauth:request_uri:", "")));
        assertNotNull(browser.follow(address(app, uri, ""), REDIRECT).parameter("code"));
        String old = pushed(app);
        rows.change("UPDATE pushed_requests SET expires_at = now() - interval '1 second' WHERE used_at IS NULL");
        page(browser.get(address(app, old, "")));
        String gone = pushed(app);
        rows.change(
                "UPDATE pushed_requests SET request = jsonb_set(request, '{redirect_uri}', '\"https://evil.example\"')");
        page(browser.get(address(app, gone, "")));
    }

    @Test
    @DisplayName(
            "D09, D14: pushing needs the client's own credential, and is judged like any other authorization request")
    void refused() {
        String par = app.issuer + "/par";
        assertEquals(401, browser.post(par, request(app)).status(), "a confidential client without its secret");
        Relying wrong = new Relying(app.issuer, "ledger", "spx_wrong", REDIRECT);
        assertEquals(401, push(wrong).status());
        assertEquals("invalid_client", push(wrong).json().getString("error"));
        pushed(spa);
        String[][] table = {
            {"request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request"},
            {"request_uri", "https://evil.example/r", "invalid_request"},
            {"request", "e30.e30.", "request_not_supported"},
            {"registration", "{}", "registration_not_supported"},
            {"redirect_uri", "https://evil.example/cb", "invalid_request"},
            {"redirect_uri", null, "invalid_request"},
            {"response_type", "token", "unsupported_response_type"},
            {"response_type", null, "invalid_request"},
            {"response_mode", "fragment", "invalid_request"},
            {"code_challenge", null, "invalid_request"},
            {"code_challenge_method", "plain", "invalid_request"},
            {"prompt", "none login", "invalid_request"},
            {"resource", "https://other.example", "invalid_target"},
            {"id_token_hint", "x.y.z", "invalid_request"}
        };
        long before = rows.number("SELECT count(*) FROM pushed_requests");
        for (String[] row : table) {
            Browser.Answer answer = push(app, row[0], row[1]);
            assertEquals(400, answer.status(), row[0] + ": " + answer);
            assertEquals(row[2], answer.json().getString("error"), row[0]);
        }
        assertEquals(405, browser.get(par).status());
        assertEquals("POST", browser.get(par).headers().get("Allow"));
        assertEquals(400, browser.json("POST", par, new JsonObject()).status());
        assertEquals(before, rows.number("SELECT count(*) FROM pushed_requests"));
        Browser.Answer foreign = browser.get(app.authorizeUrl("request_uri", "https://evil.example/r"));
        assertEquals("request_uri_not_supported", foreign.parameter("error"));
    }

    @Test
    @DisplayName("RFC 9126 §6: an application that must push is not signed in otherwise")
    void required() {
        AdminCaller operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        String id = operator.post(
                        "/applications",
                        new JsonObject()
                                .put("name", "Strict")
                                .put("type", "spa")
                                .put("resource", "https://strict.example")
                                .put(
                                        "redirect_uris",
                                        new io.vertx.core.json.JsonArray().add("https://strict.example/cb"))
                                .put("require_pushed_authorization_requests", true))
                .expect(201)
                .text("client_id");
        broker.enable(acme, id);
        Relying strict = new Relying(app.issuer, id, null, "https://strict.example/cb");
        Browser.Answer refused = browser.get(strict.authorizeUrl("state", "s"));
        assertEquals("invalid_request", refused.parameter("error"), refused.toString());
        assertEquals("s", refused.parameter("state"));
        assertNotNull(browser.follow(address(strict, pushed(strict), ""), strict.redirectUri)
                .parameter("code"));
        assertEquals(
                false,
                operator.patch(
                                "/applications/" + id,
                                new JsonObject().put("require_pushed_authorization_requests", false))
                        .expect(200)
                        .json()
                        .getBoolean("require_pushed_authorization_requests"));
        assertNotNull(strict.signIn(browser).parameter("code"));
    }

    @Test
    @DisplayName("RFC 9126, Form Post: a third party's pushed request is answered after consent, as a form, once")
    void consent() {
        AdminCaller operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        String uri = "https://wiki.example/cb";
        JsonObject made = operator.post(
                        "/applications",
                        new JsonObject()
                                .put("name", "Wiki")
                                .put("type", "web")
                                .put("third_party", true)
                                .put("resource", "https://wiki.example")
                                .put("redirect_uris", new io.vertx.core.json.JsonArray().add(uri)))
                .expect(201)
                .json();
        broker.enable(acme, made.getString("client_id"));
        Relying wiki = new Relying(app.issuer, made.getString("client_id"), made.getString("client_secret"), uri);
        String url = address(wiki, pushed(wiki, "response_mode", "form_post"), "");
        Browser.Answer first = browser.follow(url, uri);
        Browser.Answer second = browser.follow(url, uri);
        assertTrue(answered(wiki, first).contains("name=\"code\""));
        assertTrue(answered(wiki, second).contains("value=\"invalid_request\""), "one code from one request");
    }

    private String answered(Relying wiki, Browser.Answer question) {
        Browser.Answer answer = browser.post(
                wiki.issuer + "/consent",
                Map.of("request", Browser.hidden(question, "request"), "decision", "allow"),
                "Origin",
                broker.publicUrl);
        assertEquals(200, answer.status(), answer.toString());
        assertTrue(answer.body().contains("action=\"" + wiki.redirectUri + "\""), answer.body());
        return answer.body();
    }

    @Test
    @DisplayName(
            "D14, I01: strangers cannot fill the store in a public client's name: it is slowed per address, and a request has a size")
    void flood() {
        broker.publicApplication("crowd", "https://crowd.example/cb");
        broker.enable(acme, "crowd");
        Relying crowd = new Relying(broker.issuer("acme"), "crowd", null, "https://crowd.example/cb");
        assertEquals(413, push(crowd, "state", "s".repeat(8_100)).status());
        long before = rows.number("SELECT count(*) FROM pushed_requests");
        int taken = 0;
        Browser.Answer last = null;
        for (int i = 0; i < 2 * PushedAuthorization.PUBLIC_A_MINUTE + 5; i++) {
            last = push(crowd);
            taken += last.status() == 201 ? 1 : 0;
        }
        assertTrue(taken <= 2 * PushedAuthorization.PUBLIC_A_MINUTE, "taken: " + taken);
        assertEquals(429, last.status(), last.toString());
        assertTrue(Integer.parseInt(last.headers().get("Retry-After")) <= 61);
        assertEquals(taken, rows.number("SELECT count(*) FROM pushed_requests") - before);
        pushed(app);
    }
}
