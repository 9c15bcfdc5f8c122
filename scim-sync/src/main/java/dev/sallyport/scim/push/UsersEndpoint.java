package dev.sallyport.scim.push;

import dev.sallyport.database.Database;
import dev.sallyport.database.Uuid7;
import dev.sallyport.scim.ListResponse;
import dev.sallyport.scim.Names;
import dev.sallyport.scim.Patch;
import dev.sallyport.scim.PatchOperation;
import dev.sallyport.scim.ResourceReader;
import dev.sallyport.scim.ResourceType;
import dev.sallyport.scim.ScimException;
import dev.sallyport.scim.ScimUser;
import dev.sallyport.scim.Selection;
import dev.sallyport.scim.directory.Cause;
import dev.sallyport.scim.directory.DirectoryPeople;
import dev.sallyport.scim.directory.DirectoryPerson;
import dev.sallyport.scim.directory.DirectorySource;
import dev.sallyport.scim.directory.PersonMapping;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.Uuids;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** {@code /Users} (RFC 7644 §3.3 to §3.6). */
final class UsersEndpoint implements Endpoint {
    private final UserRows rows;
    private final DirectoryPeople people;

    UsersEndpoint(Database database, DirectoryPeople people) {
        this.rows = new UserRows(database);
        this.people = people;
    }

    @Override
    public Future<Answer> list(Caller caller, ListQuery query) {
        Selection selection = query.selection();
        return rows.list(caller.tenant().id(), query, selection.wants("groups"))
                .map(found -> Answer.ok(new ListResponse(
                                found.total(),
                                query.startIndex(),
                                found.users().stream()
                                        .map(user -> selection.apply(user.json(caller.base())))
                                        .toList())
                        .body()));
    }

    @Override
    public Future<Answer> get(Caller caller, String id, Selection selection) {
        return find(caller, id, selection.wants("groups"))
                .map(user -> Answer.ok(selection.apply(user.json(caller.base()))));
    }

    @Override
    public Future<Answer> create(Caller caller, JsonObject body, Selection selection) {
        JsonObject resource = ResourceReader.read(ResourceType.USER, body);
        DirectoryPerson person = person(Uuid7.next().toString(), resource);
        boolean active = !Boolean.FALSE.equals(resource.getBoolean("active"));
        return rows.taken(caller.tenant().id(), person.userName(), person.externalId())
                .compose(taken -> {
                    if (taken.isPresent()) {
                        throw ScimException.uniqueness("another person has this " + taken.get());
                    }
                    return people.admit(caller.tenant().id(), person, cause(caller, Cause.SCIM_ACTIVE));
                })
                .compose(user -> active
                        ? Future.succeededFuture(user)
                        : close(caller, user, person).map(user))
                .compose(user -> find(caller, user.toString(), selection.wants("groups")))
                .map(user -> Answer.created(user.json(caller.base())))
                .map(answer -> new Answer(answer.status(), selection.apply(answer.body()), answer.headers()));
    }

    @Override
    public Future<Answer> replace(Caller caller, String id, JsonObject body, Selection selection) {
        Object said = Names.value(body, "id");
        if (said != null && !said.equals(id)) {
            throw ScimException.mutability("the id in the body is not the id in the address");
        }
        JsonObject resource = ResourceReader.read(ResourceType.USER, body);
        return find(caller, id, false)
                .compose(before -> save(caller, before, resource))
                .compose(done -> get(caller, id, selection));
    }

    @Override
    public Future<Answer> patch(Caller caller, String id, JsonObject body, Selection selection) {
        var operations = PatchOperation.read(body);
        return find(caller, id, false)
                .compose(before -> {
                    JsonObject current = before.writable().put("id", id);
                    JsonObject after = Patch.apply(ResourceType.USER, current, operations);
                    after.remove("id");
                    return save(caller, before, after);
                })
                .compose(done -> get(caller, id, selection));
    }

    @Override
    public Future<Answer> delete(Caller caller, String id) {
        return find(caller, id, false)
                .compose(user -> people.remove(caller.tenant().id(), user.id(), cause(caller, Cause.SCIM_DELETED))
                        .compose(done -> rows.forget(caller.tenant().id(), user.id())))
                .map(done -> Answer.gone());
    }

    /** Closing comes before everything else that the same request says: it must not fail because of a name. */
    private Future<Void> save(Caller caller, PushedUser before, JsonObject resource) {
        boolean active = resource.getBoolean("active", before.active());
        resource.put("active", active);
        DirectoryPerson person = person(before.id().toString(), resource);
        if (!active) {
            return before.active()
                    ? close(caller, before.id(), person)
                    : rows.keep(caller.tenant().id(), before.id(), person);
        }
        Future<Void> open = before.active() ? Future.succeededFuture() : reopen(caller, before);
        return open.compose(
                done -> people.update(caller.tenant().id(), before.id(), person, cause(caller, Cause.SCIM_ACTIVE)));
    }

    private Future<Void> close(Caller caller, UserId user, DirectoryPerson person) {
        return people.remove(caller.tenant().id(), user, cause(caller, Cause.SCIM_INACTIVE))
                .compose(done -> rows.keep(caller.tenant().id(), user, person));
    }

    /** Only a client that had withdrawn its word brings somebody back by giving it again. */
    private Future<Void> reopen(Caller caller, PushedUser before) {
        if (!before.linked() || before.vouched()) {
            throw ScimException.mutability(
                    "the account was closed by an administrator here; only an administrator can open it again");
        }
        return people.readmit(caller.tenant().id(), before.id(), cause(caller, Cause.SCIM_ACTIVE));
    }

    private Future<PushedUser> find(Caller caller, String id, boolean withGroups) {
        return Uuids.parse(id)
                .map(uuid -> rows.find(caller.tenant().id(), new UserId(uuid), withGroups))
                .orElse(Future.succeededFuture(Optional.empty()))
                .map(found -> found.orElseThrow(ScimException::notFound));
    }

    private static DirectoryPerson person(String resourceId, JsonObject resource) {
        PersonMapping mapping = PersonMapping.of(new ScimUser(resource));
        if (!mapping.isUsable()) {
            throw ScimException.invalidValue("cannot be taken over: " + mapping.problem());
        }
        return new DirectoryPerson(
                DirectorySource.PUSH,
                resourceId,
                mapping.value("external_id"),
                mapping.value("user_name").orElseThrow(),
                mapping.value("email"),
                mapping.value("display_name"),
                mapping.value("given_name"),
                mapping.value("family_name"),
                Optional.empty(),
                resource,
                mapping.fingerprint(),
                Optional.empty());
    }

    private static Cause cause(Caller caller, String code) {
        return new Cause(code, caller.actor(), "SCIM push");
    }
}
