package dev.sallyport.broker.admin;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The admin API under {@code /admin/v1} and its document at {@code /openapi.json}. A request passes, in this order: who calls, the body,
 * whether they may, whether it fits the document, whether it was done before, and then the one endpoint that does it.
 */
public final class AdminRoutes {
    private static final String ALL = "/admin/v1/*";
    private static final long MOST_BODY = 2 * 1024 * 1024;

    private final AdminDocument document;
    private final AdminParts parts;
    private final Authentication authentication;
    private final RequestCheck check;
    private final Idempotency idempotency;
    private final Map<String, Endpoint> endpoints = new HashMap<>();

    public AdminRoutes(AdminDocument document, AdminParts parts) {
        this.document = document;
        this.parts = parts;
        this.authentication = new Authentication(parts);
        this.check = new RequestCheck(parts.vertx(), document.contract());
        this.idempotency = new Idempotency(parts.database());
        List.of(
                        new TenantEndpoints(parts),
                        new SetupLinkEndpoints(parts),
                        new ConnectionEndpoints(parts),
                        new ConnectionKeyEndpoints(parts),
                        new DomainEndpoints(parts),
                        new CatalogueEndpoints(parts),
                        new ApplicationEndpoints(parts),
                        new ApplicationSecretEndpoints(parts),
                        new EnabledApplicationEndpoints(parts),
                        new RoleMappingEndpoints(parts),
                        new RoutingEndpoints(parts),
                        new UserEndpoints(parts),
                        new ExitEndpoints(parts),
                        new ConsentEndpoints(parts),
                        new NoticeEndpoints(parts),
                        new AlarmEndpoints(parts),
                        new ImportEndpoints(parts),
                        new ApiKeyEndpoints(parts),
                        new ScimTokenEndpoints(parts),
                        new DirectoryEndpoints(parts),
                        new SyncRunEndpoints(parts),
                        new GhostEndpoints(parts),
                        new SigningKeyEndpoints(parts),
                        new AuditEndpoints(parts))
                .forEach(family -> endpoints.putAll(family.endpoints()));
    }

    /** Mounts everything; call it once per router. */
    public void mount(Router router) {
        router.get("/openapi.json").handler(context -> context.response()
                .putHeader("Content-Type", "application/json")
                .end(document.published()));
        router.route(ALL).failureHandler(context -> Problems.send(context, failure(context)));
        router.route(ALL).handler(noStore()).handler(authentication);
        router.route(ALL).handler(bodies());
        router.route("/*").subRouter(api());
        router.route(ALL).handler(context -> Problems.send(context, Problem.notFound()));
        // A path that cannot be decoded reaches no route at all.
        router.errorHandler(400, AdminRoutes::undecodable);
    }

    private static void undecodable(RoutingContext context) {
        if (context.request().path().startsWith("/admin/")) {
            Problems.send(context, Problem.ofStatus(400));
        } else if (!context.response().ended()) {
            context.response()
                    .setStatusCode(400)
                    .putHeader("Content-Type", "text/plain")
                    .end("bad request\n");
        }
    }

    /** The operations that have an endpoint. */
    Set<String> operations() {
        return Set.copyOf(endpoints.keySet());
    }

    private Router api() {
        OpenAPIContract contract = document.contract();
        RouterBuilder builder = RouterBuilder.create(parts.vertx(), contract);
        for (OpenAPIRoute route : builder.getRoutes()) {
            Operation operation = route.getOperation();
            Endpoint endpoint = endpoints.get(operation.getOperationId());
            if (endpoint == null) {
                throw new IllegalStateException("no endpoint for operation " + operation.getOperationId());
            }
            // Who calls is known already, and validation waits until it is clear that they may call this.
            route.setDoSecurity(false).setDoValidation(false).addHandler(handler(operation, endpoint));
        }
        return builder.createRouter();
    }

    private Handler<RoutingContext> handler(Operation operation, Endpoint endpoint) {
        boolean once = operation.getHttpMethod().equals(HttpMethod.POST);
        return context -> {
            Future<Answer> answer = Authorization.of(context, operation, parts.tenants())
                    .compose(admitted -> check.check(context, operation).compose(request -> {
                        Call call = new Call(context, admitted.principal(), admitted.tenant(), request);
                        return once ? idempotency.once(call, endpoint) : endpoint.handle(call);
                    }));
            answer.onSuccess(done -> done.send(context)).onFailure(failure -> Problems.send(context, failure));
        };
    }

    private static Handler<RoutingContext> bodies() {
        BodyHandler usual = BodyHandler.create(false).setBodyLimit(MOST_BODY);
        BodyHandler imports = BodyHandler.create(false).setBodyLimit(ImportEndpoints.MOST_BYTES);
        return context -> {
            boolean isImport = context.normalizedPath().endsWith("/imports");
            (isImport ? imports : usual).handle(context);
        };
    }

    private static Handler<RoutingContext> noStore() {
        return context -> {
            context.response().putHeader("Cache-Control", "no-store");
            context.next();
        };
    }

    private static Throwable failure(RoutingContext context) {
        return context.failure() == null ? Problem.ofStatus(context.statusCode()) : context.failure();
    }
}
