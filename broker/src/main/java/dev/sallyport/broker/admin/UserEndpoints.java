package dev.sallyport.broker.admin;

import dev.sallyport.broker.people.Person;
import dev.sallyport.broker.people.PersonStatus;
import dev.sallyport.roles.Access;
import dev.sallyport.roles.Grant;
import dev.sallyport.roles.MappingRule;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** {@code …/users}: who is known, and what they may do. */
final class UserEndpoints implements Endpoint.Family {
    private final AdminParts parts;
    private final PersonDetails details;

    UserEndpoints(AdminParts parts) {
        this.parts = parts;
        this.details = new PersonDetails(parts.database());
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("listUsers", this::list, "getUser", this::get, "getUserAccess", this::access);
    }

    private Future<Answer> list(Call call) {
        return details.list(
                        call.tenantId(),
                        call.cursorId(),
                        call.query("status"),
                        call.query("email"),
                        call.query("q"),
                        call.limit() + 1)
                .map(found -> Answer.ok(Listing.page(found, call.limit(), PersonJson::of, person -> person.id()
                        .toString())));
    }

    private Future<Answer> get(Call call) {
        return find(call).compose(person -> details.of(call.tenantId(), person)).map(Answer::ok);
    }

    private Future<Answer> access(Call call) {
        return Future.all(find(call), parts.access().rules(call.tenantId())).compose(both -> {
            Person person = both.resultAt(0);
            return parts.database()
                    .tenants()
                    .transaction(call.tenantId(), tx -> parts.access().of(tx, both.resultAt(1), person.id()))
                    .map(access -> Answer.ok(json(person, access)));
        });
    }

    private Future<Person> find(Call call) {
        return parts.people().find(call.tenantId(), new UserId(call.id())).map(Call::found);
    }

    // What a token would carry now: whoever is not active gets no token.
    private JsonObject json(Person person, Access access) {
        boolean active = person.status() == PersonStatus.ACTIVE;
        return new JsonObject()
                .put("user", PersonJson.ref(person))
                .put("status", person.status().word())
                .put("permissions", active ? RoleMappingEndpoints.names(access.permissions()) : new JsonArray())
                .put("roles", active ? new JsonArray(List.copyOf(access.roles())) : new JsonArray())
                .put(
                        "grants",
                        active
                                ? new JsonArray(access.provenance().stream()
                                        .map(UserEndpoints::grant)
                                        .toList())
                                : new JsonArray())
                .put("evaluated_at", Times.text(parts.clock().instant()));
    }

    private static JsonObject grant(Grant grant) {
        JsonObject origin = new JsonObject()
                .put("kind", grant.origin() instanceof MappingRule ? "rule" : "grant")
                .put("id", grant.origin().id())
                .put("expires_at", Times.text(grant.origin().expiresAt()))
                .put("reason", grant.origin().reason().orElse(null));
        if (grant.origin() instanceof MappingRule rule) {
            origin.put("source", rule.source().text()).put("group", rule.groupValue());
        }
        return new JsonObject()
                .put("permission", grant.permission().name())
                .put("role", grant.role())
                .put("origin", origin);
    }
}
