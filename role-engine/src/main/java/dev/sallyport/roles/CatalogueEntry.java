package dev.sallyport.roles;

import java.util.Objects;

/**
 * A permission as the vendor publishes it.
 *
 * @param permission its name
 * @param description what it allows, in one sentence for humans
 * @param platform true when it is about the platform and not about one tenant: no tenant may map a role that holds it
 */
public record CatalogueEntry(Permission permission, String description, boolean platform) {

    public CatalogueEntry {
        Objects.requireNonNull(permission);
        Objects.requireNonNull(description);
    }

    /** A permission that tenants may map. */
    public static CatalogueEntry of(String name, String description) {
        return new CatalogueEntry(new Permission(name), description, false);
    }

    /** A permission that only the operator may hand out. */
    public static CatalogueEntry platform(String name, String description) {
        return new CatalogueEntry(new Permission(name), description, true);
    }
}
