package dev.sallyport.broker.admin;

import dev.sallyport.broker.consent.Consent;
import dev.sallyport.broker.consent.Consents;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** {@code …/users/{id}/consents}: what a person allowed third-party applications. */
final class ConsentEndpoints implements Endpoint.Family {
    private final AdminParts parts;
    private final Consents consents;

    ConsentEndpoints(AdminParts parts) {
        this.parts = parts;
        this.consents = parts.consents();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("listConsents", this::list, "revokeConsent", this::revoke);
    }

    private Future<Answer> list(Call call) {
        return person(call)
                .compose(user -> consents.of(call.tenantId(), user))
                .map(all -> Answer.ok(Listing.page(all, call, ConsentEndpoints::json, Consent::clientId)));
    }

    private Future<Answer> revoke(Call call) {
        return person(call)
                .compose(user -> consents.revoke(call.tenant(), user, call.path("client_id"), call.actor()))
                .map(revoked -> {
                    if (!revoked) {
                        throw Problem.notFound();
                    }
                    return Answer.gone();
                });
    }

    private Future<UserId> person(Call call) {
        UserId user = new UserId(call.id());
        return parts.people().find(call.tenantId(), user).map(Call::found).map(found -> user);
    }

    private static JsonObject json(Consent consent) {
        return new JsonObject()
                .put("client_id", consent.clientId())
                .put("name", consent.name())
                .put("scopes", new JsonArray(consent.scopes()))
                .put("granted_at", Times.text(consent.grantedAt()));
    }
}
