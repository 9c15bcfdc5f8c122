package dev.sallyport.tenant.connection;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.ConnectionId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** The sessions that people opened by a connection. Whoever keeps sessions knows how they end. */
@FunctionalInterface
public interface OpenSessions {
    /** Ends all of them within a transaction that has the connection to itself; answers how many. */
    Future<Integer> end(SqlConnection tx, TenantId tenant, ConnectionId connection, String cause, String actor);

    /** What becomes of them when a connection goes out of use. */
    enum Fate {
        /** They end with it, and the applications are told. */
        END,
        /** They rest: nothing of them is good while the connection is out of use, and they go on when it is in use again. */
        REST
    }
}
