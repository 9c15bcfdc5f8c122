package dev.sallyport.scim.run;

import java.util.Locale;
import java.util.Optional;

/** How much a run reads. */
public enum RunMode {
    /** What changed lately; nobody's absence follows from it. */
    INCREMENTAL,
    /** Everything. */
    FULL;

    /** The word in the database and in the admin API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word. */
    public static Optional<RunMode> of(String word) {
        for (RunMode mode : values()) {
            if (mode.word().equals(word)) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }
}
