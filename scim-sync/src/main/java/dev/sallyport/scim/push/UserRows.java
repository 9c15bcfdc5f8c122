package dev.sallyport.scim.push;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.scim.FilterSql;
import dev.sallyport.scim.FilterSql.Column;
import dev.sallyport.scim.FilterSql.Kind;
import dev.sallyport.scim.directory.DirectoryAccounts;
import dev.sallyport.scim.directory.DirectoryPerson;
import dev.sallyport.scim.directory.DirectorySource;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * People as a SCIM client sees them: everybody with an account, and those whom a client made inactive. Who left by another way, or was
 * deleted, is not there.
 */
final class UserRows {
    private static final Map<String, Column> COLUMNS = Map.ofEntries(
            Map.entry("id", new Column("u.id", Kind.UUID)),
            Map.entry("externalid", new Column("d.external_id", Kind.EXACT_TEXT)),
            Map.entry("username", new Column("u.user_name_key", Kind.LOWER_TEXT)),
            Map.entry("displayname", new Column("u.display_name", Kind.TEXT)),
            Map.entry("name.givenname", new Column("u.given_name", Kind.TEXT)),
            Map.entry("name.familyname", new Column("u.family_name", Kind.TEXT)),
            Map.entry("emails", new Column("u.email_key", Kind.LOWER_TEXT)),
            Map.entry("emails.value", new Column("u.email_key", Kind.LOWER_TEXT)),
            Map.entry("emails.type", new Column("'work'::text", Kind.TEXT)),
            Map.entry("emails.primary", new Column("true", Kind.BOOLEAN)),
            Map.entry("active", new Column("(u.status NOT IN ('suspended', 'offboarded'))", Kind.BOOLEAN)),
            Map.entry("meta.created", new Column("u.created_at", Kind.TIME)),
            Map.entry("meta.lastmodified", new Column("greatest(u.updated_at, d.updated_at)", Kind.TIME)));

    private static final String FROM = """
            FROM users u LEFT JOIN directory_accounts d ON d.tenant_id = $1 AND d.source = 'push' AND d.user_id = u.id
            WHERE u.tenant_id = $1 AND (u.status <> 'offboarded' OR d.user_id IS NOT NULL)""";

    private static final String SELECT = """
            SELECT u.id, u.user_name, u.email, u.display_name, u.given_name, u.family_name, u.created_at,
              u.status NOT IN ('suspended', 'offboarded') AS active, greatest(u.updated_at, d.updated_at) AS modified,
              d.user_id IS NOT NULL AS linked, coalesce(d.active, false) AS vouched, d.external_id, d.resource,
              CASE WHEN $2 THEN (
                SELECT jsonb_agg(jsonb_build_object('value', g.id, 'display', g.value) ORDER BY g.value)
                FROM memberships m JOIN groups g ON g.tenant_id = $1 AND g.id = m.group_id AND g.source = 'scim'
                WHERE m.tenant_id = $1 AND m.user_id = u.id) END AS groups
            """;

    private static final String TAKEN = """
            SELECT u.user_name_key = lower($2) AS name_taken
            FROM directory_accounts d JOIN users u ON u.tenant_id = $1 AND u.id = d.user_id
            WHERE d.tenant_id = $1 AND d.source = 'push' AND (u.user_name_key = lower($2) OR d.external_id = $3) LIMIT 1""";

    private static final String FORGET = """
            DELETE FROM directory_accounts WHERE tenant_id = $1 AND source = 'push' AND user_id = $2""";

    /** A page of people. */
    record Found(long total, List<PushedUser> users) {}

    private final Database database;

    UserRows(Database database) {
        this.database = database;
    }

    Future<Optional<PushedUser>> find(TenantId tenant, UserId user, boolean withGroups) {
        return database.tenants()
                .query(tenant, SELECT + FROM + " AND u.id = $3", Tuple.of(tenant.value(), withGroups, user.value()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(UserRows::user)
                        .findFirst());
    }

    Future<Found> list(TenantId tenant, ListQuery query, boolean withGroups) {
        Optional<FilterSql.Condition> condition = query.filter().map(filter -> FilterSql.translate(filter, COLUMNS, 3));
        List<Object> arguments = condition.map(FilterSql.Condition::arguments).orElse(List.of());
        String where =
                FROM + condition.map(found -> " AND (" + found.sql() + ")").orElse("");
        int next = 3 + arguments.size();
        // The parameter of the groups is named in the count too, so that both statements number theirs alike.
        String count = "SELECT count(*) AS n " + where + " AND ($2::boolean OR NOT $2::boolean)";
        String page = SELECT + where + " ORDER BY u.id OFFSET $" + next + " LIMIT $" + (next + 1);
        return database.tenants().transaction(tenant, tx -> tx.preparedQuery(count)
                .execute(arguments(tenant, withGroups, arguments))
                .compose(counted -> page(
                                tx,
                                page,
                                arguments(tenant, withGroups, arguments)
                                        .addLong(query.startIndex() - 1)
                                        .addLong((long) query.count()))
                        .map(users -> new Found(counted.iterator().next().getLong("n"), users))));
    }

    /** What another pushed person has already: {@code userName} or {@code externalId}; empty if nothing. */
    Future<Optional<String>> taken(TenantId tenant, String userName, Optional<String> externalId) {
        return database.tenants()
                .query(tenant, TAKEN, Tuple.of(tenant.value(), userName, externalId.orElse(null)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getBoolean("name_taken") ? "userName" : "externalId"));
    }

    /** Keeps what the client says of somebody who is off, and that it does not vouch for them. */
    Future<Void> keep(TenantId tenant, UserId user, DirectoryPerson person) {
        return database.tenants().transaction(tenant, tx -> DirectoryAccounts.link(tx, tenant, user, person)
                .compose(done -> DirectoryAccounts.vouch(tx, tenant, DirectorySource.PUSH, user, false)));
    }

    /** After a DELETE the client never sees the resource again. */
    Future<Void> forget(TenantId tenant, UserId user) {
        return database.tenants()
                .query(tenant, FORGET, Tuple.of(tenant.value(), user.value()))
                .mapEmpty();
    }

    private static Future<List<PushedUser>> page(SqlConnection tx, String sql, Tuple arguments) {
        return tx.preparedQuery(sql).execute(arguments).map(rows -> StreamSupport.stream(rows.spliterator(), false)
                .map(UserRows::user)
                .toList());
    }

    private static Tuple arguments(TenantId tenant, boolean withGroups, List<Object> more) {
        Tuple tuple = Tuple.of(tenant.value(), withGroups);
        more.forEach(tuple::addValue);
        return tuple;
    }

    private static PushedUser user(Row row) {
        return new PushedUser(
                new UserId(row.getUUID("id")),
                row.getString("user_name"),
                Optional.ofNullable(row.getString("email")),
                Optional.ofNullable(row.getString("display_name")),
                Optional.ofNullable(row.getString("given_name")),
                Optional.ofNullable(row.getString("family_name")),
                row.getBoolean("active"),
                row.getBoolean("linked"),
                row.getBoolean("vouched"),
                Optional.ofNullable(row.getString("external_id")),
                Optional.ofNullable((JsonObject) row.getJson("resource")),
                Optional.ofNullable((JsonArray) row.getJson("groups")),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("modified").toInstant());
    }
}
