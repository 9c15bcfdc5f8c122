package dev.sallyport.broker.web;

import dev.sallyport.database.DatabaseUnavailable;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where failures of the OAuth endpoints become answers. A bug of ours answers 500 with a number to look up, nothing else. */
public final class Failures implements Handler<RoutingContext> {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    @Override
    public void handle(RoutingContext context) {
        if (context.response().ended() || context.response().headWritten()) {
            return;
        }
        Throwable failure = context.failure();
        if (failure instanceof OAuthError error) {
            if (error.status() == 503) {
                context.response().putHeader("Retry-After", "30");
            }
            Answers.json(context, error.status(), error.toJson());
        } else if (failure instanceof DatabaseUnavailable) {
            LOG.warn("the database does not answer: {}", String.valueOf(failure.getCause()));
            context.response().putHeader("Retry-After", "2");
            Answers.json(context, 503, error("temporarily_unavailable", "try again in a moment"));
        } else if (failure == null || isClientError(context.statusCode())) {
            int status = context.statusCode() < 400 ? 500 : context.statusCode();
            Answers.json(context, status, error(status == 404 ? "not_found" : "invalid_request", reason(status)));
        } else {
            String number = UUID.randomUUID().toString();
            LOG.error("request failed, correlation id {}", number, failure);
            Answers.json(context, 500, error("server_error", "something broke here; correlation id " + number));
        }
    }

    private static boolean isClientError(int status) {
        return status >= 400 && status < 500;
    }

    private static String reason(int status) {
        return switch (status) {
            case 404 -> "there is nothing here";
            case 405 -> "this method is not allowed here";
            case 413 -> "the body is too large";
            case 415 -> "this content type is not understood here";
            default -> "the request cannot be understood";
        };
    }

    private static JsonObject error(String code, String description) {
        return new JsonObject().put("error", code).put("error_description", description);
    }
}
