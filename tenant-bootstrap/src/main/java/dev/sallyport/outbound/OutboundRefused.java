package dev.sallyport.outbound;

import java.util.Locale;

/** A call to the outside that was not made, or whose answer is not used. The message tells nothing about our own network. */
public final class OutboundRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The address may not be called. */
        BLOCKED,
        /** The name does not resolve. */
        DNS,
        /** The certificate or the handshake is not good. */
        TLS,
        /** No answer in time. */
        TIMEOUT,
        /** Nobody takes the connection, or it broke. */
        CONNECT,
        /** The status is not the expected one; redirects are never followed. */
        HTTP_STATUS,
        /** The answer cannot be read. */
        BAD_DOCUMENT,
        /** The answer is larger than allowed. */
        TOO_LARGE,
        /** Too many calls of this tenant are under way. */
        BUSY;

        /** The word in check results and audit events, such as {@code bad_document}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Reason reason;

    public OutboundRefused(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public OutboundRefused(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
