package dev.sallyport.tenant.domain;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for the proofs of domains in the background, each tenant's by one node: soon and then ever more rarely for one that was claimed, daily
 * for one that is proven. A proof that is gone raises an alarm, and takes the domain away after {@link Proof#GRACE}.
 */
public final class DomainWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DomainWatch.class);
    private static final long LOOK_MILLIS = 15_000;
    private static final int TENANTS_AT_ONCE = 10;

    // A tenant whose domains were claimed before there was this watch.
    private static final String ENROL = """
            INSERT INTO jobs (tenant_id, kind) SELECT id, 'domain_watch' FROM tenants ON CONFLICT DO NOTHING""";
    private static final String CLAIM = """
            UPDATE jobs SET due_at = now() + interval '10 minutes', fence = fence + 1
            WHERE (tenant_id, kind, key) IN (SELECT tenant_id, kind, key FROM jobs WHERE kind = 'domain_watch' AND due_at <= now()
              ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING tenant_id, fence""";
    private static final String NEXT = """
            UPDATE jobs SET due_at = greatest(least($2, now() + interval '1 day'), now() + interval '15 seconds')
            WHERE tenant_id = $1 AND kind = 'domain_watch' AND fence = $3""";

    private final Vertx vertx;
    private final Database database;
    private final Domains domains;
    private final AtomicBoolean busy = new AtomicBoolean();
    private long timer = -1;

    public DomainWatch(Vertx vertx, Database database, Domains domains) {
        this.vertx = vertx;
        this.database = database;
        this.domains = domains;
    }

    /** Begins to look. */
    public void start() {
        timer = vertx.setPeriodic(LOOK_MILLIS, id -> {
            if (busy.compareAndSet(false, true)) {
                round().onFailure(e -> LOG.warn("domains are looked at in the next round: {}", e.toString()))
                        .onComplete(done -> busy.set(false));
            }
        });
    }

    /** Looks no more. */
    public void stop() {
        vertx.cancelTimer(timer);
    }

    /** One round over the tenants that are due. */
    public Future<Void> round() {
        return database.platform(ENROL, Tuple.tuple())
                .compose(v -> database.platform(CLAIM, Tuple.of(TENANTS_AT_ONCE)))
                .compose(rows -> {
                    List<Future<Void>> all = new ArrayList<>();
                    for (Row row : rows) {
                        all.add(look(new TenantId(row.getUUID("tenant_id")), row.getLong("fence")));
                    }
                    return Future.join(all).mapEmpty();
                });
    }

    private Future<Void> look(TenantId tenant, long fence) {
        return domains.lookAgain(tenant)
                .compose(next -> database.platform(NEXT, Tuple.of(tenant.value(), due(next), fence))
                        .mapEmpty());
    }

    private static OffsetDateTime due(Optional<Instant> next) {
        return next.orElse(Instant.parse("9999-01-01T00:00:00Z")).atOffset(ZoneOffset.UTC);
    }
}
