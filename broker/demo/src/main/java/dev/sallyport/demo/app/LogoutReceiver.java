package dev.sallyport.demo.app;

import dev.sallyport.demo.page.ShortLived;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Receives back-channel logouts (OpenID Connect Back-Channel Logout §2.5 to §2.8). A notice that comes a second time is answered
 * 200 and does nothing: deliveries are at least once, and a replay must not end a session that began later.
 */
final class LogoutReceiver {

    private static final Duration REMEMBER = Duration.ofMinutes(15);

    private final DemoApp app;
    private final LocalSessions sessions;
    private final Clock clock;
    private final ShortLived<String> seen;
    private final List<ReceivedLogout> received = new CopyOnWriteArrayList<>();

    LogoutReceiver(DemoApp app, LocalSessions sessions, Clock clock) {
        this.app = app;
        this.sessions = sessions;
        this.clock = clock;
        this.seen = new ShortLived<>(clock, REMEMBER);
    }

    /** {@code POST /backchannel-logout} and {@code POST /backchannel-logout/{tenant}}. */
    void receive(RoutingContext ctx) {
        String token = Optional.ofNullable(ctx.request().getFormAttribute("logout_token"))
                .orElse("");
        Optional<Tenant> tenant = ctx.pathParam("tenant") == null
                ? Signatures.claimedIssuer(token).flatMap(app::tenantOf)
                : app.tenant(ctx.pathParam("tenant"));
        tenant.map(known -> known.checkLogoutToken(token).onSuccess(notice -> apply(known, notice)))
                .orElseGet(() -> Future.failedFuture(SignInRefused.invalid("no such issuer")))
                .onSuccess(notice -> answer(ctx, 200, new JsonObject()))
                .onFailure(e -> answer(
                        ctx,
                        e instanceof SignInRefused refused && refused.status() != 503 ? 400 : 503,
                        new JsonObject().put("error", "invalid_request").put("error_description", describe(e))));
    }

    List<ReceivedLogout> received() {
        return List.copyOf(received);
    }

    private void apply(Tenant tenant, LogoutTokens.Notice notice) {
        if (seen.putIfNew(tenant.slug() + " " + notice.jti(), "")) {
            int ended = sessions.end(tenant.slug(), notice);
            received.add(new ReceivedLogout(tenant.slug(), notice.subject(), notice.sid(), clock.instant(), ended));
        }
    }

    private static String describe(Throwable e) {
        return e instanceof SignInRefused ? e.getMessage() : "the logout token could not be checked";
    }

    private static void answer(RoutingContext ctx, int status, JsonObject body) {
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(body.toBuffer());
    }
}
