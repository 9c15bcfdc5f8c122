package dev.sallyport.broker.admin;

import dev.sallyport.tenant.domain.Domain;
import dev.sallyport.tenant.domain.Domains;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** {@code …/domains}: the tenant's e-mail domains. */
final class DomainEndpoints implements Endpoint.Family {
    private final AdminParts parts;
    private final Domains domains;

    DomainEndpoints(AdminParts parts) {
        this.parts = parts;
        this.domains = parts.domains();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "createDomain", this::create,
                "listDomains", this::list,
                "getDomain", this::get,
                "deleteDomain", this::delete,
                "verifyDomain", this::verify);
    }

    private Future<Answer> create(Call call) {
        return domains.add(call.tenantId(), call.body().getString("domain"), call.actor())
                .map(domain -> Answer.created(
                        json(domain),
                        parts.publicUrl() + "/admin/v1/tenants/" + call.tenant().slug() + "/domains/"
                                + domain.name().ascii()));
    }

    private Future<Answer> list(Call call) {
        return domains.list(call.tenantId())
                .map(all -> Answer.ok(Listing.page(
                        all, call, DomainEndpoints::json, d -> d.name().ascii())));
    }

    private Future<Answer> get(Call call) {
        return domains.find(call.tenantId(), call.path("domain"))
                .map(Call::found)
                .map(domain -> Answer.ok(json(domain)));
    }

    private Future<Answer> delete(Call call) {
        return domains.remove(call.tenantId(), call.path("domain"), call.actor())
                .map(removed -> {
                    if (!removed) {
                        throw Problem.notFound();
                    }
                    return Answer.gone();
                });
    }

    private Future<Answer> verify(Call call) {
        return domains.verify(call.tenantId(), call.path("domain"), call.actor())
                .map(Call::found)
                .map(domain -> Answer.ok(json(domain)));
    }

    private static JsonObject json(Domain domain) {
        return new JsonObject()
                .put("domain", domain.name().ascii())
                .put("status", domain.status())
                .put("txt_name", domain.txtName())
                .put("txt_value", domain.txtValue())
                .put("created_at", Times.text(domain.createdAt()))
                .put("checked_at", Times.text(domain.checkedAt()))
                .put("verified_at", Times.text(domain.verifiedAt()))
                .put("missing_since", Times.text(domain.missingSince()));
    }
}
