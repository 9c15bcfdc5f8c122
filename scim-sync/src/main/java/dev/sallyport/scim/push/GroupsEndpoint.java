package dev.sallyport.scim.push;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.scim.ListResponse;
import dev.sallyport.scim.Names;
import dev.sallyport.scim.Patch;
import dev.sallyport.scim.PatchOperation;
import dev.sallyport.scim.ResourceReader;
import dev.sallyport.scim.ResourceType;
import dev.sallyport.scim.ScimException;
import dev.sallyport.scim.Selection;
import dev.sallyport.tenant.Uuids;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** {@code /Groups} (RFC 7644 §3.3 to §3.6). What changes here are memberships; permissions follow from them at the next token. */
final class GroupsEndpoint implements Endpoint {
    private final Database database;
    private final GroupRows rows;

    GroupsEndpoint(Database database) {
        this.database = database;
        this.rows = new GroupRows(database);
    }

    @Override
    public Future<Answer> list(Caller caller, ListQuery query) {
        Selection selection = query.selection();
        return rows.list(caller.tenant().id(), query, selection.wants("members"))
                .map(found -> Answer.ok(new ListResponse(
                                found.total(),
                                query.startIndex(),
                                found.groups().stream()
                                        .map(group -> selection.apply(group.json(caller.base())))
                                        .toList())
                        .body()));
    }

    @Override
    public Future<Answer> get(Caller caller, String id, Selection selection) {
        return rows.find(caller.tenant().id(), uuid(id), selection.wants("members"))
                .map(found -> Answer.ok(selection.apply(
                        found.orElseThrow(ScimException::notFound).json(caller.base()))));
    }

    @Override
    public Future<Answer> create(Caller caller, JsonObject body, Selection selection) {
        JsonObject resource = ResourceReader.read(ResourceType.GROUP, body);
        String name = name(resource);
        TenantId tenant = caller.tenant().id();
        UUID id = Uuid7.next();
        return database.tenants()
                .transaction(tenant, tx -> rows.insert(tx, tenant, id, name, externalId(resource))
                        .compose(done -> rows.join(tx, tenant, id, members(resource)))
                        .compose(done -> audit(tx, caller, "group.created", id, resource)))
                .recover(GroupsEndpoint::taken)
                .compose(done -> rows.find(tenant, id, selection.wants("members")))
                .map(found -> Answer.created(found.orElseThrow().json(caller.base())))
                .map(answer -> new Answer(answer.status(), selection.apply(answer.body()), answer.headers()));
    }

    @Override
    public Future<Answer> replace(Caller caller, String id, JsonObject body, Selection selection) {
        Object said = Names.value(body, "id");
        if (said != null && !said.equals(id)) {
            throw ScimException.mutability("the id in the body is not the id in the address");
        }
        JsonObject resource = ResourceReader.read(ResourceType.GROUP, body);
        return change(caller, id, before -> resource).compose(done -> get(caller, id, selection));
    }

    @Override
    public Future<Answer> patch(Caller caller, String id, JsonObject body, Selection selection) {
        List<PatchOperation> operations = PatchOperation.read(body);
        return change(caller, id, before -> Patch.apply(ResourceType.GROUP, before.put("id", id), operations))
                .compose(done -> get(caller, id, selection));
    }

    @Override
    public Future<Answer> delete(Caller caller, String id) {
        TenantId tenant = caller.tenant().id();
        UUID group = uuid(id);
        return database.tenants().transaction(tenant, tx -> rows.lock(tx, tenant, group)
                .compose(found -> {
                    JsonObject last = found.orElseThrow(ScimException::notFound).writable();
                    return rows.delete(tx, tenant, group)
                            .compose(done -> audit(tx, caller, "group.deleted", group, last));
                })
                .map(done -> Answer.gone()));
    }

    private Future<Void> change(Caller caller, String id, UnaryOperator<JsonObject> change) {
        TenantId tenant = caller.tenant().id();
        UUID group = uuid(id);
        return database.tenants()
                .transaction(tenant, tx -> rows.lock(tx, tenant, group).compose(found -> {
                    PushedGroup before = found.orElseThrow(ScimException::notFound);
                    JsonObject after = change.apply(before.writable());
                    Set<UUID> old = members(before.writable());
                    Set<UUID> now = members(after);
                    return rows.update(tx, tenant, group, name(after), externalId(after))
                            .compose(done -> rows.leave(tx, tenant, group, without(old, now)))
                            .compose(done -> rows.join(tx, tenant, group, without(now, old)))
                            .compose(done -> AuditTrail.append(
                                    tx,
                                    tenant,
                                    AuditEvent.of(caller.actor(), "group.updated", "group:" + group)
                                            .with(GroupRows.audit(before, after)
                                                    .put("joined", ids(without(now, old)))
                                                    .put("left", ids(without(old, now))))));
                }))
                .recover(GroupsEndpoint::taken);
    }

    private static Future<Void> audit(SqlConnection tx, Caller caller, String action, UUID id, JsonObject resource) {
        JsonObject details = new JsonObject()
                .put("display_name", resource.getString("displayName"))
                .put("members", ids(members(resource)));
        return AuditTrail.append(
                tx,
                caller.tenant().id(),
                AuditEvent.of(caller.actor(), action, "group:" + id).with(details));
    }

    private static UUID uuid(String id) {
        return Uuids.parse(id).orElseThrow(ScimException::notFound);
    }

    private static String name(JsonObject resource) {
        String name = resource.getString("displayName").strip();
        if (name.isEmpty() || name.length() > 500 || name.chars().anyMatch(Character::isISOControl)) {
            throw ScimException.invalidValue("displayName must be 1 to 500 characters without control characters");
        }
        return name;
    }

    private static Optional<String> externalId(JsonObject resource) {
        return Optional.ofNullable(resource.getString("externalId"));
    }

    private static Set<UUID> members(JsonObject resource) {
        return PushedGroup.memberIds(resource).stream()
                .map(id -> Uuids.parse(id)
                        .orElseThrow(() -> ScimException.invalidValue("no person has such an id as a member has")))
                .collect(Collectors.toSet());
    }

    private static Set<UUID> without(Set<UUID> all, Set<UUID> some) {
        Set<UUID> rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    /** The audit log names the first few; the count is always there. */
    private static JsonObject ids(Set<UUID> people) {
        JsonArray first = new JsonArray();
        people.stream().sorted().limit(20).forEach(id -> first.add(id.toString()));
        return new JsonObject().put("count", people.size()).put("users", first);
    }

    private static <T> Future<T> taken(Throwable failure) {
        return Future.failedFuture(
                Database.violates(failure, "groups_tenant_id_source_value_key")
                        ? ScimException.uniqueness("another group has this displayName")
                        : failure);
    }
}
