package dev.sallyport.tenant;

/** Somebody else changed the resource in between: the caller's If-Match does not hold any more (RFC 9110 §13.1.1). */
public final class VersionChanged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public VersionChanged() {
        super("the resource was changed by somebody else; read it again");
    }
}
