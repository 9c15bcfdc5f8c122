package dev.sallyport.scim.pull;

/** The directory did not answer as it should. The message is for the administrator of the tenant: fixed words, numbers, no content. */
public final class PullFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    PullFault(String message) {
        this(message, 0);
    }

    PullFault(String message, int status) {
        super(message, null, false, false);
        this.status = status;
    }

    /** The HTTP status that was answered; 0 if that was not the fault. */
    public int status() {
        return status;
    }
}
