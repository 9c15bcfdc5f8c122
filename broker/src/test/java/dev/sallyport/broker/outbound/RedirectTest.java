package dev.sallyport.broker.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.outside.Await;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.broker.outside.Sink;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Servers that send us on to another place, which we could even call: nobody goes there, and no credential does. */
class RedirectTest {
    private static final int[] STATUSES = {300, 301, 302, 303, 305, 307, 308};
    private static final Map<String, String> SITES = Map.of(
            "discovery",
            "/.well-known/openid-configuration",
            "keys",
            "/jwks",
            "token",
            "/token",
            "userinfo",
            "/userinfo");

    private static Vertx vertx;
    private static Sink second;
    private static Rogues rogues;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        second = Sink.start(vertx);
        List<String> names = new ArrayList<>(List.of("told", "pulled"));
        SITES.keySet().forEach(site -> {
            for (int status : STATUSES) {
                names.add(site + "-" + status);
            }
        });
        rogues = new Rogues(vertx, names, second.hostPort());
    }

    @AfterAll
    static void stop() {
        rogues.close();
        second.close();
        vertx.close();
    }

    private static boolean sentOn(HttpServerRequest request, String path, int status) {
        if (!request.path().equals(path)) {
            return false;
        }
        request.response()
                .setStatusCode(status)
                .putHeader("Location", "http://" + second.hostPort() + path)
                .putHeader("Refresh", "0; url=http://" + second.hostPort() + path)
                .end();
        return true;
    }

    @Test
    @DisplayName("C02: no redirect of a provider is followed, of whatever status and at whatever endpoint")
    void providers() {
        SITES.forEach((site, path) -> {
            for (int status : STATUSES) {
                String name = site + "-" + status;
                var idp = rogues.idp(name);
                idp.intercept = request -> sentOn(request, path, status);
                if (site.equals("userinfo")) {
                    idp.userinfo = () -> new JsonObject().put("sub", "alice").put("name", "Alice");
                    idp.claims = claims -> claims.remove("name");
                }
                assertEquals("idp_http_status", rogues.refused(name), name);
            }
        });
        assertEquals(0, second.accepts());
        rogues.honestSignIn();
    }

    @Test
    @DisplayName("C02: no redirect of an application that is told of a sign-out is followed")
    void notices() {
        var idp = rogues.idp("told");
        idp.intercept = request -> sentOn(request, "/told", 307);
        String redirect = "https://told.example/callback";
        String secret = rogues.broker.application("told", redirect, Optional.of(idp.issuer() + "/told"));
        rogues.broker.enable(rogues.tenant("told"), "told");
        Relying told = new Relying(rogues.broker.issuer("told"), "told", secret, redirect);
        Browser browser = new Browser();
        told.tokens(browser);
        browser.post(told.issuer + "/logout", Map.of("confirm", "yes"));
        assertTrue(Await.within(
                Duration.ofSeconds(15),
                () -> rogues.operator.get("/tenants/told/notices").body().contains("\"last_status\":\"http_status\"")));
        assertEquals(0, second.accepts());
    }

    @Test
    @DisplayName("C02: no redirect of a directory is followed, nor a next page that is elsewhere")
    void directories() {
        var idp = rogues.idp("pulled");
        idp.intercept = request -> sentOn(request, "/scim/v2/Users", 302);
        rogues.directory("pulled");
        JsonObject run = rogues.pull("pulled");
        assertTrue(run.encode().contains("http_status"), run.encode());
        assertEquals(0, second.accepts());
    }
}
