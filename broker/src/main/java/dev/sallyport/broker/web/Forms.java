package dev.sallyport.broker.web;

import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/** What a form post must look like. */
public final class Forms {
    private Forms() {}

    /** Throws {@code invalid_request} if the body is no form. */
    public static void require(RoutingContext context) {
        String type =
                String.valueOf(context.request().getHeader("Content-Type")).toLowerCase(Locale.ROOT);
        if (!type.equals("application/x-www-form-urlencoded")
                && !type.startsWith("application/x-www-form-urlencoded;")) {
            throw new OAuthError(400, "invalid_request", "the body must be application/x-www-form-urlencoded");
        }
    }
}
