package dev.sallyport.demo.directory;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The SCIM 2.0 protocol over HTTP (RFC 7644 §3). */
final class ScimRoutes {
    static final String BASE = "/scim/v2";
    private static final int MAX_BODY = 1 << 20;

    private final DirectoryStore store;
    private final Listing listing;
    private final Discovery discovery;
    private final Faults faults;
    private final RequestMeter meter;
    private final Secrets token;

    ScimRoutes(
            DirectoryStore store,
            Listing listing,
            Discovery discovery,
            Faults faults,
            RequestMeter meter,
            Secrets token) {
        this.store = store;
        this.listing = listing;
        this.discovery = discovery;
        this.faults = faults;
        this.meter = meter;
        this.token = token;
    }

    void mount(Router router) {
        router.route(BASE + "/*").handler(this::authenticate).failureHandler(ScimRoutes::failed);
        router.route(BASE + "/*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
        router.get(BASE + "/ServiceProviderConfig").handler(ctx -> describe(ctx, discovery::serviceProviderConfig));
        documents(router, "/ResourceTypes", discovery.resourceTypes());
        documents(router, "/Schemas", discovery.schemas());
        for (ResourceKind kind : ResourceKind.values()) {
            String all = BASE + kind.endpoint;
            String one = all + "/:id";
            router.get(all).handler(ctx -> list(ctx, kind));
            router.post(all).handler(ctx -> create(ctx, kind));
            router.get(one).handler(ctx -> read(ctx, kind));
            router.put(one).handler(ctx -> change(ctx, kind, current -> body(ctx, kind)));
            router.patch(one).handler(ctx -> change(ctx, kind, current -> Patch.apply(kind, current, json(ctx))));
            router.delete(one).handler(ctx -> delete(ctx, kind));
            refuseOthers(router, all, "GET, POST");
            refuseOthers(router, one, "GET, PUT, PATCH, DELETE");
        }
        refuseOthers(router, BASE + "/ServiceProviderConfig", "GET");
        router.route(BASE + "/*").handler(ctx -> ScimResponses.error(ctx, 404, "", "No such endpoint."));
    }

    private void authenticate(RoutingContext ctx) {
        meter.total.incrementAndGet();
        String header = Objects.requireNonNullElse(ctx.request().getHeader("Authorization"), "");
        boolean bearer = header.regionMatches(true, 0, "Bearer ", 0, 7);
        if (!bearer || !token.matches(header.substring(7).trim())) {
            meter.refused.incrementAndGet();
            ScimResponses.unauthorised(ctx);
            return;
        }
        HttpMethod method = ctx.request().method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            meter.writes.incrementAndGet();
        }
        ctx.next();
    }

    private void documents(Router router, String path, List<JsonObject> documents) {
        router.get(BASE + path).handler(ctx -> describe(ctx, () -> Discovery.list(documents)));
        router.get(BASE + path + "/:id")
                .handler(ctx -> describe(ctx, () -> Discovery.byId(documents, ctx.pathParam("id"))
                        .orElseThrow(ScimException::notFound)));
        refuseOthers(router, BASE + path, "GET");
        refuseOthers(router, BASE + path + "/:id", "GET");
    }

    private void describe(RoutingContext ctx, Supplier<JsonObject> document) {
        meter.discovery.incrementAndGet();
        if (ctx.queryParams().contains("filter")) {
            throw new ScimException(403, "", "These documents cannot be filtered.");
        }
        ScimResponses.send(ctx, 200, document.get());
    }

    private void list(RoutingContext ctx, ResourceKind kind) {
        meter.lists.incrementAndGet();
        Listing.Answer answer = listing.answer(kind, ctx.queryParams());
        if (faults.stalls(kind, answer.page())) {
            return;
        }
        faults.broken(kind, answer.page())
                .ifPresentOrElse(
                        how -> ScimResponses.broken(ctx, how, answer.body()),
                        () -> ScimResponses.send(ctx, 200, answer.body()));
    }

