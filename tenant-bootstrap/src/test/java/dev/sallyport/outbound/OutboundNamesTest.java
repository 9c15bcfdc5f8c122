package dev.sallyport.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundRefused.Reason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a tenant reads of a call that was not made or did not go well. */
class OutboundNamesTest {
    private static final TenantId ACME = new TenantId(UUID.fromString("00000000-0000-7000-8000-00000000000a"));

    private static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        Waiting.await(vertx.close());
    }

    @Test
    @DisplayName("B13 the words are a fixed list")
    void words() {
        assertEquals(
                new TreeSet<>(Set.of(
                        "blocked",
                        "dns",
                        "tls",
                        "timeout",
                        "http_status",
                        "bad_document",
                        "too_large",
                        "busy",
                        "unavailable")),
                Stream.of(Reason.values()).map(Reason::word).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    @DisplayName("B13 a name that leads inside sounds like one that leads nowhere, whatever listens there")
    void insideSoundsLikeNowhere() {
        Sink open = new Sink(vertx);
        OutboundRefused nowhere = refused(name -> Future.failedFuture(new UnknownHostException(name)), open);
        for (String inside : List.of("127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "fd00::1")) {
            OutboundRefused refused = refused(name -> Future.succeededFuture(List.of(address(inside))), open);
            assertEquals(nowhere.reason().word(), refused.reason().word(), inside);
            assertFalse(refused.getMessage().contains(inside), refused.getMessage());
        }
        assertEquals("dns", nowhere.reason().word());
        assertEquals(0, open.accepts());
    }

    @Test
    @DisplayName("B13 a literal inside is blocked by its spelling alone, whatever listens there")
    void literalsAreBlocked() {
        Sink open = new Sink(vertx);
        for (String url : List.of(
                "https://127.0.0.1/",
                "https://127.0.0.1:" + open.port() + "/",
                "https://127.0.0.1:1/",
                "https://10.0.0.1/",
                "https://[::1]/")) {
            OutboundRefused refused = Waiting.failure(
                    OutboundRefused.class,
                    OutboundGate.create(vertx, OutboundPolicy.strict()).send(OutboundRequest.get(ACME, url)));
            assertEquals("blocked", refused.reason().word(), url);
            assertEquals("this address may not be called", refused.getMessage());
        }
        assertEquals(0, open.accepts());
    }

    @Test
    @DisplayName("B13 a server that refuses connections and one that is silent sound the same")
    void refusedSoundsLikeSilent() {
        assertEquals(Reason.TIMEOUT.word(), Reason.CONNECT.word());
    }

    private static OutboundRefused refused(Resolver resolver, Sink sink) {
        OutboundGate gate = new OutboundGate(
                vertx,
                OutboundPolicy.strict(),
                resolver,
                (checked, port) -> SocketAddress.inetSocketAddress(sink.port(), "127.0.0.1"),
                null);
        return Waiting.failure(
                OutboundRefused.class, gate.send(OutboundRequest.get(ACME, "https://vault.example.com/")));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
