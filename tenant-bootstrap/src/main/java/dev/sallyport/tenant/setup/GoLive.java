package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** What has to be there when a tenant goes live, such as its signing keys. */
@FunctionalInterface
public interface GoLive {
    /**
     * Makes it ready, in the transaction that makes the tenant live. May be called again for a tenant that is live; must then change
     * nothing.
     */
    Future<Void> prepare(SqlConnection tx, Tenant tenant, String actor);
}
