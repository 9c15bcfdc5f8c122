package dev.sallyport.demo.app;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
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

    private static void me(RoutingContext ctx, AccessToken token) {
        send(
                ctx,
                200,
                new JsonObject()
                        .put("tenant", token.tenant())
                        .put("sub", token.subject())
                        .put("client_id", token.clientId())
                        .put("sid", token.sid())
                        .put("permissions", new JsonArray(token.permissions()))
                        .put("roles", new JsonArray(token.roles()))
                        .put("expires_at", token.expiresAt().toString()));
    }

    private static void reports(RoutingContext ctx, AccessToken token) {
        send(ctx, 200, new JsonObject().put("tenant", token.tenant()).put("items", Reports.json(token.tenant())));
    }

    private static void submit(RoutingContext ctx, AccessToken token) {
        send(ctx, 202, new JsonObject().put("tenant", token.tenant()).put("submitted_by", token.subject()));
    }

    private void guard(RoutingContext ctx, String permission, BiConsumer<RoutingContext, AccessToken> then) {
        bearer(ctx)
                .map(token -> tenant(ctx, token)
                        .map(tenant -> tenant.check(token))
                        .orElseGet(() -> Future.failedFuture(TokenRefused.invalid("another issuer made it"))))
                .orElseGet(() -> Future.failedFuture(TokenRefused.invalid("")))
                .map(token -> {
                    if (!permission.equals(ANYBODY) && !token.permissions().contains(permission)) {
                        throw TokenRefused.lacks(permission);
                    }
                    return token;
                })
                .onSuccess(token -> then.accept(ctx, token))
                .onFailure(e -> refuse(
                        ctx,
                        e instanceof TokenRefused known
                                ? known
                                : TokenRefused.unknown("the token cannot be checked at the moment")));
    }

    private Optional<Tenant> tenant(RoutingContext ctx, String token) {
        String slug = ctx.pathParam("tenant");
        return slug == null ? Signatures.claimedIssuer(token).flatMap(app::tenantOf) : app.tenant(slug);
    }

    private static Optional<String> bearer(RoutingContext ctx) {
        return Optional.ofNullable(ctx.request().getHeader(HttpHeaders.AUTHORIZATION))
                .filter(header -> header.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(header -> header.substring(7).strip());
    }

    // A call without any token is told how to come back, and no error (RFC 6750 §3.1).
    private static void refuse(RoutingContext ctx, TokenRefused refused) {
        boolean bare = refused.getMessage().isEmpty();
        if (refused.status() == 503) {
            ctx.response().putHeader("Retry-After", "2");
        } else {
            ctx.response()
                    .putHeader(
                            "WWW-Authenticate",
                            bare
                                    ? "Bearer"
                                    : "Bearer error=\"%s\", error_description=\"%s\""
                                            .formatted(refused.code(), refused.getMessage()));
        }
        JsonObject body = new JsonObject().put("error", refused.code());
        send(ctx, refused.status(), bare ? body : body.put("error_description", refused.getMessage()));
    }

    private static void send(RoutingContext ctx, int status, JsonObject body) {
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body.toBuffer());
    }
}
