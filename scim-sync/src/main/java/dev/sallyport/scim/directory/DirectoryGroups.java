package dev.sallyport.scim.directory;

import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** The groups of the directory, apart from those of any connection: {@code groups.source = 'scim'}. */
public final class DirectoryGroups {
    /** The source of these groups in role mappings. */
    public static final String SOURCE = "scim";

    // A group that is there stays untouched: many people are changed at the same time, and none waits for another's
    // row.
    private static final String ADD_GROUPS = """
            INSERT INTO groups (tenant_id, id, source, value, display_name, external_id)
            SELECT $1, g.id, 'scim', g.value, g.value, g.external_id
            FROM unnest($2::uuid[], $3::text[], $4::text[]) AS g (id, value, external_id)
            ON CONFLICT (tenant_id, source, value) DO NOTHING""";

    private static final String LEAVE = """
            DELETE FROM memberships m USING groups g
            WHERE m.tenant_id = $1 AND m.user_id = $2 AND g.tenant_id = $1 AND g.id = m.group_id AND g.source = 'scim'
              AND NOT g.value = ANY ($3::text[])""";

    private static final String JOIN = """
            INSERT INTO memberships (tenant_id, user_id, group_id)
            SELECT $1, $2, id FROM groups WHERE tenant_id = $1 AND source = 'scim' AND value = ANY ($3::text[])
            ON CONFLICT DO NOTHING""";

    private DirectoryGroups() {}

    /** Makes the person a member of exactly these groups of the directory; groups of connections are left alone. */
    public static Future<Void> replace(SqlConnection tx, TenantId tenant, UserId user, List<DirectoryGroup> groups) {
        List<DirectoryGroup> sorted = groups.stream()
                .sorted(Comparator.comparing(DirectoryGroup::value))
                .toList();
        String[] values = sorted.stream().map(DirectoryGroup::value).toArray(String[]::new);
        String[] ids = sorted.stream().map(group -> group.id().orElse(null)).toArray(String[]::new);
        UUID[] fresh = sorted.stream().map(group -> Uuid7.next()).toArray(UUID[]::new);
        Tuple person = Tuple.of(tenant.value(), user.value(), values);
        Future<?> added = sorted.isEmpty()
                ? Future.succeededFuture()
                : tx.preparedQuery(ADD_GROUPS).execute(Tuple.of(tenant.value(), fresh, values, ids));
        return added.compose(done -> tx.preparedQuery(LEAVE).execute(person))
                .compose(done -> tx.preparedQuery(JOIN).execute(person))
                .mapEmpty();
    }
}
