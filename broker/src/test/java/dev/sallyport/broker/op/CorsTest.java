package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.RawHttp;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Scripts of other origins: which of them a browser lets read our answers. */
class CorsTest {
    private static final String ALLOW = "Access-Control-Allow-Origin";
    private static final String ORIGIN = "https://board.example:8443";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
    private static final List<String> FOR_BROWSERS = List.of("/token", "/revoke", "/par", "/userinfo");

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static RawHttp raw;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        broker.catalogue();
        Tenant acme = broker.liveTenant("acme", idp);
        broker.liveTenant("globex", idp);
        broker.publicApplication("board", ORIGIN + "/app/callback?x=1");
        broker.publicApplication("elsewhere", "https://elsewhere.example/cb");
        broker.application("ledger", "https://ledger.example/callback", Optional.empty());
        broker.enable(acme, "board");
        broker.enable(acme, "ledger");
        raw = new RawHttp("127.0.0.1", broker.port);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    private static void closed(RawHttp.Answer answer, String what) {
        assertNull(answer.header(ALLOW), what + ": " + answer);
        assertNull(answer.header("Access-Control-Allow-Methods"), what);
        assertNull(answer.header("Access-Control-Allow-Credentials"), what);
    }

    @Test
    @DisplayName(
            "D17: the origin of a browser application may ask and read, answers and errors, without the browser's credentials")
    void open() {
        for (String path : FOR_BROWSERS) {
            RawHttp.Answer preflight = raw.send(
                    "OPTIONS /t/acme" + path,
                    "Origin: " + ORIGIN
                            + "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization",
                    "");
            assertEquals(204, preflight.status(), path + ": " + preflight);
            assertEquals(ORIGIN, preflight.header(ALLOW), path);
            assertTrue(preflight.header("Access-Control-Allow-Methods").contains("POST"), path);
            assertEquals("Authorization, Content-Type", preflight.header("Access-Control-Allow-Headers"), path);
            assertEquals("Origin", preflight.header("Vary"), path);
            assertNull(preflight.header("Access-Control-Allow-Credentials"), path);
            String[][] requests = {
                {FORM, "grant_type=refresh_token&refresh_token=spr_x&client_id=board&token=x"},
                {FORM, "client_id=nobody&grant_type=authorization_code"},
                {"Content-Type: application/json", "{}"},
                {FORM, "x=" + "y".repeat(70_000)},
                {FORM, "a=%zz"},
                {FORM + "\r\nAuthorization: Bearer nonsense", ""}
            };
            for (String[] request : requests) {
                RawHttp.Answer answer =
                        raw.send("POST /t/acme" + path, request[0] + "\r\nOrigin: " + ORIGIN, request[1]);
                assertTrue(answer.status() < 500, path + ": " + answer);
                assertEquals(ORIGIN, answer.header(ALLOW), path + ": " + answer);
                assertEquals("Origin", answer.header("Vary"), path);
                assertNull(answer.header("Access-Control-Allow-Credentials"), path);
            }
            RawHttp.Answer method = raw.send("DELETE /t/acme" + path, "Origin: " + ORIGIN, "");
            assertEquals(405, method.status());
            assertEquals(ORIGIN, method.header(ALLOW), path);
        }
        assertTrue(raw.send("GET /t/acme/userinfo", "Origin: " + ORIGIN, "")
                .header("Access-Control-Expose-Headers")
                .contains("WWW-Authenticate"));
    }

    @Test
    @DisplayName(
            "D17: no near miss of an origin, no other tenant's application, and no confidential one's, is answered so")
    void nearMisses() {
        String[] origins = {
            "null",
            "*",
            "https://board.example",
            "https://board.example:443",
            "https://board.example:84430",
            "https://board.example:8443/",
            "https://board.example:8443.evil.example",
            "https://evil-board.example:8443",
            "https://x.board.example:8443",
            "http://board.example:8443",
            "HTTPS://board.example:8443",
            "https://BOARD.example:8443",
            "https://board.example:8443@evil.example",
            "https://board.example.:8443",
            "https://board.example:08443",
            " ",
            "https://ledger.example",
            "https://elsewhere.example",
            "https://board.example:8443 https://evil.example",
            "https://board.example:8443, https://evil.example",
            "https://board.example:8443/app",
            "file://",
            "javascript:alert(1)"
        };
        for (String path : FOR_BROWSERS) {
            for (String origin : origins) {
                String asked = "Origin: " + origin + "\r\nAccess-Control-Request-Method: POST";
                closed(raw.send("OPTIONS /t/acme" + path, asked, ""), path + " " + origin);
                closed(raw.send("POST /t/acme" + path, FORM + "\r\nOrigin: " + origin, "x=y"), path + " " + origin);
            }
            closed(
                    raw.send("POST /t/acme" + path, "Origin: " + ORIGIN + "\r\nOrigin: " + ORIGIN + "\r\n" + FORM, ""),
                    path);
            closed(raw.send("POST /t/globex" + path, "Origin: " + ORIGIN + "\r\n" + FORM, ""), "another tenant");
            closed(raw.send("POST /t/nobody" + path, "Origin: " + ORIGIN + "\r\n" + FORM, ""), "no tenant");
        }
    }

    @Test
    @DisplayName(
            "D17: pages, sign-out, introspection, SCIM and the admin API answer no other origin at all; public documents answer all")
    void elsewhere() {
        for (String path : List.of(
                "/t/acme/authorize",
                "/t/acme/logout",
                "/t/acme/introspect",
                "/admin/v1/tenants",
                "/t/acme/api-keys",
                "/t/acme/scim/v2/Users",
                "/setup/x",
                "/t/acme/federation/x/callback")) {
            for (String method : List.of("GET", "POST", "OPTIONS")) {
                RawHttp.Answer answer = raw.send(
                        method + " " + path,
                        "Origin: " + ORIGIN + "\r\nAccess-Control-Request-Method: POST\r\n" + FORM,
                        "");
                closed(answer, method + " " + path);
                assertTrue(answer.status() < 500, method + " " + path + ": " + answer);
            }
        }
        for (String path : List.of("/.well-known/openid-configuration", "/jwks", "/revocations")) {
            RawHttp.Answer answer = raw.send("GET /t/acme" + path, "Origin: https://anybody.example", "");
            assertEquals("*", answer.header(ALLOW), path.toUpperCase(Locale.ROOT));
            assertNull(answer.header("Access-Control-Allow-Credentials"), path);
        }
    }
}
