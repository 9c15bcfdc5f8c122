package dev.sallyport.broker.op;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Public documents that may be kept for a while, from anywhere (RFC 9111). */
final class Cached {
    private Cached() {}

    static void send(RoutingContext context, Buffer body, String etag, int seconds) {
        context.response()
                .putHeader("ETag", etag)
                .putHeader("Cache-Control", "public, max-age=" + seconds)
                .putHeader("Access-Control-Allow-Origin", "*");
        if (etag.equals(context.request().getHeader("If-None-Match"))) {
            context.response().setStatusCode(304).end();
        } else {
            context.response()
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Content-Length", String.valueOf(body.length()))
                    .end(body);
        }
    }
}
