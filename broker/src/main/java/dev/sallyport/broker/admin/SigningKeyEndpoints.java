package dev.sallyport.broker.admin;

import com.nimbusds.jose.JWSAlgorithm;
import dev.sallyport.broker.keys.KeyChanges;
import dev.sallyport.broker.keys.KeyChanges.KeyState;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** {@code …/signing-keys}: the keys that sign the tenant's tokens. */
final class SigningKeyEndpoints implements Endpoint.Family {
    private final KeyChanges keys;

    SigningKeyEndpoints(AdminParts parts) {
        this.keys = new KeyChanges(parts.database(), parts.keys());
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "listSigningKeys", this::list, "rotateSigningKey", this::rotate, "revokeSigningKey", this::revoke);
    }

    private Future<Answer> list(Call call) {
        return keys.list(call.tenantId())
                .map(all -> Answer.ok(Listing.page(all, call, SigningKeyEndpoints::json, KeyState::kid)));
    }

    private Future<Answer> rotate(Call call) {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(call.body().getString("alg", JWSAlgorithm.ES256.getName()));
        return keys.rotate(call.tenantId(), algorithm, call.actor()).map(key -> Answer.ok(json(key)));
    }

    private Future<Answer> revoke(Call call) {
        return keys.revoke(call.tenantId(), call.path("kid"), call.body().getString("reason"), call.actor())
                .map(Call::found)
                .map(key -> Answer.ok(json(key)));
    }

    private static JsonObject json(KeyState key) {
        return new JsonObject()
                .put("kid", key.kid())
                .put("alg", key.algorithm())
                .put("state", key.state())
                .put("created_at", Times.text(key.createdAt()))
                .put("activate_at", Times.text(key.activateAt()))
                .put("retired_at", Times.text(key.retiredAt()))
                .put("unpublish_at", Times.text(key.unpublishAt()));
    }
}
