package dev.sallyport.scim.push;

/** Two tokens are live already; one has to be revoked first (409 at the admin API). */
public final class TooManyTokens extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyTokens() {
        super("two SCIM tokens are live already; revoke one first", null, false, false);
    }
}
