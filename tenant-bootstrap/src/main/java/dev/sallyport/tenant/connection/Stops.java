package dev.sallyport.tenant.connection;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.alarm.Alarms;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** What stops a connection although it is active, with an alarm for as long as it lasts. */
final class Stops {
    /** The provider says that it is another issuer (A06). */
    static final String ISSUER = "issuer_changed";
    /** The provider names a token endpoint at another place than the one our secret was entered for. */
    static final String TOKEN_ENDPOINT = "token_endpoint_moved";

    private static final List<String> ALL = List.of(ISSUER, TOKEN_ENDPOINT);
    private static final String SET =
            "UPDATE connections SET stopped = $3 WHERE tenant_id = $1 AND id = $2 AND issuer = $4 AND stopped IS DISTINCT FROM $3";

    private Stops() {}

    /** Stops it, if it is still a connection to that issuer. */
    static Future<Void> set(SqlConnection tx, TenantId tenant, Connection connection, String why, JsonObject detail) {
        return tx.preparedQuery(SET)
                .execute(Tuple.of(tenant.value(), connection.id().value(), why, connection.issuer()))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture()
                        : Alarms.raise(tx, tenant, why, subject(connection.id()), detail)
                                .mapEmpty());
    }

    /** Lets it go on. */
    static Future<Void> release(SqlConnection tx, TenantId tenant, Connection connection) {
        return tx.preparedQuery(SET)
                .execute(Tuple.of(tenant.value(), connection.id().value(), null, connection.issuer()))
                .compose(v -> clear(tx, tenant, connection.id()));
    }

    /** Ends the alarms of a connection that was changed. */
    static Future<Void> clear(SqlConnection tx, TenantId tenant, ConnectionId id) {
        Future<Void> done = Future.succeededFuture();
        for (String kind : ALL) {
            done = done.compose(
                    v -> Alarms.resolve(tx, tenant, kind, subject(id)).mapEmpty());
        }
        return done;
    }

    /** For people who read the alarm. */
    static JsonObject moved(Connection connection, String before, String now) {
        return detail(connection).put("before", before).put("now", now);
    }

    /** For people who read the alarm. */
    static JsonObject detail(Connection connection) {
        return new JsonObject().put("connection", connection.name()).put("issuer", connection.issuer());
    }

    private static String subject(ConnectionId id) {
        return "connection:" + id;
    }
}
