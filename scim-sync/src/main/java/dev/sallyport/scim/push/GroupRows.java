package dev.sallyport.scim.push;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.scim.FilterSql;
import dev.sallyport.scim.FilterSql.Column;
import dev.sallyport.scim.FilterSql.Kind;
import dev.sallyport.scim.ScimException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** The groups of the directory ({@code groups.source = 'scim'}) and their members. */
final class GroupRows {
    private static final String MEMBER = """
            EXISTS (SELECT FROM memberships m WHERE m.tenant_id = g.tenant_id AND m.group_id = g.id AND m.user_id = %s)""";

    private static final Map<String, Column> COLUMNS = Map.of(
            "id", new Column("g.id", Kind.UUID),
            "externalid", new Column("g.external_id", Kind.EXACT_TEXT),
            "displayname", new Column("g.value", Kind.TEXT),
            "members", new Column(MEMBER, Kind.MEMBER),
            "members.value", new Column(MEMBER, Kind.MEMBER),
            "meta.created", new Column("g.created_at", Kind.TIME),
            "meta.lastmodified", new Column("g.updated_at", Kind.TIME));

    private static final String FROM = "FROM groups g WHERE g.tenant_id = $1 AND g.source = 'scim'";

    private static final String SELECT = """
            SELECT g.id, g.value, g.external_id, g.created_at, g.updated_at, CASE WHEN $2 THEN coalesce((
                SELECT jsonb_agg(jsonb_build_object('value', u.id, 'display', coalesce(u.display_name, u.user_name)) ORDER BY u.id)
                FROM memberships m JOIN users u ON u.tenant_id = $1 AND u.id = m.user_id
                WHERE m.tenant_id = $1 AND m.group_id = g.id), '[]') END AS members
            """;

    private static final String INSERT = """
            INSERT INTO groups (tenant_id, id, source, value, display_name, external_id) VALUES ($1, $2, 'scim', $3, $3, $4)""";

    private static final String UPDATE = """
            UPDATE groups SET value = $3, display_name = $3, external_id = $4, last_seen_at = now(), updated_at = now(),
              version = version + 1
            WHERE tenant_id = $1 AND id = $2""";

    // Locked, so that nobody is closed between this look and the membership that follows from it.
    private static final String LIVE = """
            SELECT id FROM users
            WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND status NOT IN ('suspended', 'offboarded') ORDER BY id FOR SHARE""";

    private static final String JOIN = """
            INSERT INTO memberships (tenant_id, user_id, group_id) SELECT $1, member, $2 FROM unnest($3::uuid[]) AS member
            ON CONFLICT DO NOTHING""";

    private static final String LEAVE = """
            DELETE FROM memberships WHERE tenant_id = $1 AND group_id = $2 AND user_id = ANY ($3::uuid[])""";

    /** A page of groups. */
    record Found(long total, List<PushedGroup> groups) {}

    private final Database database;

    GroupRows(Database database) {
        this.database = database;
    }

    Future<Optional<PushedGroup>> find(TenantId tenant, UUID id, boolean withMembers) {
        return database.tenants()
                .query(tenant, SELECT + FROM + " AND g.id = $3", Tuple.of(tenant.value(), withMembers, id))
                .map(GroupRows::first);
    }

    /** Looks at a group and keeps it as it is until the transaction ends. */
    Future<Optional<PushedGroup>> lock(SqlConnection tx, TenantId tenant, UUID id) {
        return tx.preparedQuery(SELECT + FROM + " AND g.id = $3 FOR UPDATE OF g")
                .execute(Tuple.of(tenant.value(), true, id))
                .map(GroupRows::first);
    }

