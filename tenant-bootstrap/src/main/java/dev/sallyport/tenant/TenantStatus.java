package dev.sallyport.tenant;

import java.util.Locale;

/** Where a tenant is in its life. */
public enum TenantStatus {
    /** Being set up; nobody can sign in yet. */
    PENDING,
    /** Live. */
    ACTIVE,
    /** Stopped by the operator: nothing is issued and nothing that was issued is good. */
    SUSPENDED;

    /** The word in the database and in the admin API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word; it comes from a checked column. */
    public static TenantStatus of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
