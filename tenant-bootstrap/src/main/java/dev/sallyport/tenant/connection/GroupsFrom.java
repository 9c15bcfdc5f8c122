package dev.sallyport.tenant.connection;

import java.util.Locale;
import java.util.Optional;

/** How a provider writes groups into its claim. What is written in another way than was said stops the sign-in. */
public enum GroupsFrom {
    /** A list of names, or one name alone. */
    LIST,
    /** An object whose keys are the names; a key whose value is {@code false} or null is no group of the person. */
    KEYS,
    /** An object whose values are the names. */
    VALUES;

    /** The word in the database and in the admin API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word, or empty if there is no such way. */
    public static Optional<GroupsFrom> parse(String word) {
        for (GroupsFrom from : values()) {
            if (from.word().equals(word)) {
                return Optional.of(from);
            }
        }
        return Optional.empty();
    }
}
