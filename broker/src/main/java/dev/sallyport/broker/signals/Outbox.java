package dev.sallyport.broker.signals;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what the outbox holds. Nodes take tenants by lease, judged by the database's clock and fenced; a tenant's notices go out in
 * parallel, so that one dead application holds up no other; what fails is tried again with growing pauses and is dead after
 * {@link #MOST_ATTEMPTS}.
 */
public final class Outbox {
    /** After so many attempts a notice is dead and waits for an operator. */
    public static final int MOST_ATTEMPTS = 12;

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final long LOOK_MILLIS = 200;
    private static final int TENANTS_AT_ONCE = 8;
    private static final int NOTICES_AT_ONCE = 50;

    private static final String CLAIM = """
            UPDATE jobs SET lease_until = now() + interval '60 seconds', fence = fence + 1
            WHERE (tenant_id, kind, key) IN (SELECT tenant_id, kind, key FROM jobs
              WHERE kind = 'outbox' AND due_at <= now() AND (lease_until IS NULL OR lease_until < now())
              ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING tenant_id, fence, due_at""";

    private static final String FINISH = """
            UPDATE jobs SET lease_until = NULL, due_at = CASE WHEN due_at = $3 THEN $4 ELSE due_at END
            WHERE tenant_id = $1 AND kind = 'outbox' AND fence = $2""";

    private final Vertx vertx;
    private final Database database;
    private final TenantRegistry tenants;
    private final Delivery delivery;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile long timer = -1;

    /** Delivers one notice; the answer is a short word or status for the receipt. Fails with the same if it was not taken. */
    @FunctionalInterface
    public interface Delivery {
        Future<String> deliver(Tenant tenant, Notice notice);
    }

    public Outbox(Vertx vertx, Database database, TenantRegistry tenants, Delivery delivery) {
        this.vertx = vertx;
        this.database = database;
        this.tenants = tenants;
        this.delivery = delivery;
    }

    /** Begins to look for work. */
    public void start() {
        timer = vertx.setPeriodic(LOOK_MILLIS, id -> {
            if (busy.compareAndSet(false, true)) {
                work().onFailure(e -> LOG.debug("the outbox cannot be read: {}", e.getMessage()))
                        .onComplete(done -> busy.set(false));
            }
        });
    }

    /** Stops looking; what is under way ends by itself. */
    public void stop() {
        vertx.cancelTimer(timer);
    }

    private Future<Void> work() {
        return database.platform(CLAIM, Tuple.of(TENANTS_AT_ONCE)).compose(rows -> {
            List<Future<Void>> all = new ArrayList<>();
            for (Row row : rows) {
                TenantId tenant = new TenantId(row.getUUID("tenant_id"));
                all.add(serve(tenant, row.getLong("fence"), row.getOffsetDateTime("due_at")));
            }
            return Future.join(all).<Void>mapEmpty();
        });
    }

    private Future<Void> serve(TenantId tenant, long fence, OffsetDateTime due) {
        return tenants.byId(tenant)
                .compose(found -> found.isEmpty() ? Future.succeededFuture() : deliverAll(found.get()))
                .compose(v -> nextDue(tenant))
                .compose(next -> database.platform(FINISH, Tuple.of(tenant.value(), fence, due, next)))
                .onFailure(e -> LOG.warn("notices of tenant {} wait for the next round: {}", tenant, e.toString()))
                .mapEmpty();
    }

    private Future<Void> deliverAll(Tenant tenant) {
        return database.tenants()
                .query(tenant.id(), """
                        SELECT * FROM outbox WHERE state IN ('pending', 'failed') AND next_attempt_at <= now()
                        ORDER BY created_at, id LIMIT $1""", Tuple.of(NOTICES_AT_ONCE))
                .compose(rows -> {
                    List<Future<Void>> all = new ArrayList<>();
                    for (Row row : rows) {
                        all.add(deliverOne(tenant, Notice.of(row)));
                    }
                    return Future.join(all).<Void>mapEmpty();
                });
    }

    private Future<Void> deliverOne(Tenant tenant, Notice notice) {
        return delivery.deliver(tenant, notice).transform(done -> {
            int attempts = notice.attempts() + 1;
            String state = done.succeeded() ? "delivered" : attempts >= MOST_ATTEMPTS ? "dead" : "failed";
            String answer = done.succeeded()
                    ? done.result()
                    : Optional.ofNullable(done.cause().getMessage()).orElse("error");
            return database.tenants()
                    .query(tenant.id(), """
                            UPDATE outbox SET state = $2, attempts = $3, last_answer = left($4, 200),
                              delivered_at = CASE WHEN $2 = 'delivered' THEN now() END,
                              next_attempt_at = now() + make_interval(secs => $5)
                            WHERE id = $1 AND state IN ('pending', 'failed')""", Tuple.of(notice.id(), state, attempts, answer, pause(attempts)))
                    .mapEmpty();
        });
    }

    /** 1 s, 2 s, 4 s … at most 15 min. */
    private static double pause(int attempts) {
        return Math.min(900, Math.pow(2, Math.max(0, attempts - 1)));
    }

    private Future<OffsetDateTime> nextDue(TenantId tenant) {
        return database.tenants()
                .query(tenant, """
                        SELECT coalesce(min(next_attempt_at), 'infinity') AS next FROM outbox WHERE state IN ('pending', 'failed')""", Tuple.tuple())
                .map(rows -> rows.iterator().next().getOffsetDateTime("next"));
    }
}
