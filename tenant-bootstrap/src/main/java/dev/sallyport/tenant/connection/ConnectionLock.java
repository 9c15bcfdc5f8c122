package dev.sallyport.tenant.connection;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.ConnectionId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/**
 * Between sign-ins by a connection and changes of that connection, on whatever nodes. Sign-ins share the lock, a change has it alone: when
 * a change begins, whoever was just signing in is in and can be found, and whoever comes later sees the connection as it is after the
 * change. Requests for it stand in one line, so that a change gets its turn however many sign in.
 */
public final class ConnectionLock {
    private ConnectionLock() {}

    /** What is locked; the argument of {@code pg_advisory_xact_lock_shared(hashtextextended($, 0))} for a sign-in. */
    public static String key(TenantId tenant, ConnectionId connection) {
        return tenant + "|" + connection + "|open";
    }

    /** Takes it for a change, until the transaction ends; before any row is locked. */
    static Future<Void> alone(SqlConnection tx, TenantId tenant, ConnectionId connection) {
        return tx.preparedQuery("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
                .execute(Tuple.of(key(tenant, connection)))
                .mapEmpty();
    }
}
