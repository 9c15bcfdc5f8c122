package dev.sallyport.broker.admin;

import dev.sallyport.scim.push.ScimToken;
import dev.sallyport.scim.push.ScimTokens;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code …/scim-tokens}: credentials for a directory that pushes. */
final class ScimTokenEndpoints implements Endpoint.Family {
    private final AdminParts parts;
    private final ScimTokens tokens;

    ScimTokenEndpoints(AdminParts parts) {
        this.parts = parts;
        this.tokens = parts.scimTokens();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "createScimToken", this::create,
                "listScimTokens", this::list,
                "getScimToken", this::get,
                "revokeScimToken", this::revoke);
    }

    private Future<Answer> create(Call call) {
        Duration life = call.body().containsKey("expires_in")
                ? Duration.ofSeconds(call.body().getInteger("expires_in"))
                : ScimTokens.LIFE;
        return tokens.create(call.tenantId(), life, call.actor()).map(made -> Answer.created(
                        json(call, made.token()),
                        parts.publicUrl() + "/admin/v1/tenants/"
                                + call.tenant().slug() + "/scim-tokens/"
                                + made.token().id())
                .showing("token", made.secret()));
    }

    private Future<Answer> list(Call call) {
        return tokens.list(call.tenantId())
                .map(all -> Answer.ok(Listing.page(all, call, token -> json(call, token), token -> token.id()
                        .toString())));
    }

    private Future<Answer> get(Call call) {
        return tokens.list(call.tenantId()).map(all -> Answer.ok(json(call, Call.found(one(all, call.id())))));
    }

    private Future<Answer> revoke(Call call) {
        return tokens.list(call.tenantId())
                .map(all -> Call.found(one(all, call.id())))
                .compose(token -> tokens.revoke(call.tenantId(), token.id(), call.actor()))
                .map(v -> Answer.gone());
    }

    private static Optional<ScimToken> one(List<ScimToken> all, UUID id) {
        return all.stream().filter(token -> token.id().equals(id)).findFirst();
    }

    private JsonObject json(Call call, ScimToken token) {
        return token.json().put("base_url", call.tenant().issuer(parts.publicUrl()) + "/scim/v2");
    }
}
