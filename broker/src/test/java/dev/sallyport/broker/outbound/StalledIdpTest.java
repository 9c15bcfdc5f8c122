package dev.sallyport.broker.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Sink;
import dev.sallyport.broker.outside.Together;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Providers that take a call and never end it. */
class StalledIdpTest {
    /** A person is told within so long, whatever the provider does: ten seconds, and some for a busy machine. */
    private static final Duration TOLD = Duration.ofSeconds(14);

    private static Vertx vertx;
    private static Sink halfOpen;
    private static Rogues rogues;
    private static ListAppender<ILoggingEvent> blocked;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        halfOpen = Sink.start(vertx);
        blocked = new ListAppender<>();
        blocked.start();
        checker().addAppender(blocked);
        rogues = new Rogues(
                vertx, List.of("silent", "dripping", "tls", "slow-in-parts", "many", "returning"), halfOpen.hostPort());
    }

    @AfterAll
    static void stop() {
        checker().detachAppender(blocked);
        rogues.close();
        halfOpen.close();
        vertx.close();
    }

    private static Logger checker() {
        return (Logger) LoggerFactory.getLogger("io.vertx.core.impl.BlockedThreadChecker");
    }

    private static boolean stall(HttpServerRequest request, String path) {
        return request.path().equals(path);
    }

    private static boolean drip(HttpServerRequest request, String path) {
        if (!request.path().equals(path)) {
            return false;
        }
        request.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Content-Length", "100000")
                .write("{");
        long timer = vertx.setPeriodic(200, id -> request.response().write(" "));
        request.connection().closeHandler(v -> vertx.cancelTimer(timer));
        return true;
    }

    @Test
    @DisplayName("C06: a provider that is silent, drips, or never ends its handshake is given up in time")
    void givenUpInTime() {
        rogues.idp("silent").intercept = request -> stall(request, "/token");
        rogues.idp("dripping").intercept = request -> drip(request, "/token");
        rogues.idp("tls").discovery = d -> d.put("token_endpoint", "https://" + halfOpen.hostPort() + "/token");
        List<String> names = List.of("silent", "dripping", "tls");
        long before = rogues.rows.events("sign_in.failed", "idp_timeout");
        List<String> reasons = Together.run(names.size(), i -> {
            long begun = System.nanoTime();
            Browser.Answer back = rogues.app(names.get(i)).signIn(new Browser());
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            assertTrue(took.compareTo(TOLD) < 0, names.get(i) + ": " + took);
            return back.parameter("error");
        });
        assertEquals(Collections.nCopies(3, "temporarily_unavailable"), reasons);
        assertTrue(halfOpen.accepts() > 0);
        assertEquals(3, rogues.rows.events("sign_in.failed", "idp_timeout") - before);
    }

    @Test
    @DisplayName("C06: a provider that is slow at each of its endpoints has no more time for all of them than for one")
    void slowInParts() {
        EvilIdp idp = rogues.idp("slow-in-parts");
        idp.userinfo = () -> new JsonObject().put("sub", "alice").put("name", "Alice");
        idp.claims = claims -> claims.remove("name");
        idp.intercept = request -> {
            if (!request.path().equals("/token")
                    && !request.path().equals("/jwks")
                    && !request.path().equals("/userinfo")) {
                return false;
            }
            request.pause();
            vertx.setTimer(6_000, id -> {
                request.resume();
                idp.answer(request);
            });
            return true;
        };
        long begun = System.nanoTime();
        assertEquals(
                "temporarily_unavailable",
                rogues.app("slow-in-parts").signIn(new Browser()).parameter("error"));
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        assertTrue(took.compareTo(TOLD) < 0, took.toString());
    }

    @Test
    @DisplayName("C06: two hundred sign-ins at a stalled provider hold up nobody of another tenant, and no event loop")
    void othersGoOn() {
        rogues.honestSignIn();
        rogues.idp("many").intercept = request -> stall(request, "/token");
        int stalled = 200;
        List<Long> quiet = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            quiet.add(timed());
        }
        AtomicInteger under = new AtomicInteger(stalled);
        List<Long> beside = Collections.synchronizedList(new ArrayList<>());
        Together.run(stalled + 1, i -> {
            if (i < stalled) {
                Browser.Answer back = rogues.app("many").signIn(new Browser());
                under.decrementAndGet();
                assertEquals("temporarily_unavailable", back.parameter("error"), back.toString());
            } else {
                // As long as anybody waits for the stalled provider.
                while (under.get() > 0 && beside.size() < 400) {
                    beside.add(timed());
                }
            }
            return 0;
        });
        Collections.sort(beside);
        Collections.sort(quiet);
        assertTrue(beside.size() >= 20, "only " + beside.size() + " sign-ins went through");
        long p90 = beside.get(beside.size() * 9 / 10);
        assertTrue(p90 < 2_000, "90 of 100 took up to " + p90 + " ms, and " + quiet.get(18) + " ms when it was quiet");
        assertTrue(
                blocked.list.stream().noneMatch(e -> e.getFormattedMessage().contains("eventloop")),
                blocked.list.toString());
    }

    private static long timed() {
        long begun = System.nanoTime();
        rogues.honestSignIn();
        return (System.nanoTime() - begun) / 1_000_000;
    }

    @Test
    @DisplayName("C06: after five failures people are told at once; a provider that is back is found by who tests it")
    void breakerAtTheEdge() {
        EvilIdp idp = rogues.idp("returning");
        assertNotNull(rogues.app("returning").tokens(new Browser()).getString("access_token"));
        AtomicInteger calls = new AtomicInteger();
        idp.intercept = request -> {
            if (!request.path().equals("/token")) {
                return false;
            }
            calls.incrementAndGet();
            request.response().putHeader("Content-Type", "application/json").end(Buffer.buffer(new byte[600 * 1024]));
            return true;
        };
        for (int i = 0; i < 5; i++) {
            assertEquals("idp_too_large", rogues.refused("returning"));
        }
        assertEquals("idp_unavailable", rogues.refused("returning"));
        assertEquals(5, calls.get());
        idp.intercept = request -> false;
        String path = "/tenants/returning/connections/"
                + rogues.broker.connections(rogues.tenant("returning")).get(0).id() + "/test";
        JsonObject tested = rogues.operator.post(path, null).expect(200).json();
        assertTrue(tested.getBoolean("ok"), tested.encode());
        assertNotNull(rogues.app("returning").tokens(new Browser()).getString("access_token"));
    }
}
