package dev.sallyport.broker.admin;

import dev.sallyport.broker.application.Application;
import dev.sallyport.broker.application.ApplicationSecrets;
import dev.sallyport.broker.application.Applications;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code /admin/v1/applications/{client_id}/secrets}: replacing a client secret without an outage. The entity tag is the application's. */
final class ApplicationSecretEndpoints implements Endpoint.Family {
    private final AdminParts parts;
    private final Applications applications;
    private final ApplicationSecrets secrets;

    ApplicationSecretEndpoints(AdminParts parts) {
        this.parts = parts;
        this.applications = parts.applications();
        this.secrets = parts.applicationSecrets();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "createApplicationSecret", this::create,
                "listApplicationSecrets", this::list,
                "getApplicationSecret", this::get,
                "updateApplicationSecret", this::update,
                "deleteApplicationSecret", this::delete);
    }

    private Future<Answer> create(Call call) {
        return application(call).compose(application -> secrets.add(application, expiry(call), call.actor())
                .map(made -> Answer.created(
                                json(made.kept()),
                                parts.publicUrl() + "/admin/v1/applications/" + application.clientId() + "/secrets/"
                                        + made.kept().id())
                        .showing("client_secret", made.secret())));
    }

    private Future<Answer> list(Call call) {
        return application(call)
                .map(application -> Answer.ok(Listing.page(
                        application.secrets(), call, ApplicationSecretEndpoints::json, s -> s.id().toString())));
    }

    private Future<Answer> get(Call call) {
        return application(call).map(application -> Answer.ok(json(Call.found(one(application, call.id()))))
                .version(application.version()));
    }

    private Future<Answer> update(Call call) {
        return application(call)
                .compose(application ->
                        secrets.end(application, call.id(), expiry(call), call.ifVersion(), call.actor()))
                .map(Call::found)
                .compose(ended -> application(call)
                        .map(application -> Answer.ok(json(ended)).version(application.version())));
    }

    private Future<Answer> delete(Call call) {
        return application(call)
                .compose(application -> secrets.delete(application, call.id(), call.ifVersion(), call.actor()))
                .map(deleted -> {
                    Call.found(deleted);
                    return Answer.gone();
                });
    }

    private Future<Application> application(Call call) {
        return applications.find(call.path("client_id")).map(Call::found);
    }

    private static Optional<Application.Secret> one(Application application, UUID id) {
        return application.secrets().stream()
                .filter(secret -> secret.id().equals(id))
                .findFirst();
    }

    private Optional<Instant> expiry(Call call) {
        Optional<Instant> end =
                Optional.ofNullable(call.body().getString("expires_at")).map(text -> Times.read(text, "#/expires_at"));
        boolean isNew = call.context().request().method().name().equals("POST");
        if (isNew && end.isPresent() && !end.get().isAfter(parts.clock().instant())) {
            throw Problem.unprocessable("#/expires_at", "expires_at must lie ahead");
        }
        return end;
    }

    private static JsonObject json(Application.Secret secret) {
        return new JsonObject()
                .put("id", secret.id().toString())
                .put("hint", secret.hint().orElse(null))
                .put("created_at", Times.text(secret.createdAt()))
                .put("expires_at", secret.expiresAt().map(Times::text).orElse(null));
    }
}
