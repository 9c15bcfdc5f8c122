package dev.sallyport.tenant.connection;

import java.util.Locale;
import java.util.Optional;

/** What a provider wants to read as {@code aud} of our assertion; always one string (RFC 7523 §3). */
public enum AssertionAudience {
    /** Its issuer, as the authors of the standards advise since 2025. */
    ISSUER,
    /** Its token endpoint. */
    TOKEN_ENDPOINT;

    /** The word in the database and in the admin API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word, or empty if there is no such audience. */
    public static Optional<AssertionAudience> parse(String word) {
        for (AssertionAudience audience : values()) {
            if (audience.word().equals(word)) {
                return Optional.of(audience);
            }
        }
        return Optional.empty();
    }
}
