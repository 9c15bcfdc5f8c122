package dev.sallyport.scim.run;

import java.util.Locale;

/** A request about runs that cannot be met as things stand (409 at the admin API; NO_SUCH_RUN is 404). */
public final class SyncRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The tenant has no directory, or it is switched off. */
        NO_DIRECTORY,
        /** Another run of this tenant is under way. */
        RUN_UNDER_WAY,
        /** There is no such run. */
        NO_SUCH_RUN,
        /** The run holds nothing back, or a newer read has replaced it. */
        NOT_HELD;

        /** The word in problem details. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Reason reason;

    SyncRefused(Reason reason) {
        super(reason.word(), null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