    private void create(RoutingContext ctx, ResourceKind kind) {
        UnaryOperator<JsonObject> projection = Projection.of(kind, ctx.queryParams());
        JsonObject made = store.create(kind, body(ctx, kind));
        ScimResponses.resource(ctx, 201, made, projection.apply(made.copy()));
    }

    private void read(RoutingContext ctx, ResourceKind kind) {
        meter.singles.incrementAndGet();
        if (faults.blind(kind)) {
            throw ScimException.notFound();
        }
        JsonObject found = store.find(kind, ctx.pathParam("id")).orElseThrow(ScimException::notFound);
        String known = ctx.request().getHeader("If-None-Match");
        if (known != null && tags(known).test(found)) {
            ctx.response().setStatusCode(304).end();
            return;
        }
        JsonObject shown = Projection.of(kind, ctx.queryParams()).apply(found.copy());
        ScimResponses.resource(ctx, 200, found, shown);
    }

    private void change(RoutingContext ctx, ResourceKind kind, UnaryOperator<JsonObject> change) {
        UnaryOperator<JsonObject> projection = Projection.of(kind, ctx.queryParams());
        JsonObject changed = store.update(kind, ctx.pathParam("id"), ifMatch(ctx), change);
        ScimResponses.resource(ctx, 200, changed, projection.apply(changed.copy()));
    }

    private void delete(RoutingContext ctx, ResourceKind kind) {
        store.delete(kind, ctx.pathParam("id"), ifMatch(ctx));
        ctx.response().setStatusCode(204).end();
    }

    private static Predicate<JsonObject> ifMatch(RoutingContext ctx) {
        String wanted = ctx.request().getHeader("If-Match");
        return wanted == null ? any -> true : tags(wanted);
    }

    /** Whether a resource's version is in a list of entity tags (RFC 7644 §3.14, weak comparison). */
    private static Predicate<JsonObject> tags(String header) {
        List<String> tags = Arrays.stream(header.split(",", -1))
                .map(t -> t.trim().replaceFirst("^W/", ""))
                .toList();
        return resource -> tags.contains("*")
                || tags.contains(
                        resource.getJsonObject("meta").getString("version").substring(2));
    }

    private static JsonObject body(RoutingContext ctx, ResourceKind kind) {
        JsonObject body = json(ctx);
        boolean right = body.getValue("schemas") instanceof JsonArray schemas
                && schemas.stream().anyMatch(s -> kind.urn.equalsIgnoreCase(String.valueOf(s)));
        if (!right) {
            throw ScimException.invalidSyntax("'schemas' must name " + kind.urn + ".");
        }
        return body;
    }

    private static JsonObject json(RoutingContext ctx) {
        String type = Objects.requireNonNullElse(ctx.request().getHeader("Content-Type"), "");
        String media = type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        if (!media.equals(ScimResponses.SCIM_JSON) && !media.equals("application/json")) {
            throw new ScimException(415, "", "The body must be " + ScimResponses.SCIM_JSON + ".");
        }
        JsonObject body = ctx.body().asJsonObject();
        if (body == null) {
            throw ScimException.invalidSyntax("A body is needed.");
        }
        return body;
    }

    private static void refuseOthers(Router router, String path, String allowed) {
        router.route(path).handler(ctx -> {
            ctx.response().putHeader("Allow", allowed);
            ScimResponses.error(ctx, 405, "", "This method is not for this endpoint.");
        });
    }

    private static void failed(RoutingContext ctx) {
        Throwable cause = ctx.failure();
        if (ctx.response().headWritten()) {
            ctx.response().reset();
        } else if (cause instanceof ScimException refused) {
            ScimResponses.send(ctx, refused.status(), refused.body());
        } else if (cause instanceof DecodeException || cause instanceof ClassCastException) {
            ScimResponses.error(ctx, 400, "invalidSyntax", "The body is not a JSON object.");
        } else {
            int status = ctx.statusCode() > 0 ? ctx.statusCode() : 500;
            ScimResponses.error(ctx, status, "", status == 413 ? "The body is too large." : "The request failed.");
        }
    }
}
