package dev.sallyport.tenant.setup;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.ConnectionId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/**
 * The accounts that a tenant has already, counted by what the sign-in that is being set up means to them. Everybody is in exactly one of the
 * first five.
 *
 * @param expected brought by a directory, an import or an administrator, and never signed in
 * @param here have signed in by this connection
 * @param elsewhere have signed in, and never by this connection
 * @param asking wait for an administrator's yes
 * @param off were turned off
 * @param unvouched of those who may come in, how many no directory brought
 */
record Accounts(long expected, long here, long elsewhere, long asking, long off, long unvouched) {
    private static final String COUNT = """
            SELECT count(*) FILTER (WHERE NOT off AND NOT asking AND NOT linked) AS expected,
              count(*) FILTER (WHERE NOT off AND NOT asking AND here) AS here,
              count(*) FILTER (WHERE NOT off AND NOT asking AND linked AND NOT here) AS elsewhere,
              count(*) FILTER (WHERE asking) AS asking, count(*) FILTER (WHERE off) AS off,
              count(*) FILTER (WHERE NOT off AND NOT asking AND NOT vouched) AS unvouched
            FROM (SELECT u.status IN ('suspended', 'offboarded') AS off, u.status = 'waiting' AS asking,
                u.source IN ('scim', 'directory') AS vouched, count(i.id) > 0 AS linked,
                coalesce(bool_or(i.connection_id = $2), false) AS here
              FROM users u LEFT JOIN identities i ON i.tenant_id = u.tenant_id AND i.user_id = u.id
              WHERE u.tenant_id = $1 GROUP BY u.id, u.status, u.source) AS people""";

    long all() {
        return expected + here + elsewhere + asking + off;
    }

    /** Counts them. */
    static Future<Accounts> count(Database database, TenantId tenant, Optional<ConnectionId> connection) {
        return database.tenants()
                .query(
                        tenant,
                        COUNT,
                        Tuple.of(
                                tenant.value(),
                                connection.map(ConnectionId::value).orElse(null)))
                .map(rows -> {
                    var row = rows.iterator().next();
                    return new Accounts(
                            row.getLong("expected"),
                            row.getLong("here"),
                            row.getLong("elsewhere"),
                            row.getLong("asking"),
                            row.getLong("off"),
                            row.getLong("unvouched"));
                });
    }
}
