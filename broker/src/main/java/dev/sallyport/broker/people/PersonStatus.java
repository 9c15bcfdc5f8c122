package dev.sallyport.broker.people;

import java.util.Locale;

/** Where a person is in their life with a tenant. */
public enum PersonStatus {
    /** Provisioned, has not signed in yet. */
    STAGED,
    /** Signed in once, waits for an admin's yes. */
    WAITING,
    /** May sign in. */
    ACTIVE,
    /** Off, with a way back through an admin or the directory. */
    SUSPENDED,
    /** Off; the row is the tombstone that just-in-time creation respects. */
    OFFBOARDED;

    /** The word in the database and in the admin API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word; it comes from a checked column. */
    public static PersonStatus of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Whether the person was turned off. */
    public boolean isOff() {
        return this == SUSPENDED || this == OFFBOARDED;
    }
}
