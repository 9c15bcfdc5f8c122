package dev.sallyport.broker.conformance;

import static dev.sallyport.broker.TestBroker.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.sallyport.broker.outside.Browser.Answer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A page of another origin in a real Chromium, which lets its script read only what the answers allow. Skipped where there is none. */
class BrowserApplicationTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final double PATIENCE_MS = 30_000;

    private static void browserOrSkip() {
        if (!Files.isExecutable(CHROMIUM)) {
            String missing = "There is no chromium: install your system's package to run the browser tests";
            Assertions.assertNotEquals("true", System.getenv("CI"), missing);
            Assumptions.abort(missing);
        }
    }

    private static void answer(HttpServerRequest request, JsonObject settings) {
        switch (request.path()) {
            case "/settings" ->
                request.response().putHeader("Content-Type", "application/json").end(settings.toBuffer());
            case "/oauth4webapi/index.js" ->
                request.response()
                        .putHeader("Content-Type", "text/javascript")
                        .sendFile("conformance/oauth4webapi/index.js");
            default -> request.response().putHeader("Content-Type", "text/html").sendFile("conformance/board.html");
        }
    }

    @Test
    @DisplayName(
            "D17: a browser application on a certified client pushes, signs in, checks, refreshes, reads errors and revokes, all by script")
    void board() {
        browserOrSkip();
        AtomicReference<JsonObject> settings = new AtomicReference<>(new JsonObject());
        try (Stage stage = new Stage()) {
            HttpServer site = await(stage.vertx
                    .createHttpServer()
                    .requestHandler(request -> answer(request, settings.get()))
                    .listen(0, "127.0.0.1"));
            String home = "http://127.0.0.1:" + site.actualPort();
            Stage.App board = stage.register(
                    "board", "spa", new JsonObject().put("redirect_uris", new JsonArray().add(home + "/cb")));
            Stage.App backend =
                    stage.register("backend", "service", new JsonObject().put("resource", "https://board.example"));
            settings.set(new JsonObject()
                    .put("issuer", stage.issuer)
                    .put("clientId", board.id())
                    .put("redirectUri", board.redirectUri())
                    .put("audience", "https://board.example/t/acme")
                    .put("backend", new JsonObject().put("id", backend.id()).put("secret", backend.secret())));
            JsonObject told = visit(home + "/");
            assertNull(told.getString("failed"), told.encode());
            assertTrue((int) told.remove("feed") > 0);
            assertEquals(
                    new JsonObject()
                            .put("wrongPush", "400 invalid_request")
                            .put("silent", "login_required")
                            .put("wrongCode", "400 invalid_grant")
                            .put("email", "alice@example.com")
                            .put("wrongRefresh", "400 invalid_grant")
                            .put("afterwards", "400 invalid_grant")
                            .put("active", false)
                            .put("challenge", "401 bearer invalid_token")
                            .put("wrongSecret", "401 basic")
                            .put("introspection", "closed")
                            .put("withCookies", "closed")
                            .put("authorization", "closed"),
                    told);
        }
    }

    /** Asks introspection on the page's behalf: address, token, authorization. */
    private static Map<String, Object> carry(Object... question) {
        Answer answer = new dev.sallyport.broker.outside.Browser()
                .post((String) question[0], Map.of("token", (String) question[1]), "Authorization", (String)
                        question[2]);
        return Map.of(
                "status", answer.status(),
                "type", answer.headers().get("Content-Type"),
                "challenge", answer.headers().getOrDefault("WWW-Authenticate", ""),
                "text", answer.body());
    }

    private static JsonObject visit(String address) {
        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(CHROMIUM)
                                .setArgs(List.of(
                                        "--no-sandbox",
                                        "--disable-gpu",
                                        "--no-first-run",
                                        "--disable-background-networking",
                                        "--disable-component-update",
                                        "--disable-sync",
                                        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")))) {
            Page page = browser.newPage();
            page.exposeFunction("carry", BrowserApplicationTest::carry);
            page.navigate(address);
            Locator end = page.locator("#told:not(:empty)");
            end.waitFor(new Locator.WaitForOptions().setTimeout(PATIENCE_MS));
            return new JsonObject(end.textContent());
        }
    }
}
