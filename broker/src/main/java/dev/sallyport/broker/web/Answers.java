package dev.sallyport.broker.web;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/** Small ways to answer. */
public final class Answers {
    private Answers() {}

    /** Sends JSON that must not be kept (RFC 6749 §5.1). */
    public static void json(RoutingContext context, int status, JsonObject body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .putHeader("Pragma", "no-cache")
                .end(body.toBuffer());
    }

    /** Sends the browser elsewhere; 303 so that no body is posted on (RFC 9700 §4.12). */
    public static void redirect(RoutingContext context, String location) {
        context.response()
                .setStatusCode(303)
                .putHeader("Location", location)
                .putHeader("Cache-Control", "no-store")
                .putHeader("Referrer-Policy", "no-referrer")
                .end();
    }

    /** Runs an endpoint: whatever it throws or fails with goes to the one place that turns failures into answers. */
    public static io.vertx.core.Handler<RoutingContext> handle(Function<RoutingContext, Future<?>> endpoint) {
        return context -> {
            try {
                endpoint.apply(context).onFailure(context::fail);
            } catch (RuntimeException e) {
                context.fail(e);
            }
        };
    }
}
