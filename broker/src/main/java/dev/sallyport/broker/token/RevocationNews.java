package dev.sallyport.broker.token;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.Set;

/**
 * Asks the database whose revocations were written since the last look. Transactions commit out of order, so a look reads from the oldest
 * transaction that was still running at the look before, and leaves out what it has seen.
 */
final class RevocationNews {
    private static final String LOOK = """
            SELECT now.until, n.tenant_id, n.seq FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS until) AS now
            LEFT JOIN revocation_news n ON n.xid >= $1::text::xid8""";
    /** Later than any: the first look only finds out where to begin. */
    private static final String NOTHING = "9223372036854775807";

    private final Database database;
    private String from = NOTHING;
    private Set<Long> seen = Set.of();

    RevocationNews(Database database) {
        this.database = database;
    }

    /** The tenants whose revocations were committed since the last look; looks may overlap, nothing is left out. */
    Future<Set<TenantId>> since() {
        return database.platform(LOOK, Tuple.of(mark())).map(rows -> {
            Set<TenantId> tenants = new HashSet<>();
            Set<Long> found = new HashSet<>();
            String until = from;
            for (Row row : rows) {
                until = row.getString("until");
                if (row.getLong("seq") != null) {
                    found.add(row.getLong("seq"));
                    if (!seen.contains(row.getLong("seq"))) {
                        tenants.add(new TenantId(row.getUUID("tenant_id")));
                    }
                }
            }
            advance(until, found);
            return tenants;
        });
    }

    private synchronized String mark() {
        return from;
    }

    private synchronized void advance(String until, Set<Long> found) {
        from = until;
        seen = found;
    }
}
