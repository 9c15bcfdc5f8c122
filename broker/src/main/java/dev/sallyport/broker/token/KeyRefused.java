package dev.sallyport.broker.token;

/** A wish about an API key that is not granted. The message says what to do instead. */
public final class KeyRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The owner cannot sign in. */
        OWNER_OFF,
        /** The owner has {@link ApiKeys#MOST} live keys. */
        TOO_MANY,
        /** A scope that the owner does not hold. */
        BEYOND_OWNER,
        /** A scope that the key does not have: keys are only ever narrowed. */
        WIDER,
        /** An end behind the present one. */
        LATER,
        /** The key has ended. */
        NOT_LIVE
    }

    private final Reason reason;

    KeyRefused(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
