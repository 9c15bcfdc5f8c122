package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.RawHttp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Addresses that look like a registered one and are not. */
class RedirectTableTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final String LOOPBACK = "http://127.0.0.1/cb";
    private static final String PRIVATE = "com.example.ledger:/cb";

    /** Near misses of {@link #REDIRECT}. */
    private static final List<String> WEB = List.of(
            "https://ledger.example/callback/",
            "https://ledger.example/callback?",
            "https://ledger.example/callback?x=1",
            "https://ledger.example/callback#",
            "https://ledger.example/callback#f",
            "https://ledger.example/callback%20",
            "https://ledger.example/callback%2f",
            "https://ledger.example/callback%00",
            "https://ledger.example/callbac%6b",
            "https://ledger.example/callback/..;/evil",
            "https://ledger.example/callback/../../evil",
            "https://ledger.example/..;/callback",
            "https://ledger.example/./callback",
            "https://ledger.example//callback",
            "https://ledger.example/%2e%2e/callback",
            "https://ledger.example/x/../callback",
            "https://ledger.example/callback;x=y",
            "https://ledger.example/callback\\",
            "https://ledger.example\\callback",
            "https://ledger.example\\@evil.example/callback",
            "https:\\\\ledger.example\\callback",
            "https:/ledger.example/callback",
            "https:ledger.example/callback",
            "https:///ledger.example/callback",
            "//ledger.example/callback",
            "/callback",
            "callback",
            "?",
            "HTTPS://ledger.example/callback",
            "Https://ledger.example/callback",
            "https://LEDGER.example/callback",
            "https://ledger.example/CALLBACK",
            "http://ledger.example/callback",
            "ftp://ledger.example/callback",
            "https://ledger.example:443/callback",
            "https://ledger.example:8443/callback",
            "https://ledger.example:/callback",
            "https://ledger.example:443@evil.example/callback",
            "https://ledger.example@evil.example/callback",
            "https://ledger.example@@evil.example/callback",
            "https://evil.example@ledger.example/callback",
            "https://user:pw@ledger.example/callback",
            "https://@ledger.example/callback",
            "https://evil.example/callback",
            "https://evil.example?https://ledger.example/callback",
            "https://evil.example#https://ledger.example/callback",
            "https://evil.example/https://ledger.example/callback",
            "https://ledger.example.evil.example/callback",
            "https://evilledger.example/callback",
            "https://ledgerxexample/callback",
            "https://sub.ledger.example/callback",
            "https://ledger.example./callback",
            "https://ledger.example%2eevil.example/callback",
            "https://ledger.example%00.evil.example/callback",
            "https://ledger.example\u3002evil.example/callback",
            "https://ledg\u0435r.example/callback",
            "https://xn--ledgr-q4a.example/callback",
            "https://[::1]/callback",
            "https://127.0.0.1/callback",
            " https://ledger.example/callback",
            "https://ledger.example/callback ",
            "https://ledger.example/call back",
            "https://ledger.example/callback,https://evil.example",
            "https://ledger.example/callback https://evil.example",
            "https://*.example/callback",
            "https://ledger.example/*",
            "*",
            "null",
            "javascript:alert(1)//https://ledger.example/callback",
            "JaVaScRiPt:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:msgbox(1)",
            "file:///etc/passwd",
            "blob:https://ledger.example/callback",
            "about:blank",
            "view-source:https://ledger.example/callback",
            "intent://ledger.example/callback#Intent;scheme=https;end",
            "com.example.ledger:/cb",
            "urn:ietf:wg:oauth:2.0:oob",
            "https://ledger.example/callback".repeat(20));

    /** Near misses of {@link #LOOPBACK} and {@link #PRIVATE} for a native application. */
    private static final List<String> NATIVE = List.of(
            "http://127.0.0.1:8080/other",
            "http://127.0.0.1:8080/cb/",
            "http://127.0.0.1:8080/cb?x=1",
            "http://127.0.0.1:8080/cb#f",
            "http://127.0.0.1:8080/%63b",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:08080/cb",
            "http://127.0.0.1:80x/cb",
            "http://127.0.0.1:-1/cb",
            "http://localhost:8080/cb",
            "http://127.0.0.2:8080/cb",
            "http://127.1:8080/cb",
            "http://2130706433:8080/cb",
            "http://0x7f000001:8080/cb",
            "http://[::ffff:127.0.0.1]:8080/cb",
            "http://[::1]:8080/cb",
            "https://127.0.0.1:8080/cb",
            "http://127.0.0.1:8080@evil.example/cb",
            "http://user@127.0.0.1:8080/cb",
            "http://127.0.0.1.evil.example:8080/cb",
            "http://evil.example:8080/cb",
            "HTTP://127.0.0.1:8080/cb",
            "com.example.ledger:/other",
            "com.example.ledger://evil.example/cb",
            "com.example.Ledger:/cb",
            "com.example.ledger.evil:/cb",
            "javascript:alert(1)");

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static AdminCaller operator;
    private static RawHttp raw;
    private static Relying app;
    private static Relying phone;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        broker.catalogue();
        Tenant acme = broker.liveTenant("acme", idp);
        operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        raw = new RawHttp("127.0.0.1", broker.port);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        String id = operator.post(
                        "/applications",
                        new JsonObject()
                                .put("name", "Phone")
                                .put("type", "native")
                                .put("resource", "https://phone.example")
                                .put(
                                        "redirect_uris",
                                        new JsonArray().add(LOOPBACK).add(PRIVATE))
                                .put("post_logout_redirect_uris", new JsonArray().add(PRIVATE)))
                .expect(201)
                .text("client_id");
        broker.enable(acme, id);
        phone = new Relying(broker.issuer("acme"), id, null, LOOPBACK);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    private static RawHttp.Answer authorize(Relying relying, String redirectUri) {
        String url = relying.authorizeUrl("redirect_uri", redirectUri);
        return raw.send("GET " + url.substring(broker.publicUrl.length()), "", "");
    }

    @Test
    @DisplayName("D01: no near miss of a registered address is redirected to, by query or by form")
    void atAuthorize() {
        List<String> web = new ArrayList<>(WEB);
        web.add(LOOPBACK);
        for (String uri : web) {
            RawHttp.Answer answer = authorize(app, uri);
            assertEquals(400, answer.status(), uri + ": " + answer);
            assertNull(answer.header("Location"), uri);
            Browser.Answer posted = browser.post(
                    app.issuer + "/authorize",
                    java.util.Map.of("client_id", "ledger", "redirect_uri", uri, "response_type", "code"));
            assertEquals(400, posted.status(), uri);
            assertNull(posted.location(), uri);
        }
        for (String uri : NATIVE) {
            RawHttp.Answer answer = authorize(phone, uri);
            assertEquals(400, answer.status(), uri + ": " + answer);
            assertNull(answer.header("Location"), uri);
        }
        String doubled = app.authorizeUrl() + "&redirect_uri=" + Browser.encode("https://evil.example");
        assertEquals(400, browser.get(doubled).status());
        assertNull(browser.get(doubled).location());
    }

    @Test
    @DisplayName(
            "D01: the port of a loopback address is free for a native application, and for nobody else (RFC 8252 §7.3)")
    void loopback() {
        for (String uri : List.of(LOOPBACK, "http://127.0.0.1:1024/cb", "http://127.0.0.1:65535/cb", PRIVATE)) {
            Browser.Answer back = browser.follow(phone.authorizeUrl("redirect_uri", uri), uri);
            assertNotNull(back.location(), uri + ": " + back);
            String code = back.location().replaceFirst(".*[?&]code=([^&]+).*", "$1");
            Browser.Answer other = phone.redeem(browser, code, "redirect_uri", LOOPBACK + "x");
            assertEquals("invalid_grant", other.json().getString("error"), uri);
        }
    }

    @Test
    @DisplayName("D01: at the token endpoint it must be the same text again")
    void atToken() {
        app.tokens(browser);
        for (String uri : Stream.concat(WEB.stream(), Stream.of(LOOPBACK)).toList()) {
            String code = app.signIn(browser).parameter("code");
            Browser.Answer answer = app.redeem(browser, code, "redirect_uri", uri);
            assertEquals(400, answer.status(), uri + ": " + answer);
            assertEquals("invalid_grant", answer.json().getString("error"), uri);
        }
        String code = app.signIn(browser).parameter("code");
        assertEquals(
                "invalid_request",
                app.redeem(browser, code, "redirect_uri", null).json().getString("error"));
        assertEquals(200, app.redeem(browser, code).status(), "a missing parameter burns nothing");
    }

    @Test
    @DisplayName("D01: after a sign-out nobody is sent to an address that is not registered for it")
    void afterLogout() {
        String hint = app.tokens(browser).getString("id_token");
        List<String> all = new ArrayList<>(WEB);
        all.add(REDIRECT);
        all.addAll(WEB.stream()
                .map(uri -> uri.replace("/callback", "/callback/bye"))
                .toList());
        all.removeIf((REDIRECT + "/bye")::equals);
        for (String uri : all) {
            RawHttp.Answer answer = raw.send(
                    "GET /t/acme/logout?id_token_hint=" + hint + "&post_logout_redirect_uri=" + Browser.encode(uri),
                    "",
                    "");
            assertEquals(400, answer.status(), uri + ": " + answer);
            assertNull(answer.header("Location"), uri);
        }
    }

    @Test
    @DisplayName("D11: dangerous schemes cannot be registered")
    void registration() {
        for (String uri : List.of(
                "javascript:alert(1)",
                "JaVaScRiPt:alert(1)",
                "data:text/html,x",
                "vbscript:x",
                "file:///x",
                "blob:https://x.example/1",
                "about:blank",
                "http://ledger.example/cb",
                "https://user@ledger.example/cb",
                "https://ledger.example/cb#f",
                "https:///cb",
                "ftp://ledger.example/cb",
                "HTTPS://ledger.example/cb",
                "com.example.ledger:/cb",
                "//ledger.example/cb",
                "https://ledger.example/c b")) {
            for (String type : List.of("web", "spa", "native")) {
                for (String field : List.of("redirect_uris", "post_logout_redirect_uris")) {
                    if (type.equals("native") && uri.startsWith("com.")) {
                        continue;
                    }
                    AdminCaller.Answer answer = operator.post(
                            "/applications",
                            new JsonObject()
                                    .put("name", "Evil")
                                    .put("type", type)
                                    .put("resource", "https://evil.example")
                                    .put(field, new JsonArray().add(uri)));
                    assertTrue(answer.status() == 400 || answer.status() == 422, type + " " + uri + ": " + answer);
                    assertTrue(answer.body().contains(field), answer.body());
                }
            }
        }
    }

    @Test
    @DisplayName("D11: and where one is registered all the same, nobody is sent there")
    void atUse() {
        Tenant acme = broker.tenant("acme");
        Rows rows = new Rows(broker);
        for (String uri :
                List.of("javascript:alert(1)", "data:text/html,x", "http://plain.example/cb", "JAVASCRIPT:x")) {
            String id = "evil" + Integer.toHexString(uri.hashCode());
            String secret = broker.application(id, "https://" + id + ".example/cb", Optional.empty());
            broker.enable(acme, id);
            rows.change("UPDATE applications SET redirect_uris = ARRAY['" + uri
                    + "'], post_logout_redirect_uris = ARRAY['" + uri + "'] WHERE client_id = '" + id + "'");
            Relying evil = new Relying(app.issuer, id, secret, uri);
            RawHttp.Answer answer = authorize(evil, uri);
            assertEquals(400, answer.status(), uri + ": " + answer);
            assertNull(answer.header("Location"), uri);
            RawHttp.Answer bye = raw.send(
                    "GET /t/acme/logout?client_id=" + id + "&post_logout_redirect_uri=" + Browser.encode(uri), "", "");
            assertEquals(400, bye.status(), uri + ": " + bye);
        }
    }
}
