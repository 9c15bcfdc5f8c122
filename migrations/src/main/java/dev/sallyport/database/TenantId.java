package dev.sallyport.database;

import java.util.Objects;
import java.util.UUID;

/**
 * The identity of a tenant: first column of every tenant table's primary key, and the wall that row-level security checks.
 *
 * @param value never reused, also after the tenant was deleted
 */
public record TenantId(UUID value) {
    /** Stands for the platform itself in the audit log; no tenant ever has it. */
    public static final TenantId PLATFORM = new TenantId(new UUID(0, 0));

    public TenantId {
        Objects.requireNonNull(value, "tenant id");
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
