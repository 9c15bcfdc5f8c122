package dev.sallyport.tenant.setup;

import dev.sallyport.roles.Violation;

/** A setup link cannot be made as it was asked for. */
public final class SetupLinkRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Violation violation;

    SetupLinkRefused(String field, String message) {
        super(field + " " + message);
        this.violation = new Violation(field, message);
    }

    /** Which field, and what is wrong with it. */
    public Violation violation() {
        return violation;
    }
}
