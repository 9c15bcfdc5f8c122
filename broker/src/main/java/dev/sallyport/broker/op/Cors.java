package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.tenant.TenantRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;

/**
 * Lets scripts of a tenant's browser applications call an endpoint and read its answers, errors too (Fetch §3.2). An origin counts if it
 * is, letter for letter, that of a redirect URI of a public application which is enabled in the tenant; credentials of the browser are
 * never allowed (D17).
 */
public final class Cors implements Handler<RoutingContext> {
    private static final String MAX_AGE = "600";

    private final TenantRegistry tenants;
    private final Applications applications;

    public Cors(TenantRegistry tenants, Applications applications) {
        this.tenants = tenants;
        this.applications = applications;
    }

    @Override
    public void handle(RoutingContext context) {
        context.response().putHeader("Vary", "Origin");
        List<String> origins = context.request().headers().getAll("Origin");
        if (origins.size() != 1) {
            context.next();
            return;
        }
        // The body waits until the answer's headers are known, so that an error about the body has them too.
        context.request().pause();
        tenants.bySlug(context.pathParam("tenant"))
                .compose(tenant ->
                        tenant.map(t -> applications.origins(t.id())).orElseGet(() -> Future.succeededFuture(Set.of())))
                .onSuccess(allowed -> {
                    if (allowed.contains(origins.get(0))) {
                        context.response()
                                .putHeader("Access-Control-Allow-Origin", origins.get(0))
                                .putHeader("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After");
                    }
                    goOn(context);
                    context.next();
                })
                .onFailure(failure -> {
                    context.request().resume();
                    context.fail(failure);
                });
    }

    // The body handler of a POST lets the body come itself.
    private static void goOn(RoutingContext context) {
        if (!context.request().method().equals(HttpMethod.POST)) {
            context.request().resume();
        }
    }

    /** Answers the question that a browser asks beforehand. */
    public static Handler<RoutingContext> preflight(List<HttpMethod> methods) {
        String names = String.join(", ", methods.stream().map(HttpMethod::name).toList());
        return context -> {
            HttpServerResponse response = context.response();
            if (response.headers().contains("Access-Control-Allow-Origin")) {
                response.putHeader("Access-Control-Allow-Methods", names)
                        .putHeader("Access-Control-Allow-Headers", "Authorization, Content-Type")
                        .putHeader("Access-Control-Max-Age", MAX_AGE);
            }
            response.setStatusCode(204).end();
        };
    }
}
