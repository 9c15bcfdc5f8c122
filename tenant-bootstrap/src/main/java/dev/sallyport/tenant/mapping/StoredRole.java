package dev.sallyport.tenant.mapping;

import dev.sallyport.roles.Role;
import java.time.Instant;

/**
 * A role as it is stored.
 *
 * @param version grows with every change (ETag)
 */
public record StoredRole(Role role, Instant updatedAt, long version) {}
