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
        if (request.path().equals("/settings")) {
            request.response().putHeader("Content-Type", "application/json").end(settings.toBuffer());
        } else {
            request.response().putHeader("Content-Type", "text/html").sendFile("conformance/board.html");
        }
    }

    @Test
    @DisplayName(
            "D17: a browser application discovers, pushes, signs in, checks, refreshes, reads errors and revokes, all by script")
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
            settings.set(new JsonObject()
                    .put("issuer", stage.issuer)
                    .put("clientId", board.id())
                    .put("redirectUri", board.redirectUri()));
            JsonObject told = visit(home + "/");
            assertNull(told.getString("failed"), told.encode());
            assertEquals("alice@example.com", told.getString("email"));
            assertEquals(200, told.getInteger("revoked"));
            assertEquals("invalid_grant", told.getString("afterwards"));
            assertTrue(told.getString("challenge").contains("invalid_token"), told.encode());
            assertTrue(told.getInteger("feed") > 0);
            assertEquals("closed", told.getString("introspection"));
        }
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
            page.navigate(address);
            Locator end = page.locator("#told:not(:empty)");
            end.waitFor(new Locator.WaitForOptions().setTimeout(PATIENCE_MS));
            return new JsonObject(end.textContent());
        }
    }
}
