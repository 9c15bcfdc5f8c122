package dev.sallyport.demo.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Pages that do what no page may do, played by the browser's own network. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WatchTest {
    private static final Map<String, String> STRICT = policy("");
    private static final Map<String, String> SCRIPTS = policy("; script-src 'unsafe-inline'");

    private Chromium chromium;

    @BeforeAll
    void open() {
        chromium = Chromium.start();
    }

    @AfterAll
    void close() {
        if (chromium != null) {
            chromium.close();
        }
    }

    private static Map<String, String> policy(String more) {
        return Map.of("Content-Security-Policy", "default-src 'none'; img-src *" + more);
    }

    private Watch see(Map<String, String> headers, String body) {
        try (BrowserContext visitor = chromium.visitor()) {
            Watch watch = Watch.over(visitor, Set.of("shop.example"));
            visitor.route(Pattern.compile(".*"), Route::abort);
            visitor.route(
                    "http://shop.example/",
                    route -> route.fulfill(new Route.FulfillOptions()
                            .setContentType("text/html")
                            .setHeaders(headers)
                            .setBody("<!doctype html><title>Shop</title>" + body)));
            Page page = visitor.newPage();
            page.navigate("http://shop.example/");
            return watch;
        }
    }

    private static void assertComplaint(String complaint, Watch watch) {
        assertTrue(
                watch.complaints().stream().anyMatch(each -> each.contains(complaint)),
                watch.complaints().toString());
        assertThrows(AssertionError.class, watch::verify);
    }

    @Test
    @DisplayName("A page that does nothing of the kind is fine")
    void nothing() {
        Watch watch = see(STRICT, "<h1>Shop</h1>");
        assertEquals(List.of(), watch.complaints());
        watch.verify();
    }

    @Test
    @DisplayName("A page that asks another host is noticed")
    void elsewhere() {
        assertComplaint("asked elsewhere: http://ads.example/", see(STRICT, "<img src='http://ads.example/x.png'>"));
    }

    @Test
    @DisplayName("A page that breaks its own policy is noticed")
    void policyBroken() {
        assertComplaint("the policy forbids style-src", see(STRICT, "<p style='color: red'>Sale</p>"));
    }

    @Test
    @DisplayName("A page without a policy is noticed")
    void noPolicy() {
        assertComplaint("no policy: http://shop.example/", see(Map.of(), "<h1>Shop</h1>"));
    }

    @Test
    @DisplayName("A page whose script throws is noticed")
    void thrown() {
        assertComplaint("thrown: ", see(SCRIPTS, "<script>nobody.there()</script>"));
    }

    @Test
    @DisplayName("A page that writes an error to the console is noticed")
    void told() {
        assertComplaint("console: out of stock", see(SCRIPTS, "<script>console.error('out of stock')</script>"));
    }
}
