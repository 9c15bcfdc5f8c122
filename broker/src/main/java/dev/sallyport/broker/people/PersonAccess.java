package dev.sallyport.broker.people;

import dev.sallyport.database.TenantId;
import dev.sallyport.roles.Access;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.DirectGrant;
import dev.sallyport.roles.Group;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.RoleEngine;
import dev.sallyport.roles.RoleMapping;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.mapping.Catalogues;
import dev.sallyport.tenant.mapping.RoleMappings;
import dev.sallyport.tenant.mapping.StoredMapping;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks the role engine what a person may do now, with the groups and grants that are in the database at this moment. */
public final class PersonAccess {
    /**
     * Joins, for each row of a query, the columns of which {@link #of(Rules, Row)} reads what a person holds.
     *
     * @param user the expression that names the person, such as {@code u.id}
     */
    public static String heldBy(String user) {
        return """
                 CROSS JOIN LATERAL (SELECT array_agg(g.source) AS group_sources, array_agg(g.value) AS group_values
                  FROM memberships m CROSS JOIN LATERAL (SELECT * FROM groups g WHERE g.id = m.group_id OFFSET 0) AS g
                  WHERE m.user_id = %1$s) AS in_groups
                 CROSS JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object(
                   'id', d.id, 'role', d.role, 'expires_at', d.expires_at, 'reason', d.reason)) AS direct_grants
                  FROM grants d WHERE d.user_id = %1$s) AS granted
                """.formatted(user);
    }

    private static final String HELD =
            "SELECT group_sources, group_values, direct_grants FROM (SELECT $1::uuid AS id) AS p " + heldBy("p.id");

    private final Catalogues catalogues;
    private final RoleMappings mappings;
    private final Clock clock;

    public PersonAccess(Catalogues catalogues, RoleMappings mappings, Clock clock) {
        this.catalogues = catalogues;
        this.mappings = mappings;
        this.clock = clock;
    }

    /** By what people of a tenant are judged. */
    public record Rules(Catalogue catalogue, RoleMapping mapping) {}

    /**
     * The rules as they are now. Read them before a transaction, not in it: when they are not in memory they need a connection of their own,
     * and whoever waits for a second one while holding the first can wait for ever.
     */
    public Future<Rules> rules(TenantId tenant) {
        return Future.all(catalogues.current(), mappings.load(tenant).map(StoredMapping::mapping))
                .map(both -> new Rules(both.resultAt(0), both.resultAt(1)));
    }

    /** What the person may do by these rules. The connection must be inside the tenant's scope. */
    public Future<Access> of(SqlClient scoped, Rules rules, UserId user) {
        return scoped.preparedQuery(HELD)
                .execute(Tuple.of(user.value()))
                .map(rows -> of(rules, rows.iterator().next()));
    }

    /** What the person of a row may do by these rules; the row was read with {@link #heldBy}. */
    public Access of(Rules rules, Row row) {
        List<Group> groups = new ArrayList<>();
        String[] sources = row.getArrayOfStrings("group_sources");
        String[] values = row.getArrayOfStrings("group_values");
        for (int i = 0; sources != null && i < sources.length; i++) {
            groups.add(new Group(GroupSource.parse(sources[i]), values[i]));
        }
        List<DirectGrant> grants = new ArrayList<>();
        JsonArray direct = row.getJsonArray("direct_grants");
        for (int i = 0; direct != null && i < direct.size(); i++) {
            JsonObject grant = direct.getJsonObject(i);
            grants.add(new DirectGrant(
                    grant.getString("id"),
                    grant.getString("role"),
                    Optional.ofNullable(grant.getString("expires_at"))
                            .map(t -> OffsetDateTime.parse(t).toInstant()),
                    Optional.ofNullable(grant.getString("reason"))));
        }
        return RoleEngine.evaluate(groups, grants, rules.mapping(), rules.catalogue(), clock.instant());
    }

    /** What somebody with these groups of a source would be allowed, for previews; nothing is read of any person. */
    public Future<Access> ofGroups(TenantId tenant, GroupSource source, List<String> groups) {
        List<Group> values =
                groups.stream().map(value -> new Group(source, value)).toList();
        return rules(tenant)
                .map(rules ->
                        RoleEngine.evaluate(values, List.of(), rules.mapping(), rules.catalogue(), clock.instant()));
    }
}
