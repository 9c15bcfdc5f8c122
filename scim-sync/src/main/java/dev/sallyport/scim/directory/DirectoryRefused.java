package dev.sallyport.scim.directory;

import java.util.Locale;

/** A change of one person that cannot be made; it is reported and nobody else is affected. */
public final class DirectoryRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** Another person has this user name. */
        USER_NAME_TAKEN,
        /** Another person of this source has this external id. */
        EXTERNAL_ID_TAKEN,
        /** Nobody would be left to administer the tenant. */
        LAST_ADMIN,
        /** The account was closed by an administrator and stays closed. */
        CLOSED_HERE,
        /** There is an account that matches, and policy does not let the directory adopt it. */
        NOT_ADOPTABLE;

        /** The word in findings and error details. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Reason reason;

    public DirectoryRefused(Reason reason) {
        super(reason.word(), null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
