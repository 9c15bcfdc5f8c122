package dev.sallyport.tenant.connection;

/** A tenant's connections were checked so often just now that nothing was called. */
public final class TooManyChecks extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int seconds;

    TooManyChecks(int seconds) {
        super("too many checks; try again in " + seconds + " s", null, false, false);
        this.seconds = seconds;
    }

    /** How long to wait. */
    public int seconds() {
        return seconds;
    }
}
