package dev.sallyport.demo.app;

import dev.sallyport.verifier.TokenRefused;
import dev.sallyport.verifier.VerifiedToken;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The application's API. Under {@code /api} the token's issuer says which tenant is meant; under {@code /t/{tenant}/api} the
 * address does, and a token of another tenant is refused. Every call needs a good access token (RFC 6750).
 */
final class LedgerApi {

    private static final String ANYBODY = "";

    private final DemoApp app;

    LedgerApi(DemoApp app) {
        this.app = app;
    }

    void mount(Router router) {
        for (String prefix : new String[] {"/api", "/t/:tenant/api"}) {
            router.get(prefix + "/me").handler(ctx -> guard(ctx, ANYBODY, LedgerApi::me));
            router.get(prefix + "/reports").handler(ctx -> guard(ctx, "reports:read", LedgerApi::reports));
            router.post(prefix + "/reports").handler(ctx -> guard(ctx, "reports:write", LedgerApi::submit));
        }
    }

    private static void me(RoutingContext ctx, VerifiedToken token) {
        send(
                ctx,
                200,
                new JsonObject()
                        .put("tenant", token.tenant())
                        .put("sub", token.subject())
                        .put("client_id", token.clientId())
                        .put("sid", token.sessionId().orElse(""))
                        .put("permissions", new JsonArray(List.copyOf(token.permissions())))
                        .put("roles", new JsonArray(List.copyOf(token.roles())))
                        .put("expires_at", token.expiresAt().toString()));
    }

    private static void reports(RoutingContext ctx, VerifiedToken token) {
        send(ctx, 200, new JsonObject().put("tenant", token.tenant()).put("items", Reports.json(token.tenant())));
    }

    private static void submit(RoutingContext ctx, VerifiedToken token) {
        send(ctx, 202, new JsonObject().put("tenant", token.tenant()).put("submitted_by", token.subject()));
    }

    private void guard(RoutingContext ctx, String permission, BiConsumer<RoutingContext, VerifiedToken> then) {
        app.check(ctx.request().getHeader(HttpHeaders.AUTHORIZATION), Optional.ofNullable(ctx.pathParam("tenant")))
                .map(token -> permission.equals(ANYBODY) ? token : token.require(permission))
                .onSuccess(token -> then.accept(ctx, token))
                .onFailure(e -> refuse(ctx, e));
    }

    private static void refuse(RoutingContext ctx, Throwable failure) {
        if (failure instanceof TokenRefused refused && !refused.isTemporary()) {
            ctx.response().putHeader("WWW-Authenticate", refused.challenge());
            send(
                    ctx,
                    refused.status(),
                    new JsonObject().put("error", refused.error()).put("error_description", refused.getMessage()));
        } else {
            ctx.response().putHeader("Retry-After", "2");
            send(ctx, 503, new JsonObject().put("error", "temporarily_unavailable"));
        }
    }

    private static void send(RoutingContext ctx, int status, JsonObject body) {
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body.toBuffer());
    }
}
