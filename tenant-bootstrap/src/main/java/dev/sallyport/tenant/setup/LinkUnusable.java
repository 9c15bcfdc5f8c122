package dev.sallyport.tenant.setup;

/** A link that leads nowhere: unknown, expired, used, revoked, altered or another tenant's. From outside these are all the same. */
public final class LinkUnusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LinkUnusable() {
        super("this setup link cannot be used");
    }
}
