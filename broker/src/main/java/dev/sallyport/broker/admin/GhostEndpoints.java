package dev.sallyport.broker.admin;

import dev.sallyport.broker.people.Person;
import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.broker.people.PersonStatus;
import dev.sallyport.roles.Access;
import dev.sallyport.scim.run.Freshness;
import dev.sallyport.scim.run.Ghost;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code …/ghosts}: access that the directory does not vouch for. */
final class GhostEndpoints implements Endpoint.Family {
    private static final String PEOPLE =
            "SELECT " + Person.COLUMNS + " FROM users u WHERE u.tenant_id = $1 AND u.id = ANY ($2)";

    private final AdminParts parts;

    GhostEndpoints(AdminParts parts) {
        this.parts = parts;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("listGhosts", this::list);
    }

    private Future<Answer> list(Call call) {
        String after = call.cursor()
                .map(cursor -> Cursor.key(cursor, text -> text.matches("[0-9a-f-]{36}/[a-z_]{1,40}")))
                .orElse("");
        return parts.ghosts().find(call.tenantId(), after, call.limit() + 1).compose(found -> {
            List<Ghost> shown = found.subList(0, Math.min(found.size(), call.limit()));
            return Future.all(known(call, shown), parts.syncRuns().freshness(call.tenantId()))
                    .map(both -> {
                        Map<UserId, Known> known = both.resultAt(0);
                        JsonObject page = Listing.page(
                                found, call.limit(), ghost -> json(ghost, known.get(ghost.user())), Ghost::cursor);
                        both.<Optional<Freshness>>resultAt(1)
                                .flatMap(Freshness::lastFullReadAt)
                                .ifPresent(at -> page.put("directory_last_full_read_at", Times.text(at)));
                        return Answer.ok(page);
                    });
        });
    }

    private record Known(Person person, JsonArray permissions) {}

    private Future<Map<UserId, Known>> known(Call call, List<Ghost> ghosts) {
        UUID[] ids =
                ghosts.stream().map(ghost -> ghost.user().value()).distinct().toArray(UUID[]::new);
        return parts.access()
                .rules(call.tenantId())
                .compose(rules -> parts.database().tenants().transaction(call.tenantId(), tx -> tx.preparedQuery(PEOPLE)
                        .execute(Tuple.of(call.tenantId().value(), (Object) ids))
                        .compose(rows -> {
                            Map<UserId, Future<Known>> all = new HashMap<>();
                            rows.forEach(row -> {
                                Person person = Person.of(row);
                                all.put(person.id(), known(tx, rules, person));
                            });
                            return Future.all(List.copyOf(all.values())).map(done -> {
                                Map<UserId, Known> known = new HashMap<>();
                                all.forEach((id, future) -> known.put(id, future.result()));
                                return known;
                            });
                        })));
    }

    private Future<Known> known(SqlConnection tx, PersonAccess.Rules rules, Person person) {
        return person.status() == PersonStatus.ACTIVE
                ? parts.access()
                        .of(tx, rules, person.id())
                        .map(Access::permissions)
                        .map(held -> new Known(person, RoleMappingEndpoints.names(held)))
                : Future.succeededFuture(new Known(person, new JsonArray()));
    }

    private static JsonObject json(Ghost ghost, Known known) {
        return new JsonObject()
                .put("user", PersonJson.ref(known.person()))
                .put("status", ghost.status())
                .put("source", known.person().source())
                .put("reason", ghost.reason())
                .put("detail", GhostWords.sentence(ghost))
                .put("permissions", known.permissions())
                .put("since", Times.text(ghost.since()))
                .put("last_sign_in_at", Times.text(known.person().lastSignInAt()));
    }
}
