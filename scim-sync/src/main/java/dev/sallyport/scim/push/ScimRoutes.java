package dev.sallyport.scim.push;

import dev.sallyport.database.Database;
import dev.sallyport.scim.ScimException;
import dev.sallyport.scim.directory.DirectoryPeople;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantRegistry;
import dev.sallyport.tenant.TenantStatus;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code {P}/t/{tenant}/scim/v2/…}: the door for identity providers that push. Nothing is said to anybody without a live token of exactly
 * this tenant; who has one for another tenant cannot tell whether this one exists.
 */
public final class ScimRoutes {
    private static final int LARGEST_BODY = 4 * 1024 * 1024;
    private static final Set<String> MEDIA_TYPES = Set.of("application/scim+json", "application/json");
    private static final String READ_ONLY = "GET";

    private final String publicUrl;
    private final TenantRegistry tenants;
    private final ScimTokens tokens;
    private final Refusals refusals;
    private final Map<String, Endpoint> endpoints;

    /**
     * The routes.
     *
     * @param publicUrl base of all addresses, without a slash at the end
     */
    public ScimRoutes(
            String publicUrl,
            Database database,
            TenantRegistry tenants,
            ScimTokens tokens,
            Refusals refusals,
            DirectoryPeople people) {
        this.publicUrl = publicUrl;
        this.tenants = tenants;
        this.tokens = tokens;
        this.refusals = refusals;
        this.endpoints = Map.of("Users", new UsersEndpoint(database, people), "Groups", new GroupsEndpoint(database));
    }

    /** Adds them to the router of the main listener. */
    public void mount(Router router) {
        Handler<RoutingContext> body = BodyHandler.create(false).setBodyLimit(LARGEST_BODY);
        for (String path : List.of("/t/:tenant/scim/v2", "/t/:tenant/scim/v2/*")) {
            // The credential is looked at before the body is read.
            for (Handler<RoutingContext> step : List.of(this::authenticate, body, this::serve)) {
                router.route(path).handler(step).failureHandler(ctx -> ScimEdge.fail(ctx, refusals));
            }
        }
    }

    private void authenticate(RoutingContext ctx) {
        String header =
                Optional.ofNullable(ctx.request().getHeader("Authorization")).orElse("");
        String secret = header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? header.substring(7).strip()
                : "";
        ctx.request().pause();
        tenants.bySlug(ctx.pathParam("tenant"))
                .onSuccess(tenant -> tenant.ifPresent(found -> ctx.put(ScimEdge.TENANT, found.id())))
                .compose(tenant -> tenant.isEmpty() || secret.isEmpty()
                        ? Future.succeededFuture(Optional.<Caller>empty())
                        : tokens.authenticate(tenant.get().id(), secret)
                                .map(token -> token.map(id -> new Caller(tenant.get(), id, base(tenant.get())))))
                .onSuccess(caller -> admit(ctx, caller))
                .onFailure(failure -> refuse(ctx, failure));
    }

    /** What is left of a body that nobody wants must still pass, or the connection could not be used again. */
    private static void refuse(RoutingContext ctx, Throwable failure) {
        ctx.request().resume();
        ctx.fail(failure);
    }

    private static void admit(RoutingContext ctx, Optional<Caller> caller) {
        if (caller.isEmpty()) {
            ctx.response().putHeader("WWW-Authenticate", "Bearer realm=\"scim\"");
            refuse(ctx, new ScimException(401, "", "a live SCIM token of this tenant is needed"));
        } else if (caller.get().tenant().status() == TenantStatus.SUSPENDED) {
            refuse(ctx, new ScimException(403, "", "the tenant is suspended"));
        } else {
            ctx.put(Caller.class.getName(), caller.get());
            // Still paused: whoever reads the body lets it go on, and misses nothing of it.
            ctx.next();
        }
    }

    private String base(Tenant tenant) {
        return tenant.issuer(publicUrl) + "/scim/v2";
    }

