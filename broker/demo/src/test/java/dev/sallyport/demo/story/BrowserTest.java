package dev.sallyport.demo.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BrowserTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Iterable<String> COOKIES = List.of(
            "a=1; Path=/t/acme; HttpOnly; SameSite=Lax",
            "b=2; Path=/t/globex",
            "c=3;Version=1;Path=/;Secure;HttpOnly;SameSite=None");
    private static String base;

    @BeforeAll
    static void listen() {
        HttpServer server = Waiting.on(
                VERTX.createHttpServer().requestHandler(BrowserTest::answer).listen(0, "127.0.0.1"));
        base = "http://127.0.0.1:" + server.actualPort();
    }

    @AfterAll
    static void stop() {
        Waiting.on(VERTX.close());
    }

    private static void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/begin" ->
                request.response()
                        .setStatusCode(303)
                        .putHeader("Location", "/t/acme/next?code=1")
                        .putHeader("Set-Cookie", COOKIES)
                        .end();
            case "/forget" ->
                request.response()
                        .putHeader("Set-Cookie", "a=; Path=/t/acme; Max-Age=0")
                        .end();
            case "/loop" ->
                request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "/loop")
                        .end();
            case "/form" ->
                request.response()
                        .end("<form method=post action=/echo><input name=user><input name=x value='1 &amp; 2'></form>");
            case "/echo" -> request.body().onSuccess(body -> request.response().end(request.method() + " " + body));
            default -> request.response().end(String.valueOf(request.getHeader("Cookie")));
        }
    }

    @Test
    @DisplayName(
            "Cookies come back only below their path, secure ones on the loopback too, and go when they are told to")
    void keepsCookies() {
        Browser browser = new Browser();
        Page page = browser.open(base + "/begin");
        assertEquals("a=1; c=3", page.body());
        assertEquals(List.of(URI.create(base + "/begin"), URI.create(base + "/t/acme/next?code=1")), page.trail());
        assertEquals("c=3", browser.open(base + "/t/acmeish").body());
        assertEquals("b=2; c=3", browser.open(base + "/t/globex").body());
        browser.open(base + "/forget");
        assertEquals("c=3", browser.open(base + "/t/acme/next").body());
        assertEquals("null", new Browser().open(base + "/t/acme/next").body());
    }

    @Test
    @DisplayName("A peek stays where it is and says where it would go")
    void peeks() {
        Page page = new Browser().peek(base + "/begin");
        assertEquals(303, page.status());
        assertEquals(Optional.of("1"), page.sentOn("code"));
        assertEquals(Optional.empty(), page.sentOn("error"));
    }

    @Test
    @DisplayName("A redirect that never ends is given up")
    void givesUp() {
        Browser browser = new Browser();
        assertThrows(Broken.class, () -> browser.open(base + "/loop"));
    }

    @Test
    @DisplayName("A form is sent as it was filled in")
    void sendsForms() {
        Browser browser = new Browser();
        Form form = browser.open(base + "/form").form("user").with("user", "ä+b");
        String echoed = browser.send(form).body();
        assertEquals(
                List.of("POST user=%C3%A4%2Bb&x=1+%26+2", "POST x=1+%26+2&user=%C3%A4%2Bb")
                        .contains(echoed),
                true,
                echoed);
    }
}
