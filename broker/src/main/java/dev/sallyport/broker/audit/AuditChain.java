package dev.sallyport.broker.audit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chains the audit events of each tenant: hash(n) = SHA-256(hash(n-1) || event n). Events are chained shortly after they were committed, in
 * the order in which they are found; one that commits late under an earlier time simply comes later in the chain, so none is ever skipped.
 * One sealing of a tenant goes on at a time, on whichever node.
 */
public final class AuditChain {
    private static final Logger LOG = LoggerFactory.getLogger(AuditChain.class);
    private static final long SEAL_MILLIS = 1_000;
    private static final long SWEEP_MILLIS = 10_000;
    private static final int SWEEP_TENANTS = 100;
    private static final int BATCH = 500;

    private static final String LOCK =
            "SELECT pg_try_advisory_xact_lock(hashtextextended('audit_chain/' || $1::text, 0)) AS mine";
    private static final String HEAD = """
            SELECT c.seq, c.hash, e.at FROM audit_chain c JOIN audit_events e ON e.tenant_id = c.tenant_id AND e.id = c.event_id
            WHERE c.tenant_id = $1 ORDER BY c.seq DESC LIMIT 1""";
    // What a transaction wrote that was over at that moment can be read now, or never will be.
    private static final String SETTLED = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS settled";
    private static final String NEWS =
            "(SELECT * FROM audit_events n WHERE n.tenant_id = $1 AND n.xid >= $4::text::xid8 OFFSET 0)";
    // No transaction lives for ten minutes, so nothing older than that can still appear behind the head of the chain.
    private static final String UNCHAINED = "SELECT e.id, " + ChainLink.CANONICAL + """
             AS canonical FROM %s AS e
            WHERE e.tenant_id = $1 AND e.at >= coalesce($2::timestamptz - interval '10 minutes', '-infinity')
              AND (SELECT true FROM audit_chain c WHERE c.tenant_id = e.tenant_id AND c.event_id = e.id) IS NULL
            ORDER BY e.at, e.id LIMIT $3""";
    private static final String APPEND =
            "INSERT INTO audit_chain (tenant_id, seq, event_id, hash) VALUES ($1, $2, $3, $4)";

    private final Vertx vertx;
    private final Database database;
    private final Set<TenantId> touched = ConcurrentHashMap.newKeySet();
    /** The transaction before which this node has seen each tenant's events chained; of no use to another process. */
    private final Cache<TenantId, String> settled =
            Caffeine.newBuilder().maximumSize(20_000).build();

    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile UUID sweptTo = new UUID(0, 0);
    private volatile long sealing = -1;
    private volatile long sweeping = -1;

    public AuditChain(Vertx vertx, Database database) {
        this.vertx = vertx;
        this.database = database;
    }

    /** Begins to chain in the background: soon what this node touched, slowly everything. */
    public void start() {
        sealing = vertx.setPeriodic(SEAL_MILLIS, id -> inTurn(this::sealTouched));
        sweeping = vertx.setPeriodic(SWEEP_MILLIS, id -> inTurn(this::sweep));
    }

    /** Ends it. What is not chained yet is chained by another node, or after the next start. */
    public void stop() {
        vertx.cancelTimer(sealing);
        vertx.cancelTimer(sweeping);
    }

    /** Notes that something may have been written for a tenant, so that it is chained within seconds. */
    public void touched(TenantId tenant) {
        touched.add(tenant);
    }

    /** Chains all that is committed and not chained. Does nothing if another node is just doing it. */
    public Future<Void> seal(TenantId tenant) {
        return database.tenants()
                .transaction(tenant, tx -> tx.preparedQuery(LOCK)
                        .execute(Tuple.of(tenant.toString()))
                        .compose(rows -> rows.iterator().next().getBoolean("mine")
                                ? append(tx, tenant)
                                : Future.succeededFuture(new Sealed(0, null))))
                .compose(done -> {
                    if (done.links() == BATCH) {
                        return seal(tenant);
                    }
                    if (done.until() != null) {
                        settled.put(tenant, done.until());
                    }
                    return Future.succeededFuture();
                });
    }

    /**
     * What one transaction did.
     *
     * @param until all that was written by transactions before this one has been seen; null if nothing was looked at
     */
    private record Sealed(int links, String until) {}

    /** Recomputes every link of a tenant's chain; {@link TenantId#PLATFORM} has one too. */
    public Future<ChainState> verify(TenantId tenant) {
        return new ChainCheck(database, tenant).run();
    }

    private Future<Sealed> append(SqlConnection tx, TenantId tenant) {
        Future<RowSet<Row>> now = tx.query(SETTLED).execute();
        Future<RowSet<Row>> heads = tx.preparedQuery(HEAD).execute(Tuple.of(tenant.value()));
        return Future.all(now, heads).compose(both -> {
            String until = now.result().iterator().next().getString("settled");
            Row head = heads.result().size() == 0
                    ? null
                    : heads.result().iterator().next();
            String since = settled.getIfPresent(tenant);
            Tuple arguments = Tuple.tuple()
                    .addUUID(tenant.value())
                    .addOffsetDateTime(head == null ? null : head.getOffsetDateTime("at"))
                    .addInteger(BATCH);
            if (since != null) {
                arguments.addString(since);
            }
            return tx.preparedQuery(UNCHAINED.formatted(since == null ? "audit_events" : NEWS))
                    .execute(arguments)
                    .compose(events -> append(
                            tx,
                            tenant,
                            head == null ? 0 : head.getLong("seq"),
                            head == null
                                    ? ChainLink.BEGINNING
                                    : head.getBuffer("hash").getBytes(),
                            events))
                    .map(chained -> new Sealed(chained, until));
        });
    }

    private static Future<Integer> append(
            SqlConnection tx, TenantId tenant, long last, byte[] lastHash, RowSet<Row> events) {
        List<Tuple> links = new ArrayList<>();
        long seq = last;
        byte[] hash = lastHash;
        for (Row event : events) {
            hash = ChainLink.hash(hash, event.getString("canonical"));
            seq++;
            links.add(Tuple.of(tenant.value(), seq, event.getUUID("id"), Buffer.buffer(hash)));
        }
        return links.isEmpty()
                ? Future.succeededFuture(0)
                : tx.preparedQuery(APPEND).executeBatch(links).map(links.size());
    }

    private void inTurn(java.util.function.Supplier<Future<Void>> work) {
        if (busy.compareAndSet(false, true)) {
            work.get()
                    .onFailure(e -> LOG.debug("the audit log cannot be chained now: {}", e.getMessage()))
                    .onComplete(done -> busy.set(false));
        }
    }

    private Future<Void> sealTouched() {
        List<TenantId> now = List.copyOf(touched);
        now.forEach(touched::remove);
        return sealAll(now).onFailure(e -> touched.addAll(now));
    }

    private Future<Void> sweep() {
        return database.platform(
                        "SELECT id FROM tenants WHERE id > $1 ORDER BY id LIMIT $2", Tuple.of(sweptTo, SWEEP_TENANTS))
                .compose(rows -> {
                    List<TenantId> some = new ArrayList<>(List.of(TenantId.PLATFORM));
                    rows.forEach(row -> some.add(new TenantId(row.getUUID("id"))));
                    sweptTo = rows.size() < SWEEP_TENANTS
                            ? new UUID(0, 0)
                            : some.get(some.size() - 1).value();
                    return sealAll(some);
                });
    }

    private Future<Void> sealAll(List<TenantId> tenants) {
        Future<Void> done = Future.succeededFuture();
        for (TenantId tenant : tenants) {
            done = done.compose(v -> seal(tenant));
        }
        return done;
    }
}
