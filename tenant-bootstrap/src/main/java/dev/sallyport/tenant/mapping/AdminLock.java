package dev.sallyport.tenant.mapping;

import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/**
 * Makes those wait for each other who could take a tenant's last admin away between them: two that each look first and act then would both
 * find another admin there.
 */
public final class AdminLock {
    private AdminLock() {}

    /** Held until the transaction ends. What is read after it is as whoever held it before has left it. */
    public static Future<Void> take(SqlConnection tx, TenantId tenant) {
        return tx.preparedQuery("SELECT pg_advisory_xact_lock(hashtextextended('sallyport.admins:' || $1, 0))")
                .execute(Tuple.of(tenant.toString()))
                .mapEmpty();
    }
}
