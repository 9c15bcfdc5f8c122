package dev.sallyport.database;

import static java.util.Map.entry;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.pgclient.SslMode;
import io.vertx.pgclient.pubsub.PgSubscriber;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The handle on one PostgreSQL database, connected as the application role. Rows of tenants are reached through {@link #tenants()} only;
 * the methods here see the platform's own tables and, of tenant tables, nothing.
 */
public final class Database {
    /**
     * Begins a statement that is parsed and planned each time, for the rows that there are: a report of a whole tenant. All others are
     * prepared once on a connection, however long they are, and keep their plan.
     */
    public static final String PLANNED_ANEW = "/* planned anew */ ";

    private final Vertx vertx;
    private final PgConnectOptions options;
    private final Pool pool;
    private final TenantScope tenants;

    private Database(Vertx vertx, PgConnectOptions options, Pool pool) {
        this.vertx = vertx;
        this.options = options;
        this.pool = pool;
        this.tenants = new TenantScope(pool);
    }

    /**
     * Opens a pool.
     *
     * @param url as the application role
     * @param connections at most so many connections, at least 2
     */
    public static Database open(Vertx vertx, DatabaseUrl url, int connections) {
        PgConnectOptions options = connectOptions(url);
        PoolOptions poolOptions = new PoolOptions()
                .setMaxSize(connections)
                .setMaxWaitQueueSize(connections * 64)
                .setConnectionTimeout(2)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS)
                .setIdleTimeout(10)
                .setIdleTimeoutUnit(TimeUnit.MINUTES)
                .setName("sallyport");
        Pool pool = PgBuilder.pool()
                .with(poolOptions)
                .connectingTo(options)
                .using(vertx)
                .build();
        return new Database(vertx, options, pool);
    }

    /** The only door to the rows of tenants. */
    public TenantScope tenants() {
        return tenants;
    }

    /** One statement on the platform's own tables. */
    public Future<RowSet<Row>> platform(String sql, Tuple arguments) {
        return Faults.typed(pool.preparedQuery(sql).execute(arguments));
    }

    /** Several statements on the platform's own tables, all or nothing. */
    public <T> Future<T> platformTransaction(Function<SqlConnection, Future<T>> work) {
        return Faults.retried(() -> pool.withTransaction(work));
    }

    /** A connection that listens for notifications and comes back by itself; the caller connects and closes it. */
    public PgSubscriber subscriber() {
        return PgSubscriber.subscriber(vertx, options)
                .reconnectPolicy(attempts -> Math.min(2_000L, 100L * (attempts + 1)));
    }

    /** Whether a statement is answered. Fails with {@link DatabaseUnavailable} otherwise. */
    public Future<Void> ping() {
        return Faults.typed(pool.query("SELECT 1").execute()).mapEmpty();
    }

    /** Closes all connections. */
    public Future<Void> close() {
        return pool.close();
    }

    /** Whether a failure is the violation of a named constraint. */
    public static boolean violates(Throwable failure, String constraint) {
        return failure instanceof PgException e && constraint.equals(e.getConstraint());
    }

    private static PgConnectOptions connectOptions(DatabaseUrl url) {
        PgConnectOptions options = new PgConnectOptions()
                .setHost(url.host())
                .setPort(url.port())
                .setDatabase(url.database())
                .setUser(url.user())
                .setPassword(url.password())
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(512)
                // The client's own rule keeps nothing of 2,048 characters or more. Statements that decide much at once
                // are long,
                // and are the very ones that must not be planned each time.
                .setPreparedStatementCacheSqlFilter(sql -> !sql.startsWith(PLANNED_ANEW))
                .setPipeliningLimit(64)
                .setReconnectAttempts(0);
        options.setProperties(Map.ofEntries(
                entry("application_name", "sallyport"),
                entry("search_path", Migrator.SCHEMA),
                entry("statement_timeout", "10s"),
                entry("lock_timeout", "5s"),
                entry("idle_in_transaction_session_timeout", "15s"),
                entry("timezone", "UTC"),
                // Every hot statement finds its rows by whole keys, so that one plan serves all arguments. Left to
                // itself the
                // planner makes a new one, for milliseconds, each time that an array is shorter than it thinks usual.
                entry("plan_cache_mode", "force_generic_plan"),
                // A plan is kept while the table grows. One that was made while it was empty must not read all of it
                // for a row.
                entry("enable_seqscan", "off"),
                entry("jit", "off")));
        switch (url.sslMode()) {
            case "require" ->
                options.setSslMode(SslMode.REQUIRE).setSslOptions(new ClientSSLOptions().setTrustAll(true));
            case "verify-full" ->
                options.setSslMode(SslMode.VERIFY_FULL)
                        .setSslOptions(new ClientSSLOptions()
                                .setHostnameVerificationAlgorithm("HTTPS")
                                .setTrustOptions(trust(url)));
            default -> options.setSslMode(SslMode.DISABLE);
        }
        return options;
    }

    private static TrustOptions trust(DatabaseUrl url) {
        return url.sslRootCert().isEmpty()
                ? null
                : new PemTrustOptions().addCertPath(url.sslRootCert()).addCertValue(Buffer.buffer());
    }
}
