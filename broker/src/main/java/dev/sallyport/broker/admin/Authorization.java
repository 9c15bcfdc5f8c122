package dev.sallyport.broker.admin;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantRegistry;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.Operation;
import java.util.Optional;

/** Decides whether a caller may call an operation, before its parameters and its body are judged. */
final class Authorization {
    private static final String SCOPE = "x-sallyport-scope";

    private Authorization() {}

    /** Somebody who may, and the tenant that the path names. */
    record Admitted(Principal principal, Optional<Tenant> tenant) {}

    /** Fails with 403 for an operation of the operator, with 404 for a tenant that is not there or not the caller's (B01). */
    static Future<Admitted> of(RoutingContext context, Operation operation, TenantRegistry tenants) {
        Principal principal = Authentication.of(context);
        boolean forTenants = "tenant".equals(operation.getExtensions().get(SCOPE));
        String slug = context.pathParam("tenant");
        if (principal instanceof Principal.Admin admin) {
            if (!forTenants) {
                return Future.failedFuture(Problem.forbidden("This is for the operator of the platform."));
            }
            return admin.tenant().slug().equals(slug)
                    ? Future.succeededFuture(new Admitted(principal, Optional.of(admin.tenant())))
                    : Future.failedFuture(Problem.notFound());
        }
        if (slug == null || !Tenant.isSlug(slug)) {
            // What is no slug at all is for the document to refuse.
            return Future.succeededFuture(new Admitted(principal, Optional.empty()));
        }
        return tenants.bySlug(slug)
                .compose(tenant -> tenant.isPresent()
                        ? Future.succeededFuture(new Admitted(principal, tenant))
                        : Future.failedFuture(Problem.notFound()));
    }
}
