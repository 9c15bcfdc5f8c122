package dev.sallyport.outbound;

import dev.sallyport.outbound.OutboundRefused.Reason;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Decompression that stops at a limit: a small answer cannot become a large one. */
final class Gunzip {
    private Gunzip() {}

    /**
     * Decompresses gzip (RFC 1952).
     *
     * @throws OutboundRefused TOO_LARGE above the limit, BAD_DOCUMENT if it is no gzip
     */
    static Buffer atMost(Buffer compressed, int limit) {
        Buffer plain = Buffer.buffer();
        byte[] block = new byte[8192];
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed.getBytes()))) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                if (plain.length() + n > limit) {
                    throw new OutboundRefused(Reason.TOO_LARGE, "the answer is larger than " + limit + " bytes");
                }
                plain.appendBytes(block, 0, n);
            }
        } catch (IOException e) {
            throw new OutboundRefused(Reason.BAD_DOCUMENT, "the answer cannot be decompressed", e);
        }
        return plain;
    }
}
