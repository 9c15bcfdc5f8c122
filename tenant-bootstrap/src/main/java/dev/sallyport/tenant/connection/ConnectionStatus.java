package dev.sallyport.tenant.connection;

import java.util.Locale;
import java.util.Optional;

/** Whether people can sign in through a connection. */
public enum ConnectionStatus {
    /** Being set up; only the test sign-in may use it. */
    DRAFT,
    /** In use. */
    ACTIVE,
    /** Switched off. */
    DISABLED;

    /** The word in the database and in the admin API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word, or empty if there is no such status. */
    public static Optional<ConnectionStatus> parse(String word) {
        for (ConnectionStatus status : values()) {
            if (status.word().equals(word)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
