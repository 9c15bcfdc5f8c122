package dev.sallyport.scim.pull;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.scim.Names;
import dev.sallyport.scim.ScimUser;
import dev.sallyport.scim.directory.PersonMapping;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The table that pages go into ({@code sync_entries}). Only the run that holds the fence writes there, so a node that was paused cannot mix
 * its pages into those of its successor.
 */
final class Staging {
    private static final String CLEAR = "DELETE FROM sync_entries WHERE tenant_id = $1";

    private static final String PAGE = """
            INSERT INTO sync_entries (tenant_id, run_id, resource_id, external_id, user_name, active, resource, fingerprint, page)
            SELECT $1, $2, e.id, e.external_id, e.user_name, e.active, e.resource::jsonb, decode(e.fingerprint, 'hex'), $4
            FROM unnest($5::text[], $6::text[], $7::text[], $8::boolean[], $9::text[], $10::text[])
              AS e (id, external_id, user_name, active, resource, fingerprint)
            WHERE EXISTS (SELECT FROM sync_runs WHERE tenant_id = $1 AND id = $2 AND fence = $3 AND state = 'reading')
            ON CONFLICT DO NOTHING""";

    private static final String MEMBERS = """
            UPDATE sync_entries SET resource = jsonb_set(resource, '{groups}', coalesce(resource -> 'groups', '[]') || $3)
            WHERE tenant_id = $1 AND run_id = $2 AND resource_id = ANY ($4::text[])""";

    // Every group once and in a fixed order, names that two groups share left out; then the groups count as part of the
    // person.
    private static final String SETTLE_GROUPS = """
            WITH settled AS (
              SELECT e.resource_id, coalesce(
                (SELECT jsonb_agg(DISTINCT g) FROM jsonb_array_elements(e.resource -> 'groups') AS g
                 WHERE NOT (g ->> 'value') = ANY ($3::text[])), '[]') AS groups
              FROM sync_entries e WHERE e.tenant_id = $1 AND e.run_id = $2)
            UPDATE sync_entries e SET
              resource = jsonb_set(e.resource, '{groups}', s.groups),
              fingerprint = sha256(e.fingerprint || convert_to(s.groups::text, 'UTF8'))
            FROM settled s WHERE e.tenant_id = $1 AND e.run_id = $2 AND e.resource_id = s.resource_id""";

    private static final String FORGET_GROUPS = """
            UPDATE sync_entries SET resource = resource - 'groups'
            WHERE tenant_id = $1 AND run_id = $2 AND resource ? 'groups'""";

    private static final String HOLDS_MEMBERSHIPS = """
            SELECT EXISTS (
              SELECT FROM memberships m JOIN groups g ON g.tenant_id = $1 AND g.id = m.group_id
              WHERE m.tenant_id = $1 AND g.source = 'scim') AS holds""";

    private final Database database;
    private final TenantId tenant;
    private final UUID run;
    private final long fence;

    Staging(Database database, TenantId tenant, UUID run, long fence) {
        this.database = database;
        this.tenant = tenant;
        this.run = run;
        this.fence = fence;
    }

    /** Empties the tenant's part of the table. */
    Future<Void> clear() {
        return database.tenants().query(tenant, CLEAR, Tuple.of(tenant.value())).mapEmpty();
    }

    /** Takes one page; the answer is how many of its resources had not come before. */
    Future<Integer> page(int number, List<JsonObject> resources) {
        List<PersonMapping> people = resources.stream()
                .map(one -> PersonMapping.of(new ScimUser(one)))
                .toList();
        Boolean[] active = people.stream().map(PersonMapping::active).toArray(Boolean[]::new);
        String[] kept = Stream.iterate(0, i -> i < people.size(), i -> i + 1)
                .map(i -> kept(people.get(i), resources.get(i)))
                .toArray(String[]::new);
        Tuple arguments = Tuple.tuple()
                .addUUID(tenant.value())
                .addUUID(run)
                .addLong(fence)
                .addInteger(number)
                .addArrayOfString(resources.stream()
                        .map(one -> new ScimUser(one).id().orElseThrow())
                        .toArray(String[]::new))
                .addArrayOfString(column(people, "external_id"))
                .addArrayOfString(column(people, "user_name"))
                .addArrayOfBoolean(active)
                .addArrayOfString(kept)
                .addArrayOfString(
                        people.stream().map(PersonMapping::fingerprint).toArray(String[]::new));
        return database.tenants().query(tenant, PAGE, arguments).map(rows -> rows.rowCount());
    }

    /** Adds a group to its members. */
    Future<Void> members(String groupId, String value, List<String> members) {
        JsonArray group = new JsonArray().add(group(value, groupId));
        return database.tenants()
                .query(tenant, MEMBERS, Tuple.of(tenant.value(), run, group, members.toArray(String[]::new)))
                .mapEmpty();
    }

    /** The groups were read as a whole: from now on they are everybody's groups. */
    Future<Void> settleGroups(List<String> ambiguous) {
        return database.tenants()
                .query(tenant, SETTLE_GROUPS, Tuple.of(tenant.value(), run, ambiguous.toArray(String[]::new)))
                .mapEmpty();
    }

    /** The groups were not read as a whole: nothing follows from what was read of them. */
    Future<Void> forgetGroups() {
        return database.tenants()
                .query(tenant, FORGET_GROUPS, Tuple.of(tenant.value(), run))
                .mapEmpty();
    }

    /** Whether anybody is in a group of the directory. */
    Future<Boolean> holdsMemberships() {
        return database.tenants()
                .query(tenant, HOLDS_MEMBERSHIPS, Tuple.of(tenant.value()))
                .map(rows -> rows.iterator().next().getBoolean("holds"));
    }

    private static String[] column(List<PersonMapping> people, String name) {
        return people.stream().map(person -> person.value(name).orElse(null)).toArray(String[]::new);
    }

    /** What the resource itself says of groups is kept too; some servers say it nowhere else. */
    private static String kept(PersonMapping person, JsonObject resource) {
        JsonObject kept = person.kept();
        if (Names.value(resource, "groups") instanceof JsonArray groups) {
            JsonArray told = new JsonArray();
            groups.stream()
                    .filter(JsonObject.class::isInstance)
                    .map(JsonObject.class::cast)
                    .forEach(group -> Names.text(group, "value")
                            .filter(GroupReader::isUsable)
                            .ifPresent(id -> Names.text(group, "display")
                                    .filter(GroupReader::isUsable)
                                    .ifPresent(name -> told.add(group(name, id)))));
            kept.put("groups", told);
        }
        return kept.encode();
    }

    private static JsonObject group(String value, String id) {
        return new JsonObject().put("value", value).put("id", id);
    }
}
