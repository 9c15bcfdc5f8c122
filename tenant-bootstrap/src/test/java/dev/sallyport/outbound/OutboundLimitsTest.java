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
import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much one call may take, of anything that a server can send too much of. */
class OutboundLimitsTest {
    private static final TenantId ACME = new TenantId(UUID.fromString("00000000-0000-7000-8000-00000000000a"));
    private static final OutboundLimits QUICK =
            new OutboundLimits(Duration.ofMillis(900), Duration.ofSeconds(2), 64 * 1024);

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

    private Future<OutboundResponse> call(int port) {
        return OutboundGate.create(vertx, new OutboundPolicy(Set.of("127.0.0.1:" + port)))
                .send(OutboundRequest.get(ACME, "http://127.0.0.1:" + port + "/")
                        .withLimits(QUICK));
    }

    @DisplayName("C05 200 headers pass, one more does not")
    @ParameterizedTest
    @ValueSource(ints = {200, 201})
    void headersAreCounted(int count) {
        int port = serve(request -> {
            // Content-Length is one of them.
            for (int i = 1; i < count; i++) {
                request.response().putHeader("x" + i, "y");
            }
            request.response().end("{}");
        });
        if (count <= 200) {
            assertEquals(count, await(call(port)).headers().size());
        } else {
            assertEquals(Reason.TOO_LARGE, refusal(call(port)));
        }
    }

    @DisplayName("C05 one header above 16 KiB is refused, and so is a first line without end")
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 "})
    void longLines(String begun) {
        Sink sink = new Sink(vertx, socket -> socket.write(begun + "a".repeat(20_000)));
        assertEquals(Reason.TOO_LARGE, refusal(call(sink.port())));
    }

    @Test
    @DisplayName("C05 trailers and interim answers without end are cut off")
    void trailersAndInterimAnswers() {
        String many = IntStream.range(0, 3_000)
                .mapToObj(i -> "X-" + i + ": aaaaaaaa\r\n")
                .collect(Collectors.joining());
        Sink trailing = new Sink(
                vertx,
                socket -> socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + many));
        Reason reason = refusal(call(trailing.port()));
        assertTrue(reason == Reason.TOO_LARGE || reason == Reason.TIMEOUT, reason.toString());
        Sink interim = new Sink(
                vertx,
                socket -> vertx.setPeriodic(
                        1, id -> socket.write("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=x\r\n\r\n".repeat(20))));
        assertEquals(Reason.TIMEOUT, refusal(call(interim.port())));
    }

    @DisplayName("C05 an encoding that was not asked for, twice gzip among them, is not unpacked")
    @ParameterizedTest
    @ValueSource(strings = {"gzip, gzip", "deflate", "br", "x-gzip", "gzip,identity"})
    void otherEncodings(String encoding) {
        int port = serve(request ->
                request.response().putHeader("Content-Encoding", encoding).end("{}"));
        assertEquals(Reason.BAD_DOCUMENT, refusal(call(port)));
    }

    @Test
    @DisplayName(
            "C05 unpacked, a body at the limit passes and one byte more does not; a bomb in many parts is one bomb")
    void unpackedBodiesAreLimited() throws IOException {
        List<byte[]> bodies = new ArrayList<>(
                List.of(gzip(QUICK.body()), gzip(QUICK.body() + 1), gzip(QUICK.body()), new byte[] {1, 2, 3}));
        Buffer parts = Buffer.buffer();
        for (int i = 0; i < 100; i++) {
            parts.appendBytes(gzip(QUICK.body() / 50));
        }
        bodies.set(2, parts.getBytes());
        int port = serve(request ->
                request.response().putHeader("Content-Encoding", "gzip").end(Buffer.buffer(bodies.remove(0))));
        assertEquals(QUICK.body(), await(call(port)).body().length());
        assertEquals(Reason.TOO_LARGE, refusal(call(port)));
        assertEquals(Reason.TOO_LARGE, refusal(call(port)));
        assertEquals(Reason.BAD_DOCUMENT, refusal(call(port)), "no gzip at all");
    }

    @Test
    @DisplayName("C09 a page, a token or a picture is no JSON document, whatever it holds")
    void typesAreChecked() {
        String[] type = new String[1];
        int port = serve(
                request -> request.response().putHeader("Content-Type", type[0]).end("{\"a\":1}"));
        for (String good : List.of(
                "application/json",
                "application/json; charset=utf-8",
                "Application/JSON",
                "application/jwk-set+json",
                "application/scim+json;charset=utf-8")) {
            type[0] = good;
            assertEquals(1, await(call(port)).json().getInteger("a"), good);
        }
        for (String bad : List.of(
                "text/html",
                "text/plain",
                "application/jwt",
                "application/jsonp",
                "image/png",
                "text/json",
                "json",
                "")) {
            type[0] = bad;
            OutboundResponse answer = await(call(port));
            assertEquals(
                    Reason.BAD_DOCUMENT,
                    assertThrows(OutboundRefused.class, answer::json).reason(),
                    bad);
        }
    }

    @Test
    @DisplayName("C06 a TLS handshake that never comes to an end takes no longer than a connection may")
    void tlsThatStalls() {
        Sink silent = new Sink(vertx, socket -> {});
        OutboundGate gate = OutboundGate.create(vertx, new OutboundPolicy(Set.of("127.0.0.1:" + silent.port())));
        long before = System.nanoTime();
        Reason reason = refusal(gate.send(OutboundRequest.get(ACME, "https://127.0.0.1:" + silent.port() + "/")));
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        assertEquals("timeout", reason.word());
        assertTrue(took.compareTo(Duration.ofSeconds(6)) < 0, took.toString());
    }

    @Test
    @DisplayName("C05 a name with a thousand addresses is knocked at four times, and all thousand are checked")
    void addressesAreLimited() {
        List<InetAddress> many = IntStream.range(0, 1_000)
                .mapToObj(i -> address("93.184." + i / 250 + "." + (1 + i % 250)))
                .collect(Collectors.toCollection(ArrayList::new));
        List<InetAddress> dialled = new ArrayList<>();
        OutboundGate gate = new OutboundGate(
                vertx,
                OutboundPolicy.strict(),
                name -> Future.succeededFuture(many),
                (checked, port) -> {
                    dialled.add(checked);
                    return SocketAddress.inetSocketAddress(1, "127.0.0.1");
                },
                null);
        assertEquals(Reason.CONNECT, refusal(gate.send(OutboundRequest.get(ACME, "https://many.example.com/"))));
        assertEquals(4, dialled.size());
        many.set(999, address("10.0.0.1"));
        assertEquals(Reason.PRIVATE, refusal(gate.send(OutboundRequest.get(ACME, "https://many.example.com/"))));
        assertEquals(4, dialled.size());
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
