package dev.sallyport.tenant.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * A domain that a tenant says is its own.
 *
 * @param verified whether it was proven
 * @param txtName where the proof has to be
 * @param txtValue what it has to be
 * @param checkedAt when it was last looked for
 * @param missingSince since when the proof of a proven domain is gone from the DNS
 */
public record Domain(
        DomainName name,
        boolean verified,
        String txtName,
        String txtValue,
        Instant createdAt,
        Optional<Instant> checkedAt,
        Optional<Instant> verifiedAt,
        Optional<Instant> missingSince) {
    /** The word in the admin API: {@code pending} or {@code verified}. */
    public String status() {
        return verified ? "verified" : "pending";
    }
}
