package dev.sallyport.tenant.domain;

import static dev.sallyport.outbound.Waiting.await;
import static dev.sallyport.outbound.Waiting.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.dns.DnsClientOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("TXT records over the wire")
class TxtLookupTest {
    private static final int NO_ERROR = 0;
    private static final int SERVER_FAILURE = 2;
    private static final int NO_SUCH_NAME = 3;

    private Vertx vertx;
    private DatagramSocket server;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    /** A name server that answers every question alike (RFC 1035 §4.1). */
    private TxtLookup answering(int code, String... records) {
        server = await(vertx.createDatagramSocket().listen(0, "127.0.0.1"));
        server.handler(packet -> {
            Buffer question = packet.data();
            Buffer answer = Buffer.buffer()
                    .appendBuffer(question.slice(0, 2))
                    .appendShort((short) (0x8180 | code))
                    .appendShort((short) 1)
                    .appendShort((short) records.length)
                    .appendInt(0)
                    .appendBuffer(question.slice(12, endOfQuestion(question)));
            for (String record : records) {
                byte[] text = record.getBytes(StandardCharsets.US_ASCII);
                answer.appendShort((short) 0xC00C)
                        .appendShort((short) 16)
                        .appendShort((short) 1)
                        .appendInt(60)
                        .appendShort((short) (text.length + 1))
                        .appendByte((byte) text.length)
                        .appendBytes(text);
            }
            server.send(answer, packet.sender().port(), packet.sender().host());
        });
        return TxtLookup.of(
                vertx,
                new DnsClientOptions()
                        .setHost("127.0.0.1")
                        .setPort(server.localAddress().port())
                        .setQueryTimeout(2000));
    }

    private static int endOfQuestion(Buffer message) {
        int at = 12;
        while (message.getByte(at) != 0) {
            at += message.getByte(at) + 1;
        }
        return at + 5;
    }

    @Test
    void allRecordsCome() {
        assertEquals(
                List.of("v=spf1 -all", "sallyport-verification=abc"),
                await(answering(NO_ERROR, "v=spf1 -all", "sallyport-verification=abc")
                        .txt("_sallyport-challenge.acme.example")));
    }

    @Test
    void aNameThatDoesNotExistHasNone() {
        assertEquals(List.of(), await(answering(NO_SUCH_NAME).txt("_sallyport-challenge.acme.example")));
    }

    @Test
    void aNameServerThatFailsIsAFailure() {
        failure(Throwable.class, answering(SERVER_FAILURE).txt("_sallyport-challenge.acme.example"));
    }
}
