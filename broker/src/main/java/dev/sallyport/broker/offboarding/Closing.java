package dev.sallyport.broker.offboarding;

/**
 * Who and why.
 *
 * @param kind suspended (with a way back) or offboarded
 * @param cause a word such as {@code admin}, {@code directory.absent}, {@code scim.inactive}
 * @param actor as in the audit log
 * @param reason free text for people; may be empty
 */
public record Closing(Kind kind, String cause, String actor, String reason) {
    /** How far the person goes. */
    public enum Kind {
        SUSPEND("suspended"),
        OFFBOARD("offboarded");

        private final String status;

        Kind(String status) {
            this.status = status;
        }

        /** The person's status afterwards. */
        public String status() {
            return status;
        }

        /** The word in the database and in the admin API. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
