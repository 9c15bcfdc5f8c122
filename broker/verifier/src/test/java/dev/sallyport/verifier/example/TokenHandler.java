package dev.sallyport.verifier.example;

import dev.sallyport.verifier.SallyportVerifier;
import dev.sallyport.verifier.TokenRefused;
import dev.sallyport.verifier.VerifiedToken;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/** A Vert.x handler in front of a route; never blocks the event loop. The token is in the context as {@code token}. */
final class TokenHandler implements Handler<RoutingContext> {
    private final SallyportVerifier verifier;
    private final String permission;

    TokenHandler(SallyportVerifier verifier, String permission) {
        this.verifier = verifier;
        this.permission = permission;
    }

    @Override
    public void handle(RoutingContext ctx) {
        Future.succeededFuture(ctx.request().getHeader("Authorization"))
                .map(SallyportVerifier::bearer)
                .compose(token -> Future.fromCompletionStage(
                        verifier.verifyAsync(token), ctx.vertx().getOrCreateContext()))
                .map(token -> token.require(permission))
                .onSuccess(token -> pass(ctx, token))
                .onFailure(failure -> refuse(ctx, failure));
    }

    private static void pass(RoutingContext ctx, VerifiedToken token) {
        ctx.put("token", token);
        ctx.next();
    }

    private static void refuse(RoutingContext ctx, Throwable failure) {
        if (!(failure instanceof TokenRefused refused)) {
            ctx.fail(failure);
        } else if (refused.isTemporary()) {
            ctx.response().setStatusCode(503).putHeader("Retry-After", "2").end();
        } else {
            ctx.response()
                    .setStatusCode(refused.status())
                    .putHeader("WWW-Authenticate", refused.challenge())
                    .end();
        }
    }
}
