package dev.sallyport.database;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;

/**
 * The one door to the rows of tenants. Every statement runs in a transaction whose tenant is set for that transaction alone, and
 * row-level security shows it nobody else's rows. What is sent together travels together: a single statement costs one round trip.
 */
public final class TenantScope {
    private static final String SET_TENANT = "SELECT set_config('sallyport.tenant', $1, true)";

    private final Pool pool;

    TenantScope(Pool pool) {
        this.pool = pool;
    }

    /** One statement for one tenant: begin, set, statement and commit in a single round trip. */
    public Future<RowSet<Row>> query(TenantId tenant, String sql, Tuple arguments) {
        return Faults.retried(() -> pool.withConnection(connection -> {
            Future<?> begun = connection.query("BEGIN").execute();
            Future<?> set = connection.preparedQuery(SET_TENANT).execute(Tuple.of(tenant.toString()));
            Future<RowSet<Row>> answer = connection.preparedQuery(sql).execute(arguments);
            Future<?> ended = connection.query("COMMIT").execute();
            // All four are awaited whatever happens, so that the connection goes back to the pool with nothing under
            // way.
            return Future.join(begun, set, answer, ended).transform(done -> {
                if (answer.failed()) {
                    return Future.failedFuture(answer.cause());
                }
                return done.succeeded() ? answer : Future.failedFuture(done.cause());
            });
        }));
    }

    /** One statement with many argument rows, all or nothing. */
    public Future<Void> batch(TenantId tenant, String sql, List<Tuple> arguments) {
        if (arguments.isEmpty()) {
            return Future.succeededFuture();
        }
        return transaction(
                tenant,
                connection ->
                        connection.preparedQuery(sql).executeBatch(arguments).mapEmpty());
    }

    /**
     * Several statements for one tenant, all or nothing. The work may be run again when it collides with another transaction, so it must
     * have no effect outside the database.
     */
    public <T> Future<T> transaction(TenantId tenant, Function<SqlConnection, Future<T>> work) {
        return Faults.retried(() -> pool.withConnection(connection -> {
            Future<?> begun = connection.query("BEGIN").execute();
            Future<?> set = connection.preparedQuery(SET_TENANT).execute(Tuple.of(tenant.toString()));
            Future<T> result;
            try {
                result = work.apply(connection);
            } catch (RuntimeException e) {
                result = Future.failedFuture(e);
            }
            Future<T> worked = result;
            return Future.join(begun, set, worked)
                    .transform(done -> end(connection, done.succeeded(), done.cause(), worked));
        }));
    }

    private static <T> Future<T> end(SqlConnection connection, boolean ok, Throwable cause, Future<T> worked) {
        if (ok) {
            // An aborted transaction answers COMMIT with a silent rollback; the statement before it turns that into a
            // failure.
            Future<?> sound = connection.query("SELECT 1").execute();
            Future<?> committed = connection.query("COMMIT").execute();
            return Future.join(sound, committed)
                    .transform(ended -> ended.succeeded() ? worked : Future.failedFuture(ended.cause()));
        }
        Throwable reason = worked.failed() ? worked.cause() : cause;
        return connection.query("ROLLBACK").execute().transform(rolledBack -> {
            if (rolledBack.failed()) {
                return connection.close().transform(closed -> Future.failedFuture(reason));
            }
            return Future.failedFuture(reason);
        });
    }
}
