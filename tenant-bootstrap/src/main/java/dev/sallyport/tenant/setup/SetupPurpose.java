package dev.sallyport.tenant.setup;

import java.util.Locale;
import java.util.Optional;

/** What a setup link may be used for. */
public enum SetupPurpose {
    /** Connect the identity provider, test it, map groups, go live. */
    FEDERATE,
    /** Prove a domain. */
    DOMAIN,
    /** Attach the directory. */
    DIRECTORY,
    /** Replace a client secret that is about to expire. */
    RENEW,
    /** Everything, when nobody of the tenant can sign in any more. Its use raises an alarm. */
    BREAK_GLASS;

    /** The word in the database and in the admin API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word, or empty if there is no such purpose. */
    public static Optional<SetupPurpose> parse(String word) {
        for (SetupPurpose purpose : values()) {
            if (purpose.word().equals(word)) {
                return Optional.of(purpose);
            }
        }
        return Optional.empty();
    }
}
