package dev.sallyport.outbound;

import static dev.sallyport.outbound.Waiting.await;
import static dev.sallyport.outbound.Waiting.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundRefused.Reason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundGateTest {
    private static final TenantId ACME = new TenantId(UUID.fromString("00000000-0000-7000-8000-00000000000a"));
    private static final TenantId GLOBEX = new TenantId(UUID.fromString("00000000-0000-7000-8000-00000000000b"));
    private static final OutboundLimits QUICK =
            new OutboundLimits(Duration.ofMillis(500), Duration.ofMillis(900), 64 * 1024);

    private Vertx vertx;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private int serve(Consumer<HttpServerRequest> behaviour) {
        HttpServer server = vertx.createHttpServer().requestHandler(behaviour::accept);
        return await(server.listen(0, "127.0.0.1")).actualPort();
    }

    private OutboundGate gateTo(int... ports) {
        Set<String> allow = new java.util.HashSet<>();
        for (int port : ports) {
            allow.add("127.0.0.1:" + port);
        }
        return OutboundGate.create(vertx, new OutboundPolicy(allow));
    }

    private static OutboundRequest to(int port, String path) {
        return OutboundRequest.get(ACME, "http://127.0.0.1:" + port + path);
    }

    @Test
    void anAnswerComesWithStatusHeadersAndBody() {
        int port = serve(request -> request.body().onSuccess(body -> request.response()
                .setStatusCode(400)
                .putHeader("X-Answer", request.getHeader("X-Question"))
                .end(body)));
        OutboundRequest request = OutboundRequest.form(
                        ACME, "http://127.0.0.1:" + port + "/token", Map.of("a b", "c&d"))
                .withHeader("X-Question", "why");
        OutboundResponse answer = await(gateTo(port).send(request));
        assertEquals(400, answer.status());
        assertEquals("why", answer.headers().get("X-Answer"));
        assertEquals("a+b=c%26d", answer.body().toString());
        assertEquals(
                Reason.HTTP_STATUS,
                assertThrows(OutboundRefused.class, () -> answer.expect(200)).reason());
        assertEquals(
                Reason.BAD_DOCUMENT,
                assertThrows(OutboundRefused.class, answer::json).reason());
    }

    @Test
    @DisplayName("C01 a blocked address is never connected to, open or closed, by literal or by name")
    void blockedMeansNoConnection() {
        Sink sink = new Sink(vertx);
        OutboundGate gate = new OutboundGate(
                vertx,
                OutboundPolicy.strict(),
                name -> Future.succeededFuture(List.of(address("127.0.0.1"))),
                // Whatever port is asked for, the sink would hear it.
                (checked, port) -> SocketAddress.inetSocketAddress(sink.port(), "127.0.0.1"),
                null);
        for (String url : List.of(
                "https://127.0.0.1/",
                "http://127.0.0.1:" + sink.port() + "/",
                "https://127.0.0.1:" + sink.port() + "/",
                "https://rebind.example.com/",
                "https://[::1]/",
                "https://[::ffff:127.0.0.1]/")) {
            Reason reason = refusal(gate.send(OutboundRequest.get(ACME, url)));
            assertEquals(url.contains("rebind") ? Reason.PRIVATE : Reason.BLOCKED, reason, url);
        }
        assertEquals(0, sink.accepts());
    }

    @Test
    @DisplayName("C03 names that flip between public and private never lead to the private address")
    void rebindingIsSeen() {
        Sink sink = new Sink(vertx, io.vertx.core.net.NetSocket::close);
        List<InetAddress> dialled = new java.util.concurrent.CopyOnWriteArrayList<>();
        AtomicInteger asked = new AtomicInteger();
        List<List<InetAddress>> answers = List.of(
                List.of(address("93.184.215.14")),
                List.of(address("10.0.0.5")),
                List.of(address("93.184.215.14"), address("10.0.0.5")),
                List.of(address("2606:4700::1111"), address("::1")),
                List.of(address("169.254.169.254")));
        OutboundGate gate = new OutboundGate(
                vertx,
                OutboundPolicy.strict(),
                name -> Future.succeededFuture(answers.get(asked.getAndIncrement() % answers.size())),
                (checked, port) -> {
                    dialled.add(checked);
                    return SocketAddress.inetSocketAddress(sink.port(), "127.0.0.1");
                },
                null);
        int calls = 200;
        List<Future<OutboundResponse>> all = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            all.add(gate.send(OutboundRequest.get(new TenantId(UUID.randomUUID()), "https://flip.example.com/")));
        }
        all.forEach(call -> Waiting.failure(OutboundRefused.class, call));
        assertEquals(calls, asked.get(), "each call asks anew");
        assertTrue(dialled.stream().allMatch(address("93.184.215.14")::equals), dialled.toString());
        assertEquals(calls / answers.size(), dialled.size());
        assertEquals(dialled.size(), sink.accepts());
    }

    @DisplayName("C02 no redirect is followed and no credential reaches a second host")
    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 304, 307, 308})
    void redirectsAreRefused(int status) {
        Sink second = new Sink(vertx);
        int port = serve(request -> request.response()
                .setStatusCode(status)
                .putHeader("Location", "http://127.0.0.1:" + second.port() + "/inside")
                .end());
        OutboundGate gate = gateTo(port, second.port());
        assertEquals(Reason.HTTP_STATUS, refusal(gate.send(to(port, "/").withHeader("Authorization", "Bearer x"))));
        assertEquals(
                Reason.HTTP_STATUS,
                refusal(gate.send(OutboundRequest.form(
                        ACME, "http://127.0.0.1:" + port + "/token", Map.of("client_secret", "x")))));
        assertEquals(0, second.accepts());
    }

    @Test
    @DisplayName("C05 a body at the limit passes, one byte more does not")
    void bodiesAreLimited() {
        int port = serve(request -> request.response()
                .end(Buffer.buffer(new byte[Integer.parseInt(request.path().substring(1))])));
        OutboundGate gate = gateTo(port);
        int limit = QUICK.body();
        assertEquals(
                limit,
                await(gate.send(to(port, "/" + limit).withLimits(QUICK))).body().length());
        assertEquals(
                Reason.TOO_LARGE, refusal(gate.send(to(port, "/" + (limit + 1)).withLimits(QUICK))));
    }

    @Test
    @DisplayName("C05 an endless chunked answer is cut off and its connection closed")
    void endlessAnswersEnd() {
        AtomicInteger open = new AtomicInteger();
        int port = serve(request -> {
            open.incrementAndGet();
            request.response().setChunked(true);
            request.connection().closeHandler(gone -> open.decrementAndGet());
            long timer = vertx.setPeriodic(1, id -> {
                if (!request.response().writeQueueFull()) {
                    request.response().write(Buffer.buffer(new byte[16 * 1024]));
                }
            });
            request.connection().closeHandler(gone -> {
                vertx.cancelTimer(timer);
                open.decrementAndGet();
            });
        });
        OutboundGate gate = gateTo(port);
        assertEquals(Reason.TOO_LARGE, refusal(gate.send(to(port, "/").withLimits(QUICK))));
        await(eventually(() -> open.get() == 0));
    }

    @Test
    @DisplayName("C05 a small answer that unpacks to a large one is refused")
    void bombsAreRefused() throws IOException {
        byte[] bomb = gzip(50 * 1024 * 1024);
        byte[] honest = gzip(1000);
        int port = serve(request -> request.response()
                .putHeader("Content-Encoding", "gzip")
                .end(Buffer.buffer(request.path().equals("/bomb") ? bomb : honest)));
        OutboundGate gate = gateTo(port);
        assertTrue(bomb.length < QUICK.body());
        assertEquals(Reason.TOO_LARGE, refusal(gate.send(to(port, "/bomb").withLimits(QUICK))));
        assertEquals(1000, await(gate.send(to(port, "/honest"))).body().length());
    }

    @Test
    @DisplayName("C05 headers without end are refused")
    void headersAreLimited() {
        Sink flood = new Sink(vertx, socket -> {
            socket.write("HTTP/1.1 200 OK\r\n");
            for (int i = 0; i < 2000; i++) {
                socket.write("X-Flood-" + i + ": aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
            }
        });
        Reason reason = refusal(gateTo(flood.port()).send(to(flood.port(), "/").withLimits(QUICK)));
        assertEquals(Reason.TOO_LARGE, reason);
    }

    @DisplayName("C06 a server that stalls anywhere is left within the time limit")
    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"})
    void stallsEnd(String said) {
        Sink stalling = new Sink(vertx, socket -> socket.write(said));
        long before = System.nanoTime();
        assertEquals(
                Reason.TIMEOUT,
                refusal(gateTo(stalling.port()).send(to(stalling.port(), "/").withLimits(QUICK))));
        assertTrue(Duration.ofNanos(System.nanoTime() - before).compareTo(Duration.ofSeconds(5)) < 0);
    }

    @Test
    @DisplayName("C06 one byte at a time does not prolong the time limit")
    void drippingEnds() {
        Sink dripping = new Sink(vertx, socket -> {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
            vertx.setPeriodic(100, id -> socket.write("x"));
        });
        assertEquals(
                Reason.TIMEOUT,
                refusal(gateTo(dripping.port()).send(to(dripping.port(), "/").withLimits(QUICK))));
    }

    @Test
    @DisplayName("C06 a tenant whose provider stalls fills its own share only")
    void stallingIsContained() {
        Sink stalling = new Sink(vertx, socket -> {});
        int good = serve(request -> request.response().end("{}"));
        OutboundGate gate = gateTo(stalling.port(), good);
        List<Future<OutboundResponse>> stuck = IntStream.range(0, 100)
                .mapToObj(i -> gate.send(to(stalling.port(), "/" + i).withLimits(QUICK)))
                .toList();
        long before = System.nanoTime();
        await(gate.send(OutboundRequest.get(GLOBEX, "http://127.0.0.1:" + good + "/")));
        assertTrue(Duration.ofNanos(System.nanoTime() - before).compareTo(Duration.ofSeconds(2)) < 0);
        List<Reason> reasons = stuck.stream().map(Waiting::refusal).toList();
        assertEquals(
                20, reasons.stream().filter(Reason.BUSY::equals).count(), "16 under way, 64 in line, the rest refused");
        assertEquals(
                80,
                reasons.stream()
                        .filter(reason -> reason == Reason.TIMEOUT || reason == Reason.UNAVAILABLE)
                        .count());
        await(gate.send(to(good, "/")));
    }

    @Test
    void aNameThatDoesNotResolveIsDns() {
        OutboundGate gate = OutboundGate.create(
                vertx, OutboundPolicy.strict(), name -> Future.failedFuture(new UnknownHostException(name)), null);
        assertEquals(Reason.DNS, refusal(gate.send(OutboundRequest.get(ACME, "https://nowhere.example.com/"))));
    }

    @Test
    void theSystemsResolverKnowsTheHostsFile() {
        List<InetAddress> found = await(Resolver.of(vertx).resolve("localhost"));
        assertTrue(found.stream().anyMatch(InetAddress::isLoopbackAddress), found.toString());
        Waiting.failure(Throwable.class, Resolver.of(vertx).resolve("no-such-name.invalid"));
    }

    @Test
    void aClosedPortOfTheListIsConnect() {
        Sink sink = new Sink(vertx);
        OutboundGate gate = gateTo(1);
        assertEquals(Reason.CONNECT, refusal(gate.send(to(1, "/"))));
        assertEquals(0, sink.accepts());
    }

    @Test
    void theSecondAddressIsTriedWhenTheFirstTakesNoConnection() {
        int good = serve(request -> request.response().end("{}"));
        OutboundPolicy policy = new OutboundPolicy(Set.of("two.lan:" + good));
        Resolver both = name -> Future.succeededFuture(List.of(address("127.0.0.2"), address("127.0.0.1")));
        OutboundGate gate = OutboundGate.create(vertx, policy, both, null);
        assertEquals(
                200,
                await(gate.send(OutboundRequest.get(ACME, "http://two.lan:" + good + "/")))
                        .status());
    }

    @Test
    @DisplayName("C03 a kept connection is not used for a call whose name leads elsewhere now")
    void keptConnectionsBelongToTheirAddress() {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        int port = serve(request -> {
            seen.add(request.connection().localAddress().host() + " " + request.authority());
            request.response().end("{}");
        });
        HttpServer other = vertx.createHttpServer().requestHandler(request -> {
            seen.add(request.connection().localAddress().host() + " " + request.authority());
            request.response().end("{}");
        });
        await(other.listen(port, "127.0.0.3"));
        AtomicReference<String> now = new AtomicReference<>("127.0.0.1");
        Resolver flipping = name -> Future.succeededFuture(List.of(address(now.get())));
        OutboundGate gate = OutboundGate.create(vertx, new OutboundPolicy(Set.of("flip.lan:" + port)), flipping, null);
        String url = "http://flip.lan:" + port + "/";
        await(gate.send(OutboundRequest.get(ACME, url)));
        now.set("127.0.0.3");
        await(gate.send(OutboundRequest.get(ACME, url)));
        String authority = " flip.lan:" + port;
        assertEquals(List.of("127.0.0.1" + authority, "127.0.0.3" + authority), List.copyOf(seen));
    }

    @Test
    @DisplayName("C09 a document that is nested too deeply is not parsed")
    void nestingIsLimited() {
        String deep = "{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        int port = serve(request -> request.response().end(request.path().equals("/deep") ? deep : "{\"a\":\"[[[\"}"));
        OutboundGate gate = gateTo(port);
        OutboundResponse answer = await(gate.send(to(port, "/deep")));
        assertEquals(
                Reason.BAD_DOCUMENT,
                assertThrows(OutboundRefused.class, answer::json).reason());
        assertEquals(
                new JsonObject().put("a", "[[["),
                await(gate.send(to(port, "/"))).json());
    }

    @Test
    void refusalsTellNothingOfTheAddress() {
        OutboundRefused refused = Waiting.failure(
                OutboundRefused.class,
                gateTo().send(OutboundRequest.get(ACME, "https://secret-host.internal/?token=canary")));
        assertTrue(!refused.getMessage().contains("secret-host")
                && !refused.getMessage().contains("canary"));
    }

    private Future<Void> eventually(java.util.function.BooleanSupplier condition) {
        io.vertx.core.Promise<Void> promise = io.vertx.core.Promise.promise();
        vertx.setPeriodic(10, id -> {
            if (condition.getAsBoolean()) {
                vertx.cancelTimer(id);
                promise.tryComplete();
            }
        });
        return promise.future().timeout(5, java.util.concurrent.TimeUnit.SECONDS);
    }

    private static byte[] gzip(int zeros) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(new byte[zeros]);
        }
        return out.toByteArray();
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
