package dev.sallyport.scim.run;

import static dev.sallyport.scim.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.database.TenantId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A directory that would rather harm its reader than be read. */
@Timeout(60)
class HostileDirectoryTest {
    private static final Set<String> EVERYBODY = Set.of("u1", "u2", "u3", "u4");

    private final AtomicInteger secondHost = new AtomicInteger();
    private SyncHouse house;
    private FakeDirectory directory;
    private NetServer second;

    @BeforeEach
    void open() {
        house = new SyncHouse();
        directory = house.directory;
        second = house.vertx.createNetServer().connectHandler(socket -> {
            secondHost.incrementAndGet();
            socket.close();
        });
        await(second.listen(0, "127.0.0.1"));
    }

    @AfterEach
    void close() {
        house.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "huge, too_large",
        "endless, too_large",
        "bomb, too_large",
        "deep, not a JSON object",
        "header, too_large",
        "page, not a JSON object",
        "broken-gzip, bad_document",
        "redirect, http_status",
        "total, totalResults"
    })
    @DisplayName("C02, C05, C09: whatever a page is, the run says why it broke off and everybody keeps what they have")
    void harmsNobody(String kind, String said) {
        directory.people(4);
        house.worker(house.people);
        TenantId tenant = house.tenant();
        assertEquals(RunState.DONE, house.sync(tenant).state());
        directory.remove("u4");
        directory.mischief = (request, page) -> {
            if (page == 0) {
                return Optional.empty();
            }
            answer(kind, request);
            return Optional.of(FakeDirectory.ANSWERED);
        };
        SyncRun run = house.sync(tenant);
        assertEquals(Optional.of(false), run.complete());
        assertTrue(run.reason().contains(said), kind + ": " + run.reason());
        assertFalse(run.reason().contains("127.0.0.1"), "B13: " + run.reason());
        assertEquals(EVERYBODY, house.active(tenant));
        assertEquals(0, secondHost.get());
        directory.mischief = (request, page) -> Optional.empty();
        assertEquals(1, house.sync(tenant).counts().removed(), "the next good run converges");
    }

    private void answer(String kind, HttpServerRequest request) {
        HttpServerResponse answer = request.response();
        switch (kind) {
            case "huge" -> answer.end(Buffer.buffer(new byte[11 * 1024 * 1024]));
            case "endless" -> {
                answer.setChunked(true);
                Buffer block = Buffer.buffer(new byte[256 * 1024]);
                long timer = house.vertx.setPeriodic(1, id -> {
                    if (!answer.closed() && !answer.writeQueueFull()) {
                        answer.write(block);
                    }
                });
                answer.closeHandler(v -> house.vertx.cancelTimer(timer));
            }
            case "bomb" -> answer.putHeader("Content-Encoding", "gzip").end(Buffer.buffer(gzip(64 * 1024 * 1024)));
            case "broken-gzip" -> answer.putHeader("Content-Encoding", "gzip").end("no gzip");
            case "deep" -> answer.end("{\"Resources\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
            case "header" -> answer.putHeader("X-Long", "a".repeat(100_000)).end("{}");
            case "page" -> answer.putHeader("Content-Type", "text/html").end("{\"totalResults\":0,\"Resources\":[]}");
            case "redirect" ->
                answer.setStatusCode(302)
                        .putHeader("Location", "http://127.0.0.1:" + second.actualPort() + request.path())
                        .end();
            default -> answer.end("{\"totalResults\":1e400,\"Resources\":[]}");
        }
    }

    private static byte[] gzip(int zeros) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(new byte[zeros]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
