package dev.sallyport.broker.admin;

import dev.sallyport.tenant.AdmissionPolicy;
import dev.sallyport.tenant.Lifetimes;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantChange;
import dev.sallyport.tenant.TenantStatus;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /admin/v1/tenants}: the operator's view of tenants. */
final class TenantEndpoints implements Endpoint.Family {
    private final AdminParts parts;
    private final TenantSuspension suspension;

    TenantEndpoints(AdminParts parts) {
        this.parts = parts;
        this.suspension = new TenantSuspension(parts.database());
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "createTenant", this::create,
                "listTenants", this::list,
                "getTenant", this::get,
                "updateTenant", this::update,
                "deleteTenant", this::delete);
    }

    private Future<Answer> create(Call call) {
        JsonObject body = call.body();
        String isolation = body.getString("isolation", "shared");
        if (!isolation.equals("shared")) {
            return Future.failedFuture(Problem.unprocessable(
                    "#/isolation", "This server has no database to dedicate to one tenant; only shared can be had."));
        }
        return parts.tenants()
                .create(body.getString("slug"), body.getString("name"), isolation, call.actor())
                .compose(created -> body.containsKey("admission") || body.containsKey("lifetimes")
                        ? parts.tenants()
                                .update(
                                        created.id(),
                                        change(created, body, Optional.empty()),
                                        Optional.empty(),
                                        call.actor())
                                .map(Call::found)
                        : Future.succeededFuture(created))
                .compose(tenant -> answer(201, tenant))
                .map(answer ->
                        answer.with("Location", parts.publicUrl() + "/admin/v1/tenants/" + body.getString("slug")));
    }

    private Future<Answer> list(Call call) {
        String after =
                call.cursor().map(cursor -> Cursor.key(cursor, Tenant::isSlug)).orElse("");
        return parts.tenants().list(after, call.limit() + 1).compose(found -> updated(found)
                .map(times -> Answer.ok(Listing.page(
                        found, call.limit(), tenant -> json(tenant, times.get(tenant.slug())), Tenant::slug))));
    }

    private Future<Answer> get(Call call) {
        return answer(200, call.tenant());
    }

    private Future<Answer> update(Call call) {
        Tenant tenant = call.tenant();
        JsonObject body = call.body();
        Optional<TenantStatus> status =
                Optional.ofNullable(body.getString("status")).map(TenantStatus::of);
        return ready(tenant, status, call.actor())
                .compose(v -> parts.tenants()
                        .update(tenant.id(), change(tenant, body, status), call.ifVersion(), call.actor()))
                .map(Call::found)
                .compose(updated -> status.equals(Optional.of(TenantStatus.SUSPENDED))
                        ? suspension.endEverything(updated).map(updated)
                        : Future.succeededFuture(updated))
                .compose(updated -> answer(200, updated));
    }

    private Future<Answer> delete(Call call) {
        return parts.tenants()
                .delete(call.tenantId(), call.ifVersion(), call.actor())
                .map(deleted -> {
                    if (!deleted) {
                        throw Problem.notFound();
                    }
                    return Answer.gone();
                });
    }

    /** A tenant cannot be live without keys to sign with. */
    private Future<Void> ready(Tenant tenant, Optional<TenantStatus> status, String actor) {
        return status.equals(Optional.of(TenantStatus.ACTIVE)) && !tenant.isActive()
                ? parts.keys()
                        .prepare(tenant, actor)
                        .compose(ready -> parts.database().tenants().transaction(tenant.id(), ready::write))
                : Future.succeededFuture();
    }

    private static TenantChange change(Tenant tenant, JsonObject body, Optional<TenantStatus> status) {
        JsonObject admission = body.getJsonObject("admission");
        return new TenantChange(
                Optional.ofNullable(body.getString("name")),
                status,
                Optional.ofNullable(admission).flatMap(given -> AdmissionPolicy.parse(given.getString("mode"))),
                Optional.ofNullable(admission)
                        .map(given -> given.getJsonArray("groups"))
                        .map(groups -> groups.stream().map(String.class::cast).toList()),
                Optional.ofNullable(body.getJsonObject("lifetimes")).map(given -> lifetimes(tenant, given)));
    }

    private static Lifetimes lifetimes(Tenant tenant, JsonObject given) {
        Lifetimes now = tenant.lifetimes();
        return new Lifetimes(
                seconds(given, "access_token", now.accessToken()),
                seconds(given, "session_idle", now.sessionIdle()),
                seconds(given, "session_max", now.sessionMax()),
                seconds(given, "refresh_idle", now.refreshIdle()));
    }

    private static Duration seconds(JsonObject given, String name, Duration otherwise) {
        return given.containsKey(name) ? Duration.ofSeconds(given.getInteger(name)) : otherwise;
    }

    private Future<Answer> answer(int status, Tenant tenant) {
        return updated(List.of(tenant)).map(times -> Answer.of(status, json(tenant, times.get(tenant.slug())))
                .version(tenant.version()));
    }

    private Future<Map<String, Instant>> updated(List<Tenant> tenants) {
        String[] slugs = tenants.stream().map(Tenant::slug).toArray(String[]::new);
        return parts.database()
                .platform("SELECT slug, updated_at FROM tenants WHERE slug = ANY ($1)", Tuple.of((Object) slugs))
                .map(rows -> {
                    Map<String, Instant> times = new HashMap<>();
                    rows.forEach(row -> times.put(
                            row.getString("slug"),
                            row.getOffsetDateTime("updated_at").toInstant()));
                    return times;
                });
    }

    private JsonObject json(Tenant tenant, Instant updatedAt) {
        Lifetimes lifetimes = tenant.lifetimes();
        return new JsonObject()
                .put("slug", tenant.slug())
                .put("name", tenant.name())
                .put("status", tenant.status().word())
                .put("isolation", tenant.isolation())
                .put("issuer", tenant.issuer(parts.publicUrl()))
                .put(
                        "admission",
                        new JsonObject()
                                .put("mode", tenant.admission().word())
                                .put("groups", new JsonArray(tenant.admissionGroups())))
                .put(
                        "lifetimes",
                        new JsonObject()
                                .put("access_token", lifetimes.accessToken().toSeconds())
                                .put("session_idle", lifetimes.sessionIdle().toSeconds())
                                .put("session_max", lifetimes.sessionMax().toSeconds())
                                .put("refresh_idle", lifetimes.refreshIdle().toSeconds()))
                .put("created_at", Times.text(tenant.createdAt()))
                .put("updated_at", Times.text(updatedAt == null ? tenant.createdAt() : updatedAt));
    }
}
