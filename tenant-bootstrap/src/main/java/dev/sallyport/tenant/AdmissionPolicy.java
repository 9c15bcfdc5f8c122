package dev.sallyport.tenant;

import java.util.Locale;
import java.util.Optional;

/** Whom a tenant's sign-in may create just in time. */
public enum AdmissionPolicy {
    /** Everybody whom the tenant's IdP vouches for. */
    OPEN,
    /** Only e-mail addresses of the tenant's proven domains. */
    DOMAIN,
    /** Only members of one of the tenant's admission groups. */
    GROUP,
    /** Nobody at once: a new person waits for an admin. */
    APPROVAL,
    /** Nobody: only people who were provisioned before. */
    PROVISIONED;

    /** The word in the database and in the admin API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word, or empty if there is no such policy. */
    public static Optional<AdmissionPolicy> parse(String word) {
        for (AdmissionPolicy policy : values()) {
            if (policy.word().equals(word)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }
}
