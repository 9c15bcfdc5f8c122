package dev.sallyport.scim.run;

import java.util.Locale;

/** Where a run is. */
public enum RunState {
    QUEUED,
    READING,
    PLANNING,
    APPLYING,
    /** Removals wait for a human; everything else was applied. */
    HELD,
    DONE,
    FAILED;

    /** The word in the database and in the admin API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing happens any more unless a human acts. */
    public boolean isAtRest() {
        return this == HELD || this == DONE || this == FAILED;
    }

    static RunState of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
