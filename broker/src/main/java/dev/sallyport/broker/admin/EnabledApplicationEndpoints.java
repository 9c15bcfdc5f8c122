package dev.sallyport.broker.admin;

import dev.sallyport.broker.application.Applications;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;

/** {@code …/tenants/{tenant}/applications/{client_id}}: in which tenants an application may be used. */
final class EnabledApplicationEndpoints implements Endpoint.Family {
    private static final String SINCE =
            "SELECT enabled_at FROM tenant_applications WHERE tenant_id = $1 AND client_id = $2";

    private final AdminParts parts;
    private final Applications applications;

    EnabledApplicationEndpoints(AdminParts parts) {
        this.parts = parts;
        this.applications = parts.applications();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("enableApplication", this::enable, "disableApplication", this::disable);
    }

    private Future<Answer> enable(Call call) {
        String clientId = call.path("client_id");
        Optional<String> audience = Optional.ofNullable(call.body().getString("audience"));
        return applications.find(clientId).map(Call::found).compose(application -> since(call)
                .compose(before -> applications
                        .enable(call.tenant(), application, audience, call.actor())
                        .compose(client -> since(call).map(Call::found).map(now -> {
                            JsonObject json = new JsonObject()
                                    .put("client_id", clientId)
                                    .put("audience", client.audience())
                                    .put("enabled_at", Times.text(now));
                            return before.isPresent()
                                    ? Answer.ok(json)
                                    : Answer.created(
                                            json,
                                            parts.publicUrl() + "/admin/v1/tenants/"
                                                    + call.tenant().slug() + "/applications/" + clientId);
                        }))));
    }

    private Future<Answer> disable(Call call) {
        String clientId = call.path("client_id");
        return applications.disable(call.tenant(), clientId, call.actor()).map(disabled -> {
            if (!disabled) {
                throw Problem.notFound();
            }
            return Answer.gone();
        });
    }

    private Future<Optional<OffsetDateTime>> since(Call call) {
        return parts.database()
                .tenants()
                .query(call.tenantId(), SINCE, Tuple.of(call.tenantId().value(), call.path("client_id")))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getOffsetDateTime("enabled_at")));
    }
}
