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
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks the role engine what a person may do now, with the groups and grants that are in the database at this moment. */
public final class PersonAccess {
    private static final String HELD = """
            SELECT g.source, g.value, NULL::uuid AS grant_id, NULL::text AS role, NULL::timestamptz AS expires_at, NULL::text AS reason
            FROM memberships m JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id WHERE m.user_id = $1
            UNION ALL
            SELECT NULL, NULL, d.id, d.role, d.expires_at, d.reason FROM grants d WHERE d.user_id = $1""";

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
        return scoped.preparedQuery(HELD).execute(Tuple.of(user.value())).map(rows -> evaluate(rules, rows));
    }

    /** What somebody with these groups of a source would be allowed, for previews; nothing is read of any person. */
    public Future<Access> ofGroups(TenantId tenant, GroupSource source, List<String> groups) {
        List<Group> values =
                groups.stream().map(value -> new Group(source, value)).toList();
        return rules(tenant)
                .map(rules ->
                        RoleEngine.evaluate(values, List.of(), rules.mapping(), rules.catalogue(), clock.instant()));
    }

    private Access evaluate(Rules rules, RowSet<Row> rows) {
        List<Group> groups = new ArrayList<>();
        List<DirectGrant> grants = new ArrayList<>();
        for (Row row : rows) {
            if (row.getString("source") != null) {
                groups.add(new Group(GroupSource.parse(row.getString("source")), row.getString("value")));
            } else {
                grants.add(new DirectGrant(
                        row.getUUID("grant_id").toString(),
                        row.getString("role"),
                        Optional.ofNullable(row.getOffsetDateTime("expires_at")).map(t -> t.toInstant()),
                        Optional.ofNullable(row.getString("reason"))));
            }
        }
        return RoleEngine.evaluate(groups, grants, rules.mapping(), rules.catalogue(), clock.instant());
    }
}
