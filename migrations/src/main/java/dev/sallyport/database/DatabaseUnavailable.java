package dev.sallyport.database;

/** The database does not answer. The edge turns it into 503 with Retry-After; it is never mistaken for "not found". */
public final class DatabaseUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Wraps the client's own failure. */
    public DatabaseUnavailable(Throwable cause) {
        super("the database does not answer", cause);
    }
}
