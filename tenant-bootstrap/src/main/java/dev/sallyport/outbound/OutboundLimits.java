package dev.sallyport.outbound;

import java.time.Duration;

/**
 * How long and how much one call may take.
 *
 * @param connect until the connection and its TLS handshake stand, per address
 * @param total from the call to the last byte of the answer, waiting in line included
 * @param body bytes of the answer's body, after decompression; more is an error and never cut off
 */
public record OutboundLimits(Duration connect, Duration total, int body) {
    /** No call may ask for a larger body: 10 MiB. */
    public static final int MAX_BODY = 10 * 1024 * 1024;

    /** 3 s, 10 s, 512 KiB: metadata, keys and tokens. */
    public static final OutboundLimits DEFAULT =
            new OutboundLimits(Duration.ofSeconds(3), Duration.ofSeconds(10), 512 * 1024);

    /** 3 s, 30 s, 10 MiB: one page of a directory. */
    public static final OutboundLimits DIRECTORY_PAGE =
            new OutboundLimits(Duration.ofSeconds(3), Duration.ofSeconds(30), MAX_BODY);

    public OutboundLimits {
        if (connect.isNegative() || connect.isZero() || total.compareTo(connect) < 0) {
            throw new IllegalArgumentException("connect must be positive and not exceed total");
        }
        if (body < 1 || body > MAX_BODY) {
            throw new IllegalArgumentException("body must be 1 to " + MAX_BODY + " bytes");
        }
    }
}
