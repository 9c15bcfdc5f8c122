package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** What has to be there when a tenant goes live, such as its signing keys. */
@FunctionalInterface
public interface GoLive {
    /**
     * Makes what is missing, before the transaction that makes the tenant live begins: that one must not wait for what needs a connection of
     * its own. May be called again for a tenant that is live; there is nothing to do then.
     */
    Future<Ready> prepare(Tenant tenant, String actor);

    /** What was made and waits to be written. */
    @FunctionalInterface
    interface Ready {
        /** Writes it, in the transaction that makes the tenant live; what came to be there meanwhile is left alone. */
        Future<Void> write(SqlConnection tx);
    }
}
