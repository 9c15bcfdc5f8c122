package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Requests that no library would write, as bytes on the wire. */
class ParametersTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final String FORM = "application/x-www-form-urlencoded";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Rows rows;
    private static Relying app;
    private static RawHttp raw;
    private static String basic;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        Tenant acme = broker.liveTenant("acme", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        raw = new RawHttp("127.0.0.1", broker.port);
        basic = "Authorization: Basic " + base64("ledger:" + secret);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    @AfterEach
    void stillWorks() {
        assertNotNull(app.tokens(new Browser()).getString("access_token"));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName(
            "C09, H06: whatever is posted to a token-side endpoint is a client's error in OAuth's words, never ours, and never kept in a cache")
    void postedNonsense() {
        Rows.Counts before = rows.counts();
        String grant = "grant_type=refresh_token&refresh_token=spr_x";
        String[][] bodies = {
            {"nothing", FORM, ""},
            {"repeated parameter", FORM, grant + "&grant_type=refresh_token&token=a&token=b"},
            {"control character", FORM, "grant_type=refresh_token&refresh_token=a%00b&token=a%0d%0ab"},
            {"broken percent", FORM, "grant_type=%zz&token=%"},
            {"not UTF-8", FORM, "grant_type=refresh_token&refresh_token=%ff%fe&token=%ff"},
            {"huge value", FORM, grant + "&x=1&token=" + "t".repeat(9_000)},
            {"huge name", FORM, "n".repeat(20_000) + "=1"},
            {"1,000 fields", FORM, "a=1&".repeat(1_000) + grant},
            {"10,000 scopes", FORM, grant + "&scope=" + "s+".repeat(4_000)},
            {"SQL", FORM, "grant_type=refresh_token&refresh_token=spr_%27%20OR%201%3D1--&token=spr_%27%20OR%201%3D1--"},
            {"JSON", "application/json", "{\"grant_type\":\"refresh_token\"}"},
            {"text", "text/plain", grant},
            {"no type", "", grant},
            {"type with rubbish", FORM + "x", grant},
            {
                "multipart",
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nx\r\n--x--\r\n"
            },
            {"multipart without boundary", "multipart/form-data", "--x"},
            {"unknown grant", FORM, "grant_type=password&username=a&password=b&token=x"},
            {"grant as URN", FORM, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&token=x"},
            {"assertion", FORM, grant + "&client_assertion=x&client_assertion_type=y&token=x"}
        };
        for (String endpoint : List.of("/token", "/revoke", "/introspect")) {
            for (String[] body : bodies) {
                String type = body[1].isEmpty() ? "" : "\r\nContent-Type: " + body[1];
                RawHttp.Answer answer = raw.send("POST /t/acme" + endpoint, basic + type, body[2]);
                String name = endpoint + " " + body[0] + ": " + answer;
                boolean nothingAsked = !endpoint.equals("/token") && answer.status() == 200;
                assertTrue(nothingAsked || (answer.status() >= 400 && answer.status() < 500), name);
                assertEquals("no-store", answer.header("Cache-Control"), name);
                if (answer.status() == 400 || answer.status() == 401) {
                    assertTrue(new JsonObject(answer.body()).getString("error").matches("[a-z_]+"), name);
                }
            }
        }
        RawHttp.Answer large = raw.send("POST /t/acme/token", "Content-Type: " + FORM, "x=" + "y".repeat(70_000));
        assertEquals(413, large.status(), large.toString());
        assertEquals(before, rows.counts());
    }

    @Test
    @DisplayName(
            "D14: client authentication in any broken form is invalid_client, with the challenge where the header was tried")
    void brokenClientAuthentication() {
        String form = "grant_type=refresh_token&refresh_token=spr_x";
        for (String header : new String[] {
            "Basic",
            "Basic ",
            "Basic %%%",
            "Basic " + base64("ledger"),
            "Basic " + base64(":secret"),
            "Basic " + base64("ledger:"),
            "Basic " + base64("\u0000:x"),
            "Basic " + base64("%00:x"),
            "Basic " + base64("led%00ger:x"),
            "Basic " + base64("%zz:x"),
            "Basic " + base64("ledger:%"),
            "Basic " + base64("x".repeat(3_000) + ":y"),
            "Basic " + base64("ledger:wrong"),
            "Basic " + base64("nobody:wrong"),
            "Bearer x",
            "Digest x",
            "Basic " + base64("LEDGER:x"),
            ","
        }) {
            RawHttp.Answer answer =
                    raw.send("POST /t/acme/token", "Authorization: " + header + "\r\nContent-Type: " + FORM, form);
            assertEquals(401, answer.status(), header + ": " + answer);
            assertEquals("invalid_client", new JsonObject(answer.body()).getString("error"), header);
            assertTrue(String.valueOf(answer.header("WWW-Authenticate")).startsWith("Basic"), header);
        }
        RawHttp.Answer two = raw.send("POST /t/acme/token", basic + "\r\n" + basic + "\r\nContent-Type: " + FORM, form);
        assertEquals(401, two.status(), two.toString());
        RawHttp.Answer both = raw.send(
                "POST /t/acme/token", basic + "\r\nContent-Type: " + FORM, form + "&client_id=ledger&client_secret=x");
        assertEquals("invalid_request", new JsonObject(both.body()).getString("error"));
        RawHttp.Answer method = raw.send(
                "POST /t/acme/token",
                "Content-Type: " + FORM,
                form + "&client_id=ledger&client_secret=" + Browser.encode(app.secret));
        assertEquals("invalid_client", new JsonObject(method.body()).getString("error"), "only the registered method");
    }

    @Test
    @DisplayName(
            "C09, D01: an authorization or sign-out request that cannot be understood is a page or an error to the registered address, never ours")
    void brokenQueries() {
        String good = app.authorizeUrl().substring(app.authorizeUrl().indexOf('?') + 1);
        for (String query : new String[] {
            "",
            "%",
            "client_id=%zz",
            "client_id=ledger&client_id=ledger",
            good + "&state=again",
            good + "&scope=openid",
            good + "&nonce=b",
            good + "&prompt=none&prompt=login",
            good + "&redirect_uri=https://evil.example",
            "client_id=%00&redirect_uri=x",
            good.replace("state=", "state=%00"),
            good + "&login_hint=" + "x".repeat(400),
            good + "&acr_values=" + "x".repeat(600),
            good + "&max_age=99999999999999999999",
            good + "&max_age=-1",
            good + "&connection=%27",
            good + "&ui_locales=%f0%28%8c%28",
            good + "&claims=" + "%7B%22a%22%3A".repeat(300),
            good + "&response_mode=form_post.jwt",
            good + "&id_token_hint=x"
        }) {
            for (String path : List.of("/authorize", "/logout", "/federation/x/callback")) {
                RawHttp.Answer answer = raw.send("GET /t/acme" + path + "?" + query, "", "");
                assertTrue(answer.status() < 500, path + " " + query + ": " + answer);
                String location = answer.header("Location");
                assertTrue(
                        location == null
                                || location.startsWith(REDIRECT + "?")
                                || location.startsWith(idp.issuer() + "/authorize?"),
                        path + " " + query + ": " + location);
            }
        }
        assertEquals(
                414,
                raw.send("GET /t/acme/authorize?x=" + "y".repeat(20_000), "", "")
                        .status());
        for (String path : new String[] {
            "/t/%00/jwks",
            "/t/acme%00/jwks",
            "/t/%ff/jwks",
            "/t/../t/acme/jwks",
            "/t/ACME/jwks",
            "/t/acme/federation/%00/callback?state=x",
            "/t/acme/api-keys/%00",
            "/t/nobody/authorize",
            "/t//jwks",
            "/t/acme%2fjwks",
            "/t/" + "a".repeat(200) + "/jwks"
        }) {
            for (String method : new String[] {"GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "TRACE", "X"}) {
                assertTrue(raw.send(method + " " + path, "", "").status() < 500, method + " " + path);
            }
        }
    }

    @Test
    @DisplayName("D07: neighbours' malformed, doubled and oversized cookies lock nobody out")
    void cookies() {
        Browser browser = new Browser();
        app.tokens(browser);
        String mine = browser.cookies().getCookieStore().getCookies().stream()
                .filter(c -> c.getName().equals("sallyport_session"))
                .findFirst()
                .orElseThrow()
                .getValue();
        String query = app.authorizeUrl("prompt", "none");
        String target = "GET " + query.substring(broker.publicUrl.length());
        for (String cookie : new String[] {
            "sallyport_session=" + mine,
            "sallyport_session=planted; sallyport_session=" + mine,
            "sallyport_session=" + mine + "; sallyport_session=planted",
            "%=%; =; ;;; bad; \"q=\"; sallyport_session=" + mine,
            "a={\"x\":1}; sallyport_session=" + mine + "; b=\u00e4",
            "big=" + "x".repeat(9_000) + "; sallyport_session=" + mine,
            "sallyport_session=; sallyport_session=%00; sallyport_session=" + mine
        }) {
            RawHttp.Answer answer = raw.send(target, "Cookie: " + cookie, "");
            assertEquals(303, answer.status(), cookie);
            assertTrue(answer.header("Location").contains("code="), cookie + ": " + answer);
        }
        RawHttp.Answer none = raw.send(target, "Cookie: sallyport_session=planted", "");
        assertTrue(none.header("Location").contains("login_required"));
        RawHttp.Answer start = raw.send(
                target.replace("prompt=none", "prompt=login"),
                "Cookie: %=%; sallyport_tx_0=\"; sallyport_session=x;;",
                "");
        assertTrue(start.header("Location").startsWith(idp.issuer()), start.toString());
        assertTrue(start.header("Set-Cookie").contains("HTTPOnly")
                && start.header("Set-Cookie").contains("SameSite=Lax"));
        assertTrue(start.header("Set-Cookie").contains("Path=/t/acme/federation"), start.toString());
    }

    @Test
    @DisplayName("D12: no header decides where we send anybody or who we say we are; another Host is not answered")
    void forwardedHeaders() {
        String[] targets = {
            "GET /t/acme/.well-known/openid-configuration",
            "GET /.well-known/oauth-authorization-server/t/acme",
            "GET /t/acme/jwks",
            "GET " + app.authorizeUrl("prompt", "none", "state", "s").substring(broker.publicUrl.length()),
            "GET /t/acme/logout"
        };
        String[] headers = {
            "X-Forwarded-Host: evil.example", "Forwarded: host=evil.example;proto=https", "X-Forwarded-Proto: https",
                    "X-Forwarded-Port: 1",
            "X-Forwarded-Prefix: /evil", "X-Original-URL: /evil", "X-Rewrite-URL: /evil",
                    "X-Forwarded-Server: evil.example",
            "X-Forwarded-For: a", "X-Http-Method-Override: DELETE"
        };
        for (String target : targets) {
            RawHttp.Answer clean = raw.send(target, "", "");
            for (String header : headers) {
                RawHttp.Answer answer = raw.send(target, header, "");
                assertEquals(clean.status(), answer.status(), target + " " + header);
                assertEquals(clean.body(), answer.body(), target + " " + header);
                assertEquals(clean.header("Location"), answer.header("Location"), target + " " + header);
            }
            for (String host : new String[] {
                "evil.example", "127.0.0.1", "127.0.0.1:1", "a@127.0.0.1:" + broker.port, "", "[", "x y"
            }) {
                RawHttp.Answer answer = raw.sendTo(host, target, "", "");
                assertTrue(answer.status() == 421 || answer.status() == 400, target + " " + host + ": " + answer);
                assertNull(answer.header("Location"));
                assertFalse(answer.body().contains("evil"));
            }
        }
    }
}
