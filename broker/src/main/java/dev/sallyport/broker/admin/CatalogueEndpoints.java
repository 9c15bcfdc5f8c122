package dev.sallyport.broker.admin;

import dev.sallyport.broker.admin.Problem.Field;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.CatalogueEntry;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.Role;
import dev.sallyport.tenant.mapping.Catalogues;
import dev.sallyport.tenant.mapping.MappingRefused;
import dev.sallyport.tenant.mapping.StoredRole;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /admin/v1/permissions} and {@code /admin/v1/roles}: the vendor's catalogue. */
final class CatalogueEndpoints implements Endpoint.Family {
    private final AdminParts parts;
    private final Catalogues catalogues;

    CatalogueEndpoints(AdminParts parts) {
        this.parts = parts;
        this.catalogues = parts.catalogues();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "listPermissions", this::permissions,
                "replacePermissions", this::replacePermissions,
                "listRoles", this::roles,
                "getRole", this::role,
                "putRole", this::putRole,
                "deleteRole", this::deleteRole);
    }

    private Future<Answer> permissions(Call call) {
        return catalogues.current().map(CatalogueEndpoints::answer);
    }

    private Future<Answer> replacePermissions(Call call) {
        List<CatalogueEntry> wanted = ((JsonArray) call.request().body())
                .stream()
                        .map(JsonObject.class::cast)
                        .map(entry -> new CatalogueEntry(
                                new Permission(entry.getString("name")),
                                entry.getString("description"),
                                entry.getBoolean("platform", false)))
                        .toList();
        Optional<String> tag = call.ifMatch();
        return catalogues
                .putPermissions(wanted, now -> tag.map(t -> t.equals(tag(now))).orElse(true), call.actor())
                .map(CatalogueEndpoints::answer);
    }

    private Future<Answer> roles(Call call) {
        return catalogues
                .roles()
                .map(all -> Answer.ok(Listing.page(all, call, CatalogueEndpoints::json, stored -> stored.role()
                        .name())));
    }

    private Future<Answer> role(Call call) {
        return catalogues.role(call.path("role")).map(Call::found).map(stored -> Answer.ok(json(stored))
                .version(stored.version()));
    }

    private Future<Answer> putRole(Call call) {
        String name = call.path("role");
        JsonObject body = call.body();
        Optional<Long> version = call.ifVersion();
        List<Permission> permissions = body.getJsonArray("permissions").stream()
                .map(String.class::cast)
                .map(Permission::new)
                .toList();
        return catalogues
                .role(name)
                .compose(before -> {
                    String description = body.getString(
                            "description",
                            before.map(stored -> stored.role().description()).orElse(""));
                    return catalogues
                            .putRole(Role.of(name, permissions, description), version, call.actor())
                            .map(stored -> before.isPresent()
                                    ? Answer.ok(json(stored)).version(stored.version())
                                    : Answer.created(json(stored), parts.publicUrl() + "/admin/v1/roles/" + name)
                                            .version(stored.version()));
                })
                .recover(failure ->
                        Future.failedFuture(failure instanceof MappingRefused refused ? ofRole(refused) : failure));
    }

    private Future<Answer> deleteRole(Call call) {
        return catalogues
                .deleteRole(call.path("role"), call.ifVersion(), call.actor())
                .map(deleted -> {
                    if (!deleted) {
                        throw Problem.notFound();
                    }
                    return Answer.gone();
                });
    }

    // The rules speak of roles[name].permissions; the body here is the one role.
    private static Problem ofRole(MappingRefused refused) {
        Problem general = Problems.of(refused);
        List<Field> fields = refused.violations().stream()
                .map(v -> Field.body(v.field().contains("permissions") ? "#/permissions" : "#", v.message()))
                .toList();
        return new Problem(general.kind(), general.getMessage(), fields, 0);
    }

    private static Answer answer(Catalogue catalogue) {
        return Answer.ok(new JsonObject().put("items", items(catalogue)).put("next_cursor", null))
                .with("ETag", '"' + tag(catalogue) + '"');
    }

    private static JsonArray items(Catalogue catalogue) {
        return new JsonArray(catalogue.permissions().stream()
                .map(entry -> new JsonObject()
                        .put("name", entry.permission().name())
                        .put("description", entry.description())
                        .put("platform", entry.platform()))
                .toList());
    }

    // The list of permissions has no row of its own that could count versions; its content is its version.
    private static String tag(Catalogue catalogue) {
        return HexFormat.of().formatHex(Bearer.hash(items(catalogue).encode())).substring(0, 16);
    }

    private static JsonObject json(StoredRole stored) {
        return new JsonObject()
                .put("name", stored.role().name())
                .put(
                        "permissions",
                        new JsonArray(stored.role().permissions().stream()
                                .map(Permission::name)
                                .toList()))
                .put("description", stored.role().description())
                .put("updated_at", Times.text(stored.updatedAt()));
    }
}
