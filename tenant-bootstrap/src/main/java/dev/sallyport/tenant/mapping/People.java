package dev.sallyport.tenant.mapping;

import dev.sallyport.database.TenantId;
import dev.sallyport.roles.DirectGrant;
import dev.sallyport.roles.Group;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.Person;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Everybody in a tenant who may sign in, as the role engine wants to know them. */
final class People {
    private static final int PAGE = 500;
    private static final UUID FIRST = new UUID(0, 0);
    private static final String SQL = """
            SELECT u.id, u.user_name,
              coalesce((SELECT jsonb_agg(jsonb_build_array(g.source, g.value)) FROM memberships m
                        JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
                        WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id), '[]') AS groups,
              coalesce((SELECT jsonb_agg(jsonb_build_array(r.id, r.role, extract(epoch FROM r.expires_at)::bigint)) FROM grants r
                        WHERE r.tenant_id = u.tenant_id AND r.user_id = u.id), '[]') AS grants
            FROM users u WHERE u.tenant_id = $1 AND u.status IN ('staged', 'active') AND u.id > $2 ORDER BY u.id LIMIT $3""";

    private People() {}

    /** All of them with their user names, read page by page. */
    static Future<Map<Person, String>> all(SqlConnection tx, TenantId tenant) {
        return after(FIRST, tx, tenant, new LinkedHashMap<>());
    }

    private static Future<Map<Person, String>> after(
            UUID last, SqlConnection tx, TenantId tenant, Map<Person, String> people) {
        return tx.preparedQuery(SQL)
                .execute(Tuple.of(tenant.value(), last, PAGE))
                .compose(rows -> {
                    UUID end = last;
                    for (Row row : rows) {
                        people.put(person(row), row.getString("user_name"));
                        end = row.getUUID("id");
                    }
                    return rows.size() < PAGE ? Future.succeededFuture(people) : after(end, tx, tenant, people);
                });
    }

    private static Person person(Row row) {
        List<Group> groups = row.getJsonArray("groups").stream()
                .map(JsonArray.class::cast)
                .map(pair -> new Group(GroupSource.parse(pair.getString(0)), pair.getString(1)))
                .toList();
        List<DirectGrant> grants = row.getJsonArray("grants").stream()
                .map(JsonArray.class::cast)
                .map(grant -> new DirectGrant(
                        grant.getString(0),
                        grant.getString(1),
                        Optional.ofNullable(grant.getLong(2)).map(Instant::ofEpochSecond),
                        Optional.empty()))
                .toList();
        return new Person(row.getUUID("id").toString(), java.util.Set.copyOf(groups), grants);
    }
}