    private void serve(RoutingContext ctx) {
        Caller caller = ctx.get(Caller.class.getName());
        Future.succeededFuture()
                .compose(start -> answer(ctx, caller))
                .onSuccess(answer -> ScimEdge.write(ctx, answer))
                .onFailure(ctx::fail);
    }

    private Future<Answer> answer(RoutingContext ctx, Caller caller) {
        String path = ctx.request().path();
        List<String> steps = Arrays.stream(
                        path.substring(path.indexOf("/scim/v2") + 8).split("/", -1))
                .filter(step -> !step.isEmpty())
                .map(step -> step.replace("%3A", ":").replace("%3a", ":"))
                .toList();
        String first = steps.isEmpty() ? "" : steps.get(0);
        String second = steps.size() > 1 ? steps.get(1) : "";
        Endpoint endpoint = endpoints.get(first);
        if (steps.size() > 2) {
            throw ScimException.notFound();
        }
        if (endpoint != null) {
            return second.isEmpty() ? all(ctx, caller, endpoint) : one(ctx, caller, endpoint, second);
        }
        return Future.succeededFuture(discovery(ctx, caller, first, second));
    }

    private static Future<Answer> all(RoutingContext ctx, Caller caller, Endpoint endpoint) {
        return switch (method(ctx)) {
            case "GET" -> endpoint.list(caller, ListQuery.of(ctx.queryParams()));
            case "POST" -> endpoint.create(caller, body(ctx), ListQuery.selection(ctx.queryParams()));
            default -> throw ScimEdge.notAllowed(ctx, "GET, POST");
        };
    }

    private static Future<Answer> one(RoutingContext ctx, Caller caller, Endpoint endpoint, String id) {
        return switch (method(ctx)) {
            case "GET" -> endpoint.get(caller, id, ListQuery.selection(ctx.queryParams()));
            case "PUT" -> endpoint.replace(caller, id, body(ctx), ListQuery.selection(ctx.queryParams()));
            case "PATCH" -> endpoint.patch(caller, id, body(ctx), ListQuery.selection(ctx.queryParams()));
            case "DELETE" -> endpoint.delete(caller, id);
            default -> throw ScimEdge.notAllowed(ctx, "GET, PUT, PATCH, DELETE");
        };
    }

    private static Answer discovery(RoutingContext ctx, Caller caller, String first, String second) {
        boolean known =
                Set.of("ServiceProviderConfig", "ResourceTypes", "Schemas").contains(first)
                        && !(first.equals("ServiceProviderConfig") && !second.isEmpty());
        if (!known) {
            throw ScimException.notFound();
        }
        if (!method(ctx).equals(READ_ONLY)) {
            throw ScimEdge.notAllowed(ctx, READ_ONLY);
        }
        if (ctx.queryParams().contains("filter")) {
            throw new ScimException(403, "", "this cannot be filtered");
        }
        return Answer.ok(
                switch (first) {
                    case "ServiceProviderConfig" -> Discovery.config(caller.base());
                    case "ResourceTypes" -> Discovery.types(caller.base(), second);
                    default -> Discovery.schemas(caller.base(), second);
                });
    }

    /** HEAD is answered like GET; the server leaves the body out. */
    private static String method(RoutingContext ctx) {
        HttpMethod method = ctx.request().method();
        return method.equals(HttpMethod.HEAD) ? "GET" : method.name();
    }

    private static JsonObject body(RoutingContext ctx) {
        String type =
                Optional.ofNullable(ctx.request().getHeader("Content-Type")).orElse("");
        String media = type.split(";", -1)[0].strip().toLowerCase(Locale.ROOT);
        if (!MEDIA_TYPES.contains(media)) {
            throw new ScimException(415, "", "the body must be application/scim+json");
        }
        Buffer sent = ctx.body().buffer();
        if (sent == null) {
            throw ScimException.invalidSyntax("the body is empty");
        }
        try {
            return new JsonObject(sent);
        } catch (DecodeException | ClassCastException e) {
            throw ScimException.invalidSyntax("the body is not a JSON object");
        }
    }
}
