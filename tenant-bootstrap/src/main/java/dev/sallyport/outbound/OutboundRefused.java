package dev.sallyport.outbound;

/** A call to the outside that was not made, or whose answer is not used. The message tells nothing about our own network. */
public final class OutboundRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Why. The word of each is all that a tenant ever reads of it, in check results, audit events, receipts and runs: the list is fixed,
     * and what a word tells is either to be read from the address itself or is about the public internet. A name that leads to an address
     * of ours sounds like one that leads nowhere, and a server that refuses connections like one that is silent.
     */
    public enum Reason {
        /** The address may not be called, as it is spelt. */
        BLOCKED("blocked"),
        /** The name does not resolve. */
        DNS("dns"),
        /** The name resolves to an address that may not be called. */
        PRIVATE("dns"),
        /** The certificate or the handshake is not good. */
        TLS("tls"),
        /** No answer in time. */
        TIMEOUT("timeout"),
        /** Nobody takes the connection, or it broke. */
        CONNECT("timeout"),
        /** The status is not the expected one; redirects are never followed. */
        HTTP_STATUS("http_status"),
        /** The answer cannot be read. */
        BAD_DOCUMENT("bad_document"),
        /** The answer is larger than allowed. */
        TOO_LARGE("too_large"),
        /** Too many calls of this tenant are under way. */
        BUSY("busy"),
        /** The server has failed several times just now and is left alone for a while. */
        UNAVAILABLE("unavailable");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        /** The word that tenants read, such as {@code bad_document}. */
        public String word() {
            return word;
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
