package dev.sallyport.tenant;

import dev.sallyport.database.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One customer: an issuer, a set of people, a wall around both.
 *
 * @param slug its name in addresses; never changes
 * @param isolation {@code shared} or {@code dedicated}
 * @param notBefore cut-off of the whole tenant: nothing issued before is good
 * @param version grows with every change (ETag)
 */
public record Tenant(
        TenantId id,
        String slug,
        String name,
        TenantStatus status,
        String isolation,
        AdmissionPolicy admission,
        List<String> admissionGroups,
        Lifetimes lifetimes,
        Optional<Instant> notBefore,
        Instant createdAt,
        long version) {
    private static final Pattern SLUG = Pattern.compile("[a-z0-9](-?[a-z0-9])*");

    public Tenant {
        admissionGroups = List.copyOf(admissionGroups);
    }

    /** Whether a text may be a tenant's slug: {@code [a-z0-9](-?[a-z0-9])*}, at most 40 characters. */
    public static boolean isSlug(String text) {
        return text != null && text.length() <= 40 && SLUG.matcher(text).matches();
    }

    /** Whether anything may be issued or accepted for this tenant. */
    public boolean isActive() {
        return status == TenantStatus.ACTIVE;
    }

    /** The tenant's issuer under a public URL, byte for byte the {@code iss} of its tokens. */
    public String issuer(String publicUrl) {
        return publicUrl + "/t/" + slug;
    }
}
