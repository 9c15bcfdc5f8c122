package dev.sallyport.broker.web;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantRegistry;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** Puts the tenant that the path names into the request; a tenant that does not exist is a 404 like any other. */
public final class Tenancy implements Handler<RoutingContext> {
    private static final String KEY = "sallyport.tenant";

    private final TenantRegistry registry;
    private final Consumer<TenantId> touched;

    /**
     * @param touched told of every tenant that a request is about
     */
    public Tenancy(TenantRegistry registry, Consumer<TenantId> touched) {
        this.registry = registry;
        this.touched = touched;
    }

    @Override
    public void handle(RoutingContext context) {
        registry.bySlug(context.pathParam("tenant"))
                .onSuccess(tenant -> {
                    if (tenant.isEmpty()) {
                        context.fail(404);
                    } else {
                        touched.accept(tenant.get().id());
                        context.put(KEY, tenant.get());
                        context.next();
                    }
                })
                .onFailure(context::fail);
    }

    /** The tenant of a request under {@code /t/{tenant}}. */
    public static Tenant of(RoutingContext context) {
        return context.get(KEY);
    }
}
