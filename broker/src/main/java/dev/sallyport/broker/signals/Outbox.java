package dev.sallyport.broker.signals;

import dev.sallyport.broker.session.SessionEnd;
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
 * Delivers what the outbox holds. Nodes take tenants by lease, judged by the database's clock and fenced, and keep them only while they
 * choose notices; a chosen notice is due again after {@link #PATIENCE_SECONDS}, should its node be lost. The deliveries run by themselves,
 * few at a time to one address, so that an application that is slow or dead holds up no other; what fails is tried again with growing
 * pauses and is dead after {@link #MOST_ATTEMPTS}.
 */
public final class Outbox {
    /** After so many attempts a notice is dead and waits for an operator. */
    public static final int MOST_ATTEMPTS = 12;

    /** The same for a notice that holds a secret: about a minute. */
    static final int MOST_ATTEMPTS_WITH_SECRET = 6;

    /** Longer than any delivery takes. */
    static final int PATIENCE_SECONDS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final long LOOK_MILLIS = 200;
    private static final int TENANTS_AT_ONCE = 8;

    private static final String CLAIM = """
            UPDATE jobs SET lease_until = now() + interval '60 seconds', fence = fence + 1
            WHERE (tenant_id, kind, key) IN (SELECT tenant_id, kind, key FROM jobs
              WHERE kind = 'outbox' AND due_at <= now() AND (lease_until IS NULL OR lease_until < now())
              ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING tenant_id, fence, due_at""";

    /** What was never tried goes first, so that the backlog of a dead application is behind everybody's news. */
    private static final String CHOOSE = """
            UPDATE outbox SET next_attempt_at = now() + make_interval(secs => $4) WHERE state IN ('pending', 'failed') AND id IN (
              SELECT id FROM (
                SELECT id, attempts, created_at, row_number() OVER (PARTITION BY target ORDER BY attempts, created_at, id) AS n FROM outbox
                WHERE state IN ('pending', 'failed') AND next_attempt_at <= now() AND target <> ALL ($1)) AS due
              WHERE n <= $2 ORDER BY attempts, created_at, id LIMIT $3)
            RETURNING *""";

    private static final String FINISH = """
            UPDATE jobs SET lease_until = NULL, due_at = CASE WHEN due_at = $3 THEN $4 ELSE due_at END
            WHERE tenant_id = $1 AND kind = 'outbox' AND fence = $2""";

    private final Vertx vertx;
    private final Database database;
    private final TenantRegistry tenants;
    private final Delivery delivery;
    private final UnderWay underWay = new UnderWay();
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
        timer = vertx.setPeriodic(LOOK_MILLIS, id -> look());
    }

    /** Stops looking; what is under way ends by itself. */
    public void stop() {
        vertx.cancelTimer(timer);
        timer = -1;
    }

    private void look() {
        if (timer != -1 && busy.compareAndSet(false, true)) {
            work().onFailure(e -> LOG.debug("the outbox cannot be read: {}", e.getMessage()))
                    .onComplete(done -> busy.set(false));
        }
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
                .compose(found -> found.isEmpty() ? Future.succeededFuture() : begin(found.get()))
                .compose(v -> nextDue(tenant))
                .compose(next -> database.platform(FINISH, Tuple.of(tenant.value(), fence, due, next)))
                .onFailure(e -> LOG.warn("notices of tenant {} wait for the next round: {}", tenant, e.toString()))
                .mapEmpty();
    }

    /** Chooses notices and lets them go. */
    private Future<Void> begin(Tenant tenant) {
        int places = underWay.places(tenant.id());
        if (places == 0) {
            return Future.succeededFuture();
        }
        return database.tenants()
                .query(
                        tenant.id(),
                        CHOOSE,
                        Tuple.of(
                                underWay.full(tenant.id()), UnderWay.TO_ONE_ADDRESS, places, (double) PATIENCE_SECONDS))
                .map(rows -> {
                    rows.forEach(row -> go(tenant, Notice.of(row)));
                    return null;
                });
    }

    private void go(Tenant tenant, Notice notice) {
        underWay.enter(tenant.id(), notice.target());
        deliverOne(tenant, notice)
                .onFailure(e -> LOG.warn("notice {} will be tried again: {}", notice.id(), e.toString()))
                .onComplete(done -> {
                    underWay.leave(tenant.id(), notice.target());
                    look();
                });
    }

    private Future<Void> deliverOne(Tenant tenant, Notice notice) {
        return delivery.deliver(tenant, notice).transform(done -> {
            int attempts = notice.attempts() + 1;
            String state = done.succeeded() ? "delivered" : attempts >= most(notice) ? "dead" : "failed";
            String answer = done.succeeded()
                    ? done.result()
                    : Optional.ofNullable(done.cause().getMessage()).orElse("error");
            return database.tenants().transaction(tenant.id(), tx -> tx.preparedQuery("""
                            UPDATE outbox SET state = $2, attempts = $3, last_answer = left($4, 200),
                              payload = CASE WHEN kind = 'upstream_revocation' AND $2 <> 'failed' THEN '{}' ELSE payload END,
                              delivered_at = CASE WHEN $2 = 'delivered' THEN now() END,
                              next_attempt_at = now() + make_interval(secs => $5)
                            WHERE id = $1 AND state IN ('pending', 'failed')""")
                    .execute(Tuple.of(notice.id(), state, attempts, answer, pause(attempts)))
                    .compose(v -> state.equals("failed")
                            ? SessionEnd.wakeOutbox(tx, tenant.id())
                            : Future.succeededFuture()));
        });
    }

    /** A provider's token is not kept for long after its session. */
    private static int most(Notice notice) {
        return notice.kind().equals(Notice.UPSTREAM_REVOCATION) ? MOST_ATTEMPTS_WITH_SECRET : MOST_ATTEMPTS;
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
