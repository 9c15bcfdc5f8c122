package dev.sallyport.tenant.connection;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.tenant.connection.ProviderMetadata.IssuerMismatch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the metadata of all providers in the background, tenant by tenant, each by one node about every ten minutes, so that no sign-in waits
 * for it and no provider is asked by every node. A provider that says it is another issuer, or moves its token endpoint to another place, stops
 * its connection on all nodes, with an alarm; when it says again what it said before, the connection goes on. One that is away changes
 * nothing: the last good word counts.
 */
public final class ProviderWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderWatch.class);
    private static final long LOOK_MILLIS = 15_000;
    private static final int TENANTS_AT_ONCE = 10;

    private static final String ENROL =
            "INSERT INTO jobs (tenant_id, kind) SELECT id, 'provider_watch' FROM tenants ON CONFLICT DO NOTHING";
    // Spread, so that tenants that were enrolled together do not stay together.
    private static final String CLAIM = """
            UPDATE jobs SET due_at = now() + interval '8 minutes' + random() * interval '4 minutes', fence = fence + 1
            WHERE (tenant_id, kind, key) IN (SELECT tenant_id, kind, key FROM jobs WHERE kind = 'provider_watch' AND due_at <= now()
              ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING tenant_id""";
    private final Vertx vertx;
    private final Database database;
    private final Providers providers;
    private final Connections connections;
    private final AtomicBoolean busy = new AtomicBoolean();
    private long timer = -1;

    public ProviderWatch(Vertx vertx, Database database, Providers providers, Connections connections) {
        this.vertx = vertx;
        this.database = database;
        this.providers = providers;
        this.connections = connections;
    }

    /** Begins to look. */
    public void start() {
        timer = vertx.setPeriodic(LOOK_MILLIS, id -> {
            if (busy.compareAndSet(false, true)) {
                round().onFailure(e -> LOG.warn("the providers are looked at in the next round: {}", e.toString()))
                        .onComplete(done -> busy.set(false));
            }
        });
    }

    /** Looks no more. */
    public void stop() {
        vertx.cancelTimer(timer);
    }

    /** One round over the tenants that are due. */
    Future<Void> round() {
        return database.platform(ENROL, Tuple.tuple())
                .compose(v -> database.platform(CLAIM, Tuple.of(TENANTS_AT_ONCE)))
                .compose(rows -> {
                    List<Future<Void>> all = new ArrayList<>();
                    for (Row row : rows) {
                        all.add(look(new TenantId(row.getUUID("tenant_id"))));
                    }
                    return Future.join(all).mapEmpty();
                });
    }

    /** Looks at the providers of a tenant by which people sign in, one after another. */
    public Future<Void> look(TenantId tenant) {
        return connections.list(tenant).compose(all -> {
            Future<Void> done = Future.succeededFuture();
            for (Connection connection : all) {
                if (connection.isActive() || connection.stopped().isPresent()) {
                    done = done.compose(v -> look(tenant, connection));
                }
            }
            return done;
        });
    }

    private Future<Void> look(TenantId tenant, Connection connection) {
        return providers.fetch(tenant, connection).transform(read -> {
            if (read.succeeded()) {
                return judged(tenant, connection, read.result());
            }
            if (read.cause() instanceof IssuerMismatch) {
                return stop(tenant, connection, Stops.ISSUER, Stops.detail(connection));
            }
            return read.cause() instanceof OutboundRefused
                    ? Future.succeededFuture()
                    : Future.failedFuture(read.cause());
        });
    }

    private Future<Void> judged(TenantId tenant, Connection connection, ProviderMetadata metadata) {
        Optional<String> bound = connection.tokenEndpoint();
        if (bound.isPresent() && !TokenPlace.isSame(bound.get(), metadata.tokenEndpoint())) {
            return stop(
                    tenant,
                    connection,
                    Stops.TOKEN_ENDPOINT,
                    Stops.moved(connection, bound.get(), metadata.tokenEndpoint()));
        }
        return connection.stopped().isEmpty()
                ? Future.succeededFuture()
                : database.tenants().transaction(tenant, tx -> Stops.release(tx, tenant, connection));
    }

    private Future<Void> stop(TenantId tenant, Connection connection, String why, JsonObject detail) {
        return database.tenants().transaction(tenant, tx -> Stops.set(tx, tenant, connection, why, detail));
    }
}
