package dev.sallyport.broker.token;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When API keys were used last, without a write per use: uses are gathered in memory and written every half minute, in one statement per
 * tenant and at most once a minute per key. What a node had gathered is lost when it crashes; a last use is a hint for people, not a proof.
 */
public final class KeyUses {
    private static final Logger LOG = LoggerFactory.getLogger(KeyUses.class);
    private static final long FLUSH_MILLIS = 30_000;
    private static final long LAST_FLUSH_SECONDS = 5;
    /** Beyond so many keys between two writes, further ones are left out of this round. */
    private static final int MOST = 20_000;

    /** Rows that somebody is changing at this moment are left for the next use; an ended key is not touched. */
    private static final String FLUSH = """
            UPDATE api_keys k SET last_used_at = s.at FROM (
              SELECT a.tenant_id, a.id, n.at FROM api_keys a JOIN unnest($1::uuid[], $2::timestamptz[]) AS n (id, at) ON n.id = a.id
              WHERE a.ended_at IS NULL AND (a.last_used_at IS NULL OR a.last_used_at < n.at - interval '1 minute')
              ORDER BY a.id FOR NO KEY UPDATE OF a SKIP LOCKED) s
            WHERE k.tenant_id = s.tenant_id AND k.id = s.id""";

    private final Vertx vertx;
    private final Database database;
    private final Clock clock;
    private final Map<Use, Instant> gathered = new ConcurrentHashMap<>();
    private volatile long timer = -1;

    private record Use(TenantId tenant, UUID key) {}

    public KeyUses(Vertx vertx, Database database, Clock clock) {
        this.vertx = vertx;
        this.database = database;
        this.clock = clock;
    }

    /** Begins to write what is gathered. */
    public void start() {
        timer = vertx.setPeriodic(FLUSH_MILLIS, id -> flush());
    }

    /** Writes what is gathered for the last time, or gives up after five seconds. */
    public Future<Void> stop() {
        vertx.cancelTimer(timer);
        return flush().timeout(LAST_FLUSH_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
    }

    /** Notes a use. */
    void used(TenantId tenant, UUID key) {
        Use use = new Use(tenant, key);
        if (gathered.size() < MOST || gathered.containsKey(use)) {
            gathered.put(use, clock.instant());
        }
    }

    /** Writes what is gathered, tenant by tenant. */
    public Future<Void> flush() {
        Map<TenantId, List<Map.Entry<Use, Instant>>> byTenant = gathered.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .collect(Collectors.groupingBy(entry -> entry.getKey().tenant()));
        Future<Void> done = Future.succeededFuture();
        for (Map.Entry<TenantId, List<Map.Entry<Use, Instant>>> each : byTenant.entrySet()) {
            done = done.compose(v -> write(each.getKey(), each.getValue()));
        }
        return done.onFailure(e -> LOG.debug("uses of API keys wait for the next round: {}", e.toString()));
    }

    private Future<Void> write(TenantId tenant, List<Map.Entry<Use, Instant>> uses) {
        UUID[] keys = uses.stream().map(use -> use.getKey().key()).toArray(UUID[]::new);
        OffsetDateTime[] times = uses.stream()
                .map(use -> use.getValue().atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new);
        return database.tenants()
                .query(tenant, FLUSH, Tuple.of(keys, (Object) times))
                // A key that was used again in between stays for the next round.
                .onSuccess(rows -> uses.forEach(use -> gathered.remove(use.getKey(), use.getValue())))
                .mapEmpty();
    }
}
