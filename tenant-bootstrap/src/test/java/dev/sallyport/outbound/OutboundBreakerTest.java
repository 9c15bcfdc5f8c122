package dev.sallyport.outbound;

import static dev.sallyport.outbound.Waiting.await;
import static dev.sallyport.outbound.Waiting.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundRefused.Reason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A server that fails again and again is left alone by whoever called it, and by nobody else. */
class OutboundBreakerTest {
    private static final TenantId ACME = new TenantId(UUID.fromString("00000000-0000-7000-8000-00000000000a"));
    private static final TenantId GLOBEX = new TenantId(UUID.fromString("00000000-0000-7000-8000-00000000000b"));
    private static final OutboundLimits QUICK =
            new OutboundLimits(Duration.ofMillis(250), Duration.ofMillis(250), 64 * 1024);

    private final AtomicLong now = new AtomicLong(System.nanoTime());
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Consumer<HttpServerRequest> behaviour = request -> {};
    private Vertx vertx;
    private int port;
    private OutboundGate gate;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            requests.incrementAndGet();
            behaviour.accept(request);
        });
        port = await(server.listen(0, "127.0.0.1")).actualPort();
        gate = new OutboundGate(
                vertx,
                new OutboundPolicy(Set.of("127.0.0.1:" + port, "localhost:" + port)),
                Resolver.of(vertx),
                OutboundGate.Dialer::direct,
                null,
                now::get);
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private OutboundRequest of(TenantId tenant) {
        return OutboundRequest.get(tenant, "http://127.0.0.1:" + port + "/").withLimits(QUICK);
    }

    private void open() {
        behaviour = request -> {};
        for (int i = 0; i < Breaker.TOLERATED; i++) {
            assertEquals(Reason.TIMEOUT, refusal(gate.send(of(ACME))));
        }
        requests.set(0);
    }

    private static void honest(HttpServerRequest request) {
        request.response().end("{}");
    }

    @Test
    @DisplayName(
            "C06 after five failures a call is refused without a connection; another tenant's call of the same host goes")
    void opensForOneTenant() {
        open();
        assertEquals(Reason.UNAVAILABLE, refusal(gate.send(of(ACME))));
        assertEquals(0, requests.get());
        behaviour = OutboundBreakerTest::honest;
        assertEquals(200, await(gate.send(of(GLOBEX))).status());
        assertEquals(
                200,
                await(gate.send(OutboundRequest.get(ACME, "http://localhost:" + port + "/")))
                        .status(),
                "another host of the same tenant");
        assertEquals(200, await(gate.send(of(ACME).on(Share.ofNotices(ACME)))).status(), "the tenant's notices");
        assertEquals(Reason.UNAVAILABLE, refusal(gate.send(of(ACME))), "nobody else's answer closes it");
    }

    @Test
    @DisplayName("C06 after the pause one call tries, however many come; its answer lets all go again")
    void oneTries() {
        open();
        now.addAndGet(Breaker.FIRST.toNanos());
        List<Future<OutboundResponse>> many =
                IntStream.range(0, 10).mapToObj(i -> gate.send(of(ACME))).toList();
        List<Reason> reasons = many.stream().map(Waiting::refusal).toList();
        assertEquals(1, reasons.stream().filter(Reason.TIMEOUT::equals).count(), reasons.toString());
        assertEquals(9, reasons.stream().filter(Reason.UNAVAILABLE::equals).count());
        assertEquals(1, requests.get());
        behaviour = OutboundBreakerTest::honest;
        now.addAndGet(Breaker.FIRST.toNanos());
        assertEquals(Reason.UNAVAILABLE, refusal(gate.send(of(ACME))), "the second pause is longer");
        now.addAndGet(Breaker.FIRST.toNanos());
        assertEquals(200, await(gate.send(of(ACME))).status());
        assertEquals(200, await(gate.send(of(ACME))).status());
    }

    @Test
    @DisplayName("C06 a person who asks for it is not kept from trying, and success ends the pause")
    void insisting() {
        open();
        assertEquals(Reason.TIMEOUT, refusal(gate.send(of(ACME).insisting())));
        behaviour = OutboundBreakerTest::honest;
        assertEquals(Reason.UNAVAILABLE, refusal(gate.send(of(ACME))));
        assertEquals(200, await(gate.send(of(ACME).insisting())).status());
        assertEquals(200, await(gate.send(of(ACME))).status());
    }

    @Test
    @DisplayName("C06 an answer is an answer: no status opens it, nor does a document that nobody can use")
    void answersAreNoFailures() {
        AtomicInteger status = new AtomicInteger();
        behaviour = request -> request.response().setStatusCode(status.get()).end("nonsense");
        for (int code : new int[] {400, 401, 403, 404, 429, 500, 503, 200}) {
            status.set(code);
            for (int i = 0; i < 2 * Breaker.TOLERATED; i++) {
                assertEquals(code, await(gate.send(of(ACME))).status());
            }
        }
        status.set(302);
        for (int i = 0; i < 2 * Breaker.TOLERATED; i++) {
            assertEquals(Reason.HTTP_STATUS, refusal(gate.send(of(ACME))));
        }
    }

    @Test
    @DisplayName("C05 who sends bombs is left alone too")
    void bombs() {
        behaviour = request -> request.response().end(Buffer.buffer(new byte[QUICK.body() + 1]));
        for (int i = 0; i < Breaker.TOLERATED; i++) {
            assertEquals(Reason.TOO_LARGE, refusal(gate.send(of(ACME))));
        }
        requests.set(0);
        assertEquals(Reason.UNAVAILABLE, refusal(gate.send(of(ACME))));
        assertEquals(0, requests.get());
    }

    @Test
    @DisplayName("C06 a stalled provider takes no place from the sign-outs that the tenant's applications hear of")
    void noticesHaveTheirOwnPlaces() {
        List<Future<OutboundResponse>> stuck = IntStream.range(0, 80)
                .mapToObj(i -> gate.send(OutboundRequest.get(ACME, "http://127.0.0.1:" + port + "/stuck")))
                .toList();
        behaviour = request -> {
            if (request.path().equals("/notice")) {
                honest(request);
            }
        };
        long before = System.nanoTime();
        OutboundRequest notice = OutboundRequest.form(
                        ACME, "http://localhost:" + port + "/notice", Map.of("logout_token", "x"))
                .on(Share.ofNotices(ACME));
        assertEquals(200, await(gate.send(notice)).status());
        assertTrue(Duration.ofNanos(System.nanoTime() - before).compareTo(Duration.ofSeconds(2)) < 0);
        assertTrue(stuck.stream().noneMatch(Future::isComplete), "the stalled calls are still under way");
    }
}
