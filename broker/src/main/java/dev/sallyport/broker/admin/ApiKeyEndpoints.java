package dev.sallyport.broker.admin;

import dev.sallyport.broker.admin.Problem.Kind;
import dev.sallyport.broker.token.ApiKey;
import dev.sallyport.broker.token.ApiKeys;
import dev.sallyport.broker.token.KeyManagement;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.CatalogueEntry;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.Uuids;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code …/api-keys}: the API keys of all people of a tenant. An admin makes one for somebody else only, and gives it nothing that one of
 * the two does not hold (B08), nor any power over the tenant: with it they could act as a second admin.
 */
final class ApiKeyEndpoints implements Endpoint.Family {
    private final AdminParts parts;
    private final ApiKeys keys;

    ApiKeyEndpoints(AdminParts parts) {
        this.parts = parts;
        this.keys = parts.apiKeys();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "createApiKey", this::create,
                "listApiKeys", this::list,
                "getApiKey", this::get,
                "limitApiKey", this::limit,
                "revokeApiKey", this::revoke);
    }

    private Future<Answer> create(Call call) {
        JsonObject body = call.body();
        UserId owner = new UserId(UUID.fromString(body.getString("user")));
        List<Permission> scope = scopes(body).stream().map(Permission::new).toList();
        return mayMake(call, owner)
                .compose(v -> parts.people().find(call.tenantId(), owner))
                .map(person -> person.orElseThrow(
                        () -> Problem.unprocessable("#/user", "There is no such person in this tenant.")))
                .compose(person -> parts.catalogues().current())
                .compose(catalogue -> {
                    List<Violation> beyond = call.principal().authority().judge(scope, "scopes");
                    if (!beyond.isEmpty()) {
                        return Future.failedFuture(
                                Problem.of(Kind.FORBIDDEN, beyond.get(0).message(), beyond));
                    }
                    if (scope.stream().anyMatch(p -> rules(catalogue, p))) {
                        return Future.failedFuture(Problem.unprocessable(
                                "#/scopes", "A key that is made for somebody else cannot administer anything."));
                    }
                    return keys.make(call.tenant(), wish(call, owner, body));
                })
                .map(made -> Answer.created(json(made.key()), location(call, made.key()))
                        .showing("key", made.secret()));
    }

    private static ApiKeys.Wish wish(Call call, UserId owner, JsonObject body) {
        Duration life =
                body.containsKey("expires_in") ? Duration.ofSeconds(body.getInteger("expires_in")) : ApiKeys.USUAL_LIFE;
        return new ApiKeys.Wish(owner, body.getString("name"), scopes(body), life, call.actor());
    }

    /** A stolen token of an admin is good for minutes and must not become a key that is good for months. */
    private Future<Void> mayMake(Call call, UserId owner) {
        if (!(call.principal() instanceof Principal.Admin admin)) {
            return Future.succeededFuture();
        }
        if (admin.user().equals(owner)) {
            return Future.failedFuture(
                    Problem.unprocessable("#/user", "Keys of your own are made at the tenant's /api-keys."));
        }
        return parts.keyManagement().judge(admin.token()).compose(verdict -> switch (verdict) {
            case MAKE -> Future.succeededFuture();
            case STEP_UP -> {
                call.context()
                        .response()
                        .putHeader(
                                "WWW-Authenticate",
                                "Bearer error=\"insufficient_user_authentication\", max_age=\""
                                        + KeyManagement.RECENT.toSeconds() + "\"");
                yield Future.failedFuture(
                        new Problem(Kind.UNAUTHORIZED, "A more recent sign-in is needed; sign in again with max_age."));
            }
            case NEVER -> Future.failedFuture(Problem.forbidden("Not with a token of this kind or application."));
        });
    }

    private static boolean rules(Catalogue catalogue, Permission permission) {
        return permission.equals(Permission.TENANT_ADMIN)
                || catalogue.permissions().stream()
                        .filter(CatalogueEntry::platform)
                        .anyMatch(entry -> entry.permission().equals(permission));
    }

    private Future<Answer> list(Call call) {
        return keys.page(
                        call.tenant(),
                        call.cursorId(),
                        call.query("user").flatMap(Uuids::parse),
                        call.query("state"),
                        call.limit() + 1)
                .map(found -> Answer.ok(Listing.page(
                        found, call.limit(), this::json, key -> key.id().toString())));
    }

    private Future<Answer> get(Call call) {
        return keys.find(call.tenant(), call.id()).map(Call::found).map(key -> Answer.ok(json(key)));
    }

    private Future<Answer> limit(Call call) {
        JsonObject body = call.body();
        ApiKeys.Limit limit = new ApiKeys.Limit(
                Optional.ofNullable(body.getString("name")),
                Optional.of(scopes(body)).filter(scopes -> !scopes.isEmpty()),
                Optional.ofNullable(body.getInteger("expires_in"))
                        .map(seconds -> parts.clock().instant().plusSeconds(seconds)));
        return keys.limit(call.tenant(), call.id(), Optional.empty(), limit, call.actor())
                .map(Call::found)
                .map(key -> Answer.ok(json(key)));
    }

    private Future<Answer> revoke(Call call) {
        return keys.end(call.tenant(), call.id(), Optional.empty(), "admin", call.actor())
                .map(found -> {
                    if (!found) {
                        throw Problem.notFound();
                    }
                    return Answer.gone();
                });
    }

    private static List<String> scopes(JsonObject body) {
        JsonArray given = body.getJsonArray("scopes", new JsonArray());
        return given.stream().map(String.class::cast).distinct().sorted().toList();
    }

    private String location(Call call, ApiKey key) {
        return parts.publicUrl() + "/admin/v1/tenants/" + call.tenant().slug() + "/api-keys/" + key.id();
    }

    private JsonObject json(ApiKey key) {
        return new JsonObject()
                .put("id", key.id().toString())
                .put("user", key.owner().toString())
                .put("name", key.name())
                .put("scopes", new JsonArray(key.scope()))
                .put("state", key.state(parts.clock().instant()))
                .put("created_by", key.createdBy())
                .put("created_at", Times.text(key.createdAt()))
                .put("expires_at", Times.text(key.expiresAt()))
                .put("last_used_at", Times.text(key.lastUsedAt()))
                .put("ended_at", Times.text(key.endedAt()))
                .put("end_cause", key.endCause().orElse(null));
    }
}
