package dev.sallyport.demo.app;

import dev.sallyport.demo.page.Await;
import dev.sallyport.demo.page.Browser;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The application with a played Sallyport, fresh for each test, and a clock that can be set forward. */
@Timeout(60)
abstract class AppFixture {

    Vertx vertx;
    PlayedSallyport sallyport;
    DemoApp app;
    final Browser browser = new Browser();
    final OffsetClock clock = new OffsetClock();

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        sallyport = new PlayedSallyport(vertx);
        app = Await.result(DemoApp.start(vertx, DemoAppConfig.of(sallyport.url(), PlayedSallyport.RESOURCE), clock));
        app.configure(PlayedSallyport.CLIENT, "secret");
    }

    @AfterEach
    void stop() {
        Await.result(app.close());
        Await.result(vertx.close());
    }

    HttpResponse<String> api(String path, String token) {
        return browser.get(app.url() + path, "Authorization", "Bearer " + token);
    }

    HttpResponse<String> signIn(String tenant) {
        return signIn(browser, tenant);
    }

    HttpResponse<String> signIn(Browser with, String tenant) {
        HttpResponse<String> begin = with.get(app.url() + "/login/" + tenant);
        HttpResponse<String> atSallyport = with.get(Browser.location(begin));
        return with.get(Browser.location(atSallyport));
    }

    /** Whether it comes true in this time. */
    static boolean within(Duration limit, BooleanSupplier holds) {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            if (holds.getAsBoolean()) {
                return true;
            }
        }
        return false;
    }

    /** Real time plus an offset. */
    static final class OffsetClock extends Clock {
        private volatile Duration offset = Duration.ZERO;

        void forward(Duration by) {
            offset = offset.plus(by);
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(offset);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
