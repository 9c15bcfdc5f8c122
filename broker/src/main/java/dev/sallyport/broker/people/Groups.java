package dev.sallyport.broker.people;

import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/** Which groups a source says a person is in. Each source rules its own memberships and no other's. */
public final class Groups {
    /** More groups than this from one source are refused, not cut off. */
    public static final int MAX = 1_000;

    private Groups() {}

    /** Makes a person's memberships from one source exactly these. */
    public static Future<Void> replace(
            SqlConnection tx, TenantId tenant, UserId user, GroupSource source, Collection<String> values) {
        // Sorted, so that two transactions that meet the same new groups take their locks in the same order.
        String[] wanted = new TreeSet<>(values).toArray(String[]::new);
        UUID[] fresh = Stream.generate(Uuid7::next).limit(wanted.length).toArray(UUID[]::new);
        Future<?> known = tx.preparedQuery("""
                        INSERT INTO groups (tenant_id, id, source, value)
                        SELECT $1, n.id, $2, n.value FROM unnest($3::uuid[], $4::text[]) AS n (id, value)
                        WHERE NOT EXISTS (SELECT 1 FROM groups g WHERE g.source = $2 AND g.value = n.value)
                        ON CONFLICT (tenant_id, source, value) DO NOTHING""").execute(Tuple.of(tenant.value(), source.text(), fresh, wanted));
        Future<?> gone = tx.preparedQuery("""
                        DELETE FROM memberships m USING groups g
                        WHERE m.user_id = $1 AND g.id = m.group_id AND g.source = $2 AND NOT g.value = ANY ($3)""").execute(Tuple.of(user.value(), source.text(), wanted));
        Future<?> come = tx.preparedQuery("""
                        INSERT INTO memberships (tenant_id, user_id, group_id)
                        SELECT $1, $2, g.id FROM groups g WHERE g.source = $3 AND g.value = ANY ($4)
                        ON CONFLICT DO NOTHING""").execute(Tuple.of(tenant.value(), user.value(), source.text(), wanted));
        return Future.all(known, gone, come).mapEmpty();
    }
}
