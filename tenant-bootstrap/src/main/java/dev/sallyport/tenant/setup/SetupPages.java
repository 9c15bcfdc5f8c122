package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.page.Origins;
import dev.sallyport.tenant.page.Page;
import dev.sallyport.tenant.page.Pages;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The setup link and the wizard behind it: server-rendered, without a script but the one that moves the link's secret into a form. GET and
 * HEAD change nothing and set no cookie, so that mail scanners can look as often as they like. Every form carries a token that belongs to
 * the session, and comes from our own origin.
 */
public final class SetupPages {
    private static final Logger LOG = LoggerFactory.getLogger(SetupPages.class);
    private static final int BODY_LIMIT = 128 * 1024;

    private final SetupParts parts;
    private final Origins origins;
    private final SetupCookie cookie;
    private final List<SetupStep> steps = List.of(
            new DomainStep(),
            new SignInStep(),
            new TestStep(),
            new GroupsStep(),
            new DirectoryStep(),
            new AccountsStep(),
            new LiveStep(),
            new RenewStep());

    public SetupPages(SetupParts parts) {
        this.parts = parts;
        this.origins = new Origins(parts.publicUrl());
        this.cookie = new SetupCookie(parts.publicUrl(), parts.pages().base());
    }

    /** Adds everything under {@code /setup/}; the style sheet is {@link Pages#mount}'s. */
    public void mount(Router router) {
        router.post("/setup/*").handler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT));
        looked(router, "/setup/:id").handler(ctx -> answer(ctx, landing(ctx)));
        router.post("/setup/:id/redeem").handler(ctx -> answer(ctx, redeem(ctx)));
        looked(router, "/setup/:id/overview")
                .handler(ctx -> answer(ctx, entered(ctx).compose(this::overview)));
        for (SetupStep step : steps) {
            looked(router, "/setup/:id/" + step.key())
                    .handler(ctx -> answer(ctx, entered(ctx).compose(visit -> shown(step, visit))));
            router.post("/setup/:id/" + step.key())
                    .handler(ctx -> answer(ctx, entered(ctx).compose(visit -> submitted(step, visit))));
        }
        router.route("/setup/*").handler(ctx -> notFound(ctx));
        router.route("/setup/*").failureHandler(ctx -> failed(ctx, ctx.statusCode(), ctx.failure()));
    }

    private static io.vertx.ext.web.Route looked(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    private Future<Void> landing(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        return cookie.session(ctx, parts.links(), id).compose(session -> {
            if (session.isPresent()) {
                Pages.seeOther(ctx, parts.pages().base() + "/setup/" + id + "/overview");
                return Future.succeededFuture();
            }
            return parts.links().look(id).map(seen -> {
                if (seen.isPresent() && seen.get().link().state() == SetupLink.State.OPEN) {
                    land(ctx, 200, seen.get(), "", "");
                } else {
                    closed(ctx);
                }
                return null;
            });
        });
    }

    // The secret goes back only to whoever just sent the right one, so that it need not be opened again for the code.
    private void land(RoutingContext ctx, int status, SetupLinks.Sighting seen, String secret, String error) {
        String tenant = seen.tenant().name();
        LandingView view = new LandingView(
                parts.pages().base() + "/setup/" + seen.link().id() + "/redeem",
                tenant,
                Pages.nonce(ctx),
                secret,
                seen.link().secondStep(),
                seen.link().purposes(),
                error);
        var content = parts.pages().content("setup/landing.jte", Map.of("view", view));
        parts.pages().send(ctx, status, Page.narrow("Setup", tenant, content));
    }

    private Future<Void> redeem(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        String secret = ctx.request().getFormAttribute("secret");
        if (!origins.isOwn(ctx.request())) {
            foreignForm(ctx);
            return Future.succeededFuture();
        }
        String key = secret == null ? "" : secret.strip();
        String code = ctx.request().getFormAttribute("code");
        return parts.links()
                .redeem(id, key, code == null ? "" : code)
                .<Void>map(session -> {
                    ctx.response().addCookie(cookie.of(id, session));
                    Pages.seeOther(ctx, parts.pages().base() + "/setup/" + id + "/overview");
                    return null;
                })
                .recover(e -> e instanceof CodeAsked asked ? askAgain(ctx, id, key, asked) : Future.failedFuture(e));
    }

    private Future<Void> askAgain(RoutingContext ctx, String id, String key, CodeAsked asked) {
        return parts.links().look(id).map(seen -> {
            if (seen.isEmpty()) {
                closed(ctx);
                return null;
            }
            String error = asked.triesLeft().isEmpty()
                    ? "Enter the code, too."
                    : asked.triesLeft().getAsInt() == 1
                            ? "This is not the code. One more try, then the link is of no use any more."
                            : "This is not the code. You can try "
                                    + asked.triesLeft().getAsInt() + " more times.";
            land(ctx, 422, seen.get(), key, error);
            return null;
        });
    }

    private Future<Visit> entered(RoutingContext ctx) {
        return cookie.session(ctx, parts.links(), ctx.pathParam("id"))
                .compose(session -> session.isEmpty()
                        ? Future.failedFuture(new LinkUnusable())
                        : SetupState.load(parts, session.get().tenant())
                                .map(state -> new Visit(ctx, parts, session.get(), state)));
    }

    private Future<Void> overview(Visit visit) {
        Map<String, Object> parameters = Map.of(
                "tenant", visit.tenant().name(),
                "steps", Checklist.of(visit, ""),
                "live", visit.state().live(),
                "until", Times.minute(visit.session().expiresAt()));
        var content = parts.pages().content("setup/overview.jte", parameters);
        parts.pages().send(visit.ctx(), 200, Page.narrow("Setup", visit.tenant().name(), content));
        return Future.succeededFuture();
    }

    private Future<Void> shown(SetupStep step, Visit visit) {
        if (!allows(step, visit)) {
            notFound(visit.ctx());
            return Future.succeededFuture();
        }
        return step.show(visit);
    }

    private Future<Void> submitted(SetupStep step, Visit visit) {
        if (!allows(step, visit)) {
            notFound(visit.ctx());
            return Future.succeededFuture();
        }
        if (!origins.isOwn(visit.ctx().request()) || !visit.session().isOwnToken(visit.field("csrf"))) {
            foreignForm(visit.ctx());
            return Future.succeededFuture();
        }
        return step.submit(visit);
    }

    private static boolean allows(SetupStep step, Visit visit) {
        return step.purposes().stream().anyMatch(visit.session()::may);
    }

    private void answer(RoutingContext ctx, Future<Void> work) {
        work.onFailure(e -> {
            if (e instanceof LinkUnusable) {
                closed(ctx);
            } else {
                failed(ctx, 500, e);
            }
        });
    }

    private void closed(RoutingContext ctx) {
        parts.pages().send(ctx, 410, Page.narrow("Setup", "", parts.pages().content("setup/closed.jte", Map.of())));
    }

    private void notFound(RoutingContext ctx) {
        parts.pages().notice(ctx, 404, "", "There is no such page", "Look at the address, or go back to the setup.");
    }

    private void foreignForm(RoutingContext ctx) {
        parts.pages()
                .notice(
                        ctx,
                        403,
                        "",
                        "This form cannot be taken",
                        "It did not come from this setup, or it is too old. Go back, load the page again and repeat.");
    }

    private void failed(RoutingContext ctx, int status, Throwable failure) {
        if (ctx.response().ended()) {
            return;
        }
        if (status >= 400 && status < 500) {
            parts.pages()
                    .notice(ctx, status, "", "This cannot be taken", "What was sent is too large or not readable.");
            return;
        }
        boolean away = failure instanceof dev.sallyport.database.DatabaseUnavailable;
        LOG.error("a setup page failed", failure);
        ctx.response().putHeader("Retry-After", away ? "5" : "30");
        parts.pages()
                .notice(
                        ctx,
                        away ? 503 : 500,
                        "",
                        "Something went wrong on our side",
                        "Nothing was changed. Try again in a moment.");
    }
}
