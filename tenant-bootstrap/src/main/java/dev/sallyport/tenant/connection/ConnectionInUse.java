package dev.sallyport.tenant.connection;

/** A connection cannot be deleted: people are known by it, or a directory relies on it. It can be disabled. */
public final class ConnectionInUse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConnectionInUse() {
        super("people are known by this connection or a directory relies on it; disable it instead");
    }
}
