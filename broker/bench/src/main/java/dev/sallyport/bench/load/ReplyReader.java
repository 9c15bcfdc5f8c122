package dev.sallyport.bench.load;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Puts answers together from what a connection delivers: bodies with a length or in chunks (RFC 9112 §6.3, §7.1). One answer at a time. */
final class ReplyReader {
    private static final int FIRST_SIZE = 8 * 1024;
    private static final int LARGEST = 4 * 1024 * 1024;

    private byte[] bytes = new byte[FIRST_SIZE];
    private int filled;
    private int headEnd;
    private String head = "";
    /** Of the body, -1 if it comes in chunks. */
    private int length;

    /** Takes what came, and gives the answer if it is whole now. */
    Optional<Reply> take(Buffer data) {
        int more = data.length();
        if (filled + more > LARGEST) {
            throw new Reply.Unexpected("the answer is larger than " + LARGEST + " bytes");
        }
        if (filled + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, filled + more));
        }
        data.getBytes(bytes, filled);
        filled += more;
        if (headEnd == 0 && !readHead()) {
            return Optional.empty();
        }
        if (length < 0) {
            return chunked().map(this::whole);
        }
        return filled < headEnd + length
                ? Optional.empty()
                : Optional.of(whole(new String(bytes, headEnd, length, StandardCharsets.UTF_8)));
    }

    private boolean readHead() {
        for (int i = 3; i < filled; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                headEnd = i + 1;
                head = new String(bytes, 0, i - 3, StandardCharsets.ISO_8859_1);
                length = bodyLength();
                return true;
            }
        }
        return false;
    }

    private int bodyLength() {
        Reply reply = new Reply(status(), head, "");
        if (reply.status() == 204 || reply.status() == 304) {
            return 0;
        }
        Optional<String> said = reply.header("content-length");
        if (said.isPresent()) {
            return Integer.parseInt(said.get());
        }
        return reply.header("transfer-encoding").isPresent() ? -1 : 0;
    }

    private int status() {
        return Integer.parseInt(head.substring(9, 12));
    }

    private Optional<String> chunked() {
        ByteArrayOutputStream body = new ByteArrayOutputStream(filled - headEnd);
        int at = headEnd;
        while (true) {
            int lineEnd = at;
            while (lineEnd < filled && bytes[lineEnd] != '\n') {
                lineEnd++;
            }
            if (lineEnd >= filled) {
                return Optional.empty();
            }
            String size = new String(bytes, at, lineEnd - at, StandardCharsets.ISO_8859_1).strip();
            int chunk = Integer.parseInt(size, 16);
            int next = lineEnd + 1 + chunk + 2;
            if (next > filled) {
                return Optional.empty();
            }
            if (chunk == 0) {
                return Optional.of(body.toString(StandardCharsets.UTF_8));
            }
            body.write(bytes, lineEnd + 1, chunk);
            at = next;
        }
    }

    private Reply whole(String body) {
        Reply reply = new Reply(status(), head, body);
        filled = 0;
        headEnd = 0;
        return reply;
    }
}
