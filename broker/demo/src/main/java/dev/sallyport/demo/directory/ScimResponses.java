package dev.sallyport.demo.directory;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Writes SCIM answers, whole ones and broken ones. */
final class ScimResponses {
    static final String SCIM_JSON = "application/scim+json";

    private ScimResponses() {}

    static void send(RoutingContext ctx, int status, JsonObject body) {
        start(ctx, status).end(body.toBuffer());
    }

    static void resource(RoutingContext ctx, int status, JsonObject whole, JsonObject shown) {
        JsonObject meta = whole.getJsonObject("meta");
        HttpServerResponse response = start(ctx, status).putHeader("ETag", meta.getString("version"));
        if (status == 201) {
            response.putHeader("Location", meta.getString("location"));
        }
        response.end(shown.toBuffer());
    }

    static void error(RoutingContext ctx, int status, String scimType, String detail) {
        send(ctx, status, ScimException.errorBody(status, scimType, detail));
    }

    /** Refuses a request without the right token; RFC 6750 §3 wants the challenge. */
    static void unauthorised(RoutingContext ctx) {
        ctx.response().putHeader("WWW-Authenticate", "Bearer realm=\"scim\"");
        error(ctx, 401, "", "A valid bearer token is needed.");
    }

    static void broken(RoutingContext ctx, Misbehaviour.Break how, JsonObject body) {
        Buffer half = body.toBuffer();
        half = half.getBuffer(0, half.length() / 2);
        switch (how) {
            case SERVER_ERROR -> error(ctx, 500, "", "The directory is out of order.");
            case UNAUTHORIZED -> unauthorised(ctx);
            case TOO_MANY_REQUESTS -> {
                ctx.response().putHeader("Retry-After", "1");
                error(ctx, 429, "", "Too many requests.");
            }
            case TRUNCATED_JSON -> start(ctx, 200).end(half);
            case RESET -> {
                HttpServerResponse response = start(ctx, 200).setChunked(true);
                response.write(half).onComplete(written -> response.reset());
            }
        }
    }

    private static HttpServerResponse start(RoutingContext ctx, int status) {
        return ctx.response()
                .setStatusCode(status)
                .putHeader("Content-Type", SCIM_JSON)
                .putHeader("Cache-Control", "no-store");
    }
}
