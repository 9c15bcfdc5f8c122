package dev.sallyport.broker.op;

import dev.sallyport.broker.token.RevocationFeed;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** The feed of cut-offs: {@code GET /t/{tenant}/revocations}, with {@code If-None-Match} and {@code wait} seconds for a long poll. */
public final class RevocationsEndpoint {
    private static final int MOST_PATIENT = 55;

    private final RevocationFeed feed;

    public RevocationsEndpoint(RevocationFeed feed) {
        this.feed = feed;
    }

    private static RevocationFeed.Poller poller(HttpServerResponse response) {
        return new RevocationFeed.Poller() {
            @Override
            public boolean isGone() {
                return response.closed();
            }

            @Override
            public void whenGone(Runnable work) {
                response.closeHandler(closed -> work.run());
            }
        };
    }

    /** GET {@code /t/{tenant}/revocations}. */
    public Future<Void> handle(RoutingContext context) {
        String wait = Parameters.query(context).get("wait").orElse("0");
        if (!wait.matches("[0-9]{1,4}")) {
            throw OAuthError.invalidRequest("wait must be a number of seconds");
        }
        String known = context.request().getHeader("If-None-Match");
        Duration patience = Duration.ofSeconds(Math.min(MOST_PATIENT, Integer.parseInt(wait)));
        return feed.poll(Tenancy.of(context), known == null ? "" : known, patience, poller(context.response()))
                .map(answer -> {
                    if (context.response().closed()) {
                        return null;
                    }
                    context.response()
                            .putHeader("ETag", answer.etag())
                            .putHeader("Cache-Control", "no-cache")
                            .putHeader("Access-Control-Allow-Origin", "*");
                    if (answer.isUnchanged()) {
                        context.response().setStatusCode(304).end();
                    } else {
                        context.response()
                                .putHeader("Content-Type", "application/json")
                                .end(answer.body());
                    }
                    return null;
                });
    }
}
