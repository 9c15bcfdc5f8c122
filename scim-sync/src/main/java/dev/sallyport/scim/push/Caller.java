package dev.sallyport.scim.push;

import dev.sallyport.tenant.Tenant;
import java.util.UUID;

/**
 * Who is calling: a token of one tenant.
 *
 * @param base address of the tenant's SCIM service, without a slash at the end
 */
record Caller(Tenant tenant, UUID token, String base) {
    /** As in the audit log. */
    String actor() {
        return "scim:" + token;
    }
}
