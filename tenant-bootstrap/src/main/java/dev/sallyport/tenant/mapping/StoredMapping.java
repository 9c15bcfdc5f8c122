package dev.sallyport.tenant.mapping;

import dev.sallyport.roles.RoleMapping;

/**
 * A tenant's rules as they are stored.
 *
 * @param version of the list as a whole (ETag); 0 while nothing was ever saved
 */
public record StoredMapping(RoleMapping mapping, long version) {
    /** The mapping of a tenant that has not mapped anything. */
    static StoredMapping none() {
        return new StoredMapping(RoleMapping.empty(), 0);
    }
}
