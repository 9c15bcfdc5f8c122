package dev.sallyport.scim.directory;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import java.util.Set;

/** Who administers a tenant at this moment; implemented where permissions are known. */
@FunctionalInterface
public interface TenantAdmins {
    /** All people with access whose permissions hold {@code tenant:admin}. */
    Future<Set<UserId>> of(TenantId tenant);
}
