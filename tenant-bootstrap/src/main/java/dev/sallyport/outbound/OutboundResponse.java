package dev.sallyport.outbound;

import dev.sallyport.outbound.OutboundRefused.Reason;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;

/**
 * A complete answer.
 *
 * @param status never a redirect
 * @param body whole and decompressed
 */
public record OutboundResponse(int status, MultiMap headers, Buffer body) {
    private static final int MAX_DEPTH = 64;
    private static final Pattern JSON =
            Pattern.compile("\\s*application/(?:[a-z0-9.!#$&^_-]{1,60}\\+)?json\\s*(?:;.*)?", Pattern.CASE_INSENSITIVE);

    /**
     * The body as a JSON object.
     *
     * @throws OutboundRefused {@link Reason#BAD_DOCUMENT} if it is none, is nested deeper than 64 levels, or says that it is something else
     */
    public JsonObject json() {
        if (saysOtherwise()) {
            throw new OutboundRefused(Reason.BAD_DOCUMENT, "the answer says that it is no JSON");
        }
        if (depth() > MAX_DEPTH) {
            throw new OutboundRefused(Reason.BAD_DOCUMENT, "the answer is nested too deeply");
        }
        try {
            return new JsonObject(body);
        } catch (DecodeException | ClassCastException e) {
            throw new OutboundRefused(Reason.BAD_DOCUMENT, "the answer is not a JSON object", e);
        }
    }

    /**
     * This answer if it has the status.
     *
     * @throws OutboundRefused {@link Reason#HTTP_STATUS} otherwise
     */
    public OutboundResponse expect(int expected) {
        if (status != expected) {
            throw new OutboundRefused(Reason.HTTP_STATUS, "the server answered with status " + status);
        }
        return this;
    }

    // A page, or a file that somebody has put on the server, is no document of the server's own (RFC 6838 §4.2.8).
    private boolean saysOtherwise() {
        String type = headers.get(HttpHeaders.CONTENT_TYPE);
        return type != null && !JSON.matcher(type).matches();
    }

    // Counted before parsing: the parser's own limit is far above what any of our documents needs.
    private int depth() {
        int depth = 0;
        int deepest = 0;
        boolean text = false;
        for (int i = 0; i < body.length(); i++) {
            byte b = body.getByte(i);
            if (text) {
                if (b == '\\') {
                    i++;
                } else if (b == '"') {
                    text = false;
                }
            } else if (b == '"') {
                text = true;
            } else if (b == '{' || b == '[') {
                deepest = Math.max(deepest, ++depth);
            } else if (b == '}' || b == ']') {
                depth--;
            }
        }
        return deepest;
    }
}