    Future<Found> list(TenantId tenant, ListQuery query, boolean withMembers) {
        Optional<FilterSql.Condition> condition = query.filter().map(filter -> FilterSql.translate(filter, COLUMNS, 3));
        List<Object> arguments = condition.map(FilterSql.Condition::arguments).orElse(List.of());
        String where =
                FROM + condition.map(found -> " AND (" + found.sql() + ")").orElse("");
        int next = 3 + arguments.size();
        // The parameter of the members is named in the count too, so that both statements number theirs alike.
        String count = "SELECT count(*) AS n " + where + " AND ($2::boolean OR NOT $2::boolean)";
        String page = SELECT + where + " ORDER BY g.id OFFSET $" + next + " LIMIT $" + (next + 1);
        return database.tenants().transaction(tenant, tx -> tx.preparedQuery(count)
                .execute(arguments(tenant, withMembers, arguments))
                .compose(counted -> tx.preparedQuery(page)
                        .execute(arguments(tenant, withMembers, arguments)
                                .addLong(query.startIndex() - 1)
                                .addLong((long) query.count()))
                        .map(rows -> new Found(
                                counted.iterator().next().getLong("n"),
                                StreamSupport.stream(rows.spliterator(), false)
                                        .map(GroupRows::group)
                                        .toList()))));
    }

    Future<Void> insert(SqlConnection tx, TenantId tenant, UUID id, String name, Optional<String> externalId) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(tenant.value(), id, name, externalId.orElse(null)))
                .mapEmpty();
    }

    Future<Void> update(SqlConnection tx, TenantId tenant, UUID id, String name, Optional<String> externalId) {
        return tx.preparedQuery(UPDATE)
                .execute(Tuple.of(tenant.value(), id, name, externalId.orElse(null)))
                .mapEmpty();
    }

    Future<Void> delete(SqlConnection tx, TenantId tenant, UUID id) {
        return tx.preparedQuery("DELETE FROM groups WHERE tenant_id = $1 AND id = $2")
                .execute(Tuple.of(tenant.value(), id))
                .mapEmpty();
    }

    /** Adds people who have access. Fails with {@code invalidValue} if one of them has not, or is nobody. */
    Future<Void> join(SqlConnection tx, TenantId tenant, UUID group, Set<UUID> people) {
        if (people.isEmpty()) {
            return Future.succeededFuture();
        }
        UUID[] ids = people.toArray(UUID[]::new);
        return tx.preparedQuery(LIVE)
                .execute(Tuple.tuple().addUUID(tenant.value()).addArrayOfUUID(ids))
                .compose(rows -> {
                    if (rows.size() < people.size()) {
                        Set<UUID> missing = new HashSet<>(people);
                        rows.forEach(row -> missing.remove(row.getUUID("id")));
                        throw ScimException.invalidValue("no active person has the id "
                                + missing.iterator().next() + (missing.size() > 1 ? ", and others" : ""));
                    }
                    return tx.preparedQuery(JOIN)
                            .execute(Tuple.of(tenant.value(), group, ids))
                            .mapEmpty();
                });
    }

    /** Takes people out. */
    Future<Void> leave(SqlConnection tx, TenantId tenant, UUID group, Set<UUID> people) {
        return people.isEmpty()
                ? Future.succeededFuture()
                : tx.preparedQuery(LEAVE)
                        .execute(Tuple.of(tenant.value(), group, people.toArray(UUID[]::new)))
                        .mapEmpty();
    }

    private static Tuple arguments(TenantId tenant, boolean withMembers, List<Object> more) {
        Tuple tuple = Tuple.of(tenant.value(), withMembers);
        more.forEach(tuple::addValue);
        return tuple;
    }

    private static Optional<PushedGroup> first(Iterable<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(GroupRows::group)
                .findFirst();
    }

    private static PushedGroup group(Row row) {
        JsonArray members = (JsonArray) row.getJson("members");
        return new PushedGroup(
                row.getUUID("id"),
                row.getString("value"),
                Optional.ofNullable(row.getString("external_id")),
                Optional.ofNullable(members),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant());
    }

    static JsonObject audit(PushedGroup before, JsonObject after) {
        return new JsonObject()
                .put("before", new JsonObject().put("display_name", before.name()))
                .put("after", new JsonObject().put("display_name", after.getString("displayName")));
    }
}
