package dev.sallyport.broker.audit;

import dev.sallyport.broker.audit.ChainState.Broken;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.security.MessageDigest;
import java.util.Optional;

/** Walks one chain from its beginning and recomputes each link. Ends at the first that does not hold. */
final class ChainCheck {
    private static final int PAGE = 1_000;
    private static final String LINKS =
            "SELECT c.seq, c.hash, c.event_id, e.id AS found, e.action, " + ChainLink.CANONICAL + """
             AS canonical FROM audit_chain c LEFT JOIN audit_events e ON e.tenant_id = c.tenant_id AND e.id = c.event_id
            WHERE c.tenant_id = $1 AND c.seq > $2 ORDER BY c.seq LIMIT $3""";
    private static final String COUNTS = """
            SELECT (SELECT count(*) FROM audit_chain WHERE tenant_id = $1) AS events,
              (SELECT count(*) FROM audit_events e WHERE e.tenant_id = $1 AND NOT EXISTS (
                SELECT 1 FROM audit_chain c WHERE c.tenant_id = e.tenant_id AND c.event_id = e.id)) AS pending""";

    private final Database database;
    private final TenantId tenant;

    ChainCheck(Database database, TenantId tenant) {
        this.database = database;
        this.tenant = tenant;
    }

    Future<ChainState> run() {
        return database.tenants()
                .query(tenant, COUNTS, Tuple.of(tenant.value()))
                .map(rows -> rows.iterator().next())
                .compose(counts -> walk(0, ChainLink.BEGINNING)
                        .map(broken -> new ChainState(counts.getLong("events"), counts.getLong("pending"), broken)));
    }

    private Future<Optional<Broken>> walk(long position, byte[] hash) {
        return database.tenants()
                .query(tenant, LINKS, Tuple.of(tenant.value(), position, PAGE))
                .compose(rows -> page(rows, position, hash));
    }

    private Future<Optional<Broken>> page(RowSet<Row> rows, long before, byte[] hashBefore) {
        long position = before;
        byte[] hash = hashBefore;
        for (Row row : rows) {
            position++;
            Optional<Broken> fault = fault(row, position, hash);
            if (fault.isPresent()) {
                return Future.succeededFuture(fault);
            }
            hash = row.getBuffer("hash").getBytes();
        }
        return rows.size() < PAGE ? Future.succeededFuture(Optional.empty()) : walk(position, hash);
    }

    private static Optional<Broken> fault(Row row, long position, byte[] hash) {
        if (row.getLong("seq") != position) {
            return Optional.of(new Broken(position, "link " + position + " is missing"));
        }
        if (row.getUUID("found") == null) {
            return Optional.of(new Broken(position, "event " + row.getUUID("event_id") + " is missing"));
        }
        byte[] expected = ChainLink.hash(hash, row.getString("canonical"));
        return MessageDigest.isEqual(expected, row.getBuffer("hash").getBytes())
                ? Optional.empty()
                : Optional.of(new Broken(
                        position,
                        "event " + row.getUUID("event_id") + " (" + row.getString("action")
                                + ") or its link is not what was sealed"));
    }
}
