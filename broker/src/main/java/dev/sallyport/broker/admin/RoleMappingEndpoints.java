package dev.sallyport.broker.admin;

import dev.sallyport.broker.admin.Problem.Kind;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.MappingRule;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.RoleMapping;
import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.mapping.RoleMappings;
import dev.sallyport.tenant.mapping.StoredMapping;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code …/role-mapping}: which groups have which roles. */
final class RoleMappingEndpoints implements Endpoint.Family {
    private final AdminParts parts;
    private final RoleMappings mappings;

    RoleMappingEndpoints(AdminParts parts) {
        this.parts = parts;
        this.mappings = parts.mappings();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "getRoleMapping", this::get, "replaceRoleMapping", this::replace, "previewRoleMapping", this::preview);
    }

    private Future<Answer> get(Call call) {
        return mappings.load(call.tenantId()).compose(stored -> answer(call, stored));
    }

    private Future<Answer> replace(Call call) {
        List<MappingRule> rules = rules(call.body());
        return Future.all(mappings.load(call.tenantId()), parts.catalogues().current())
                .compose(both -> {
                    StoredMapping before = both.resultAt(0);
                    Catalogue catalogue = both.resultAt(1);
                    Optional<Long> wanted = call.ifVersion();
                    if (wanted.isPresent() && wanted.get() != before.version()) {
                        return Future.failedFuture(new VersionChanged());
                    }
                    List<Violation> beyond =
                            call.principal().authority().judge(before.mapping(), RoleMapping.stored(rules), catalogue);
                    if (!beyond.isEmpty()) {
                        return Future.failedFuture(
                                Problem.of(Kind.FORBIDDEN, "Nobody can give what they do not hold.", beyond));
                    }
                    // What was judged is what is replaced: a change in between is not built upon unseen.
                    return mappings.save(call.tenantId(), rules, Optional.of(before.version()), call.actor())
                            .recover(failure -> Future.failedFuture(
                                    failure instanceof VersionChanged && wanted.isEmpty()
                                            ? Problem.conflict(
                                                    "Somebody else changed the rules at the same moment; try again.")
                                            : failure));
                })
                .compose(stored -> answer(call, stored));
    }

    private Future<Answer> preview(Call call) {
        List<MappingRule> rules = rules(call.body());
        return mappings.preview(call.tenantId(), rules).map(found -> Answer.ok(PreviewJson.of(found, rules)));
    }

    private static List<MappingRule> rules(JsonObject body) {
        JsonArray given = body.getJsonArray("rules");
        List<MappingRule> rules = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            JsonObject rule = given.getJsonObject(i);
            String pointer = "#/rules/" + i + "/expires_at";
            rules.add(new MappingRule(
                    rule.getString("id", "new-" + i),
                    GroupSource.parse(rule.getString("source")),
                    rule.getString("group"),
                    rule.getJsonArray("roles").stream().map(String.class::cast).collect(Collectors.toSet()),
                    Optional.ofNullable(rule.getString("expires_at")).map(text -> Times.read(text, pointer)),
                    Optional.ofNullable(rule.getString("reason"))));
        }
        return rules;
    }

    private Future<Answer> answer(Call call, StoredMapping stored) {
        return parts.database()
                .tenants()
                .query(
                        call.tenantId(),
                        "SELECT updated_at FROM role_mappings WHERE tenant_id = $1",
                        Tuple.of(call.tenantId().value()))
                .map(rows -> {
                    JsonObject json = new JsonObject()
                            .put(
                                    "rules",
                                    new JsonArray(stored.mapping().rules().stream()
                                            .map(RoleMappingEndpoints::json)
                                            .toList()));
                    if (rows.size() == 1) {
                        json.put("updated_at", Times.text(rows.iterator().next().getOffsetDateTime("updated_at")));
                    }
                    return Answer.ok(json).version(stored.version());
                });
    }

    private static JsonObject json(MappingRule rule) {
        return new JsonObject()
                .put("id", rule.id())
                .put("source", rule.source().text())
                .put("group", rule.groupValue())
                .put("roles", new JsonArray(List.copyOf(rule.roles())))
                .put("expires_at", Times.text(rule.expiresAt()))
                .put("reason", rule.reason().orElse(null));
    }

    /** The names of permissions as JSON. */
    static JsonArray names(Iterable<Permission> permissions) {
        JsonArray names = new JsonArray();
        permissions.forEach(permission -> names.add(permission.name()));
        return names;
    }
}
