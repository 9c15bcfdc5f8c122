package dev.sallyport.tenant.connection;

/** People came in by the connection already: what keys them cannot change, or they would all be strangers. */
public final class SubjectFixed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SubjectFixed() {
        super(
                "The connection has been live: claims.subject, by which its people are known, is fixed. Make a new connection instead.",
                null,
                false,
                false);
    }
}
