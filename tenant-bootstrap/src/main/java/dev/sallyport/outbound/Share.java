package dev.sallyport.outbound;

import dev.sallyport.database.TenantId;

/**
 * Who pays for a call: every tenant and every application of the platform has a share of the concurrency of its own, so that whoever's
 * servers stall, stalls alone.
 *
 * @param name unlike that of any other share
 */
public record Share(String name) {
    /** A tenant's. */
    public static Share of(TenantId tenant) {
        return new Share("tenant:" + tenant);
    }

    /** A tenant's, for the notices that its applications get: their sign-outs do not wait behind its sign-ins, nor the other way round. */
    public static Share ofNotices(TenantId tenant) {
        return new Share("notices:" + tenant);
    }

    /** An application's, for what is its own in all tenants. */
    public static Share ofApplication(String clientId) {
        return new Share("application:" + clientId);
    }
}
