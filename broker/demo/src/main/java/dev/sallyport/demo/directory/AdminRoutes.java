package dev.sallyport.demo.directory;

import dev.sallyport.demo.directory.AdminPage.Notice;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** The administrator's page over HTTP. It has no sign-in: it listens on loopback and belongs to a demo. */
final class AdminRoutes {
    private static final int MAX_FORM = 16 * 1024;
    private static final String CSP = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'";

    private final AdminPage page;
    private final URI here;
    private final DirectoryStore store;
    private final Faults faults;
    private final String formToken;
    private final Secrets formSecret;

    AdminRoutes(String name, String adminUrl, String scimUrl, DirectoryStore store, Faults faults) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.formToken = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        this.formSecret = new Secrets(formToken);
        this.page = new AdminPage(name, scimUrl, formToken);
        this.here = URI.create(adminUrl);
        this.store = store;
        this.faults = faults;
    }

    void mount(Router router) {
        router.route().handler(this::guard);
        router.get("/").handler(this::show);
        router.get("/directory.css").handler(ctx -> asset(ctx, "text/css; charset=utf-8", AdminStyle.CSS));
        router.get("/icon.svg").handler(ctx -> asset(ctx, "image/svg+xml", AdminStyle.ICON));
        router.post().handler(BodyHandler.create(false).setBodyLimit(MAX_FORM));
        router.post().handler(this::checkForm);
        router.post("/people/remove").handler(this::remove);
        router.post("/people/deactivate").handler(ctx -> setActive(ctx, false, Notice.DEACTIVATED));
        router.post("/people/activate").handler(ctx -> setActive(ctx, true, Notice.ACTIVATED));
        router.post("/outage/start").handler(ctx -> behave(ctx, Misbehaviour.emptyList(), Notice.OUTAGE));
        router.post("/outage/end").handler(ctx -> behave(ctx, Misbehaviour.none(), Notice.WELL));
    }

    /** Only requests that were meant for this very address are served, so that a name pointed at loopback finds nothing. */
    private void guard(RoutingContext ctx) {
        HostAndPort host = ctx.request().authority();
        boolean mine = host != null
                && host.port() == here.getPort()
                && (host.host().equals(here.getHost()) || host.host().equals("localhost"));
        ctx.response()
                .putHeader("Content-Security-Policy", CSP)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Cache-Control", "no-store");
        if (mine) {
            ctx.next();
        } else {
            refuse(ctx, 421, "This address is not served here.");
        }
    }

    private void checkForm(RoutingContext ctx) {
        String offered = Objects.requireNonNullElse(ctx.request().getFormAttribute("form_token"), "");
        if (formSecret.matches(offered)) {
            ctx.next();
        } else {
            refuse(ctx, 403, "The form is out of date. Go back, reload the page and try again.");
        }
    }

    private void show(RoutingContext ctx) {
        String search = Objects.requireNonNullElse(ctx.queryParams().get("q"), "");
        Optional<Notice> notice = Notice.of(ctx.queryParams().get("done"));
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .end(page.render(
                        store.copies(store.select(ResourceKind.USER, AdminPage.matching(search))),
                        store.size(ResourceKind.USER),
                        search,
                        faults.current(),
                        notice));
    }

    private void remove(RoutingContext ctx) {
        change(ctx, Notice.REMOVED, id -> store.delete(ResourceKind.USER, id, any -> true));
    }

    private void setActive(RoutingContext ctx, boolean active, Notice notice) {
        change(ctx, notice, id -> store.update(ResourceKind.USER, id, any -> true, user -> user.put("active", active)));
    }

    private static void change(RoutingContext ctx, Notice notice, Consumer<String> change) {
        try {
            change.accept(Objects.requireNonNullElse(ctx.request().getFormAttribute("id"), ""));
        } catch (ScimException gone) {
            back(ctx, Notice.GONE);
            return;
        }
        back(ctx, notice);
    }

    private void behave(RoutingContext ctx, Misbehaviour how, Notice notice) {
        faults.set(how, EnumSet.allOf(ResourceKind.class));
        back(ctx, notice);
    }

    private static void back(RoutingContext ctx, Notice notice) {
        ctx.response()
                .setStatusCode(303)
                .putHeader("Location", "/?done=" + notice.key())
                .end();
    }

    private static void asset(RoutingContext ctx, String type, String content) {
        ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, type).end(content);
    }

    private static void refuse(RoutingContext ctx, int status, String text) {
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .end(text);
    }
}
