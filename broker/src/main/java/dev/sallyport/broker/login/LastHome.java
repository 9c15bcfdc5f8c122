package dev.sallyport.broker.login;

import dev.sallyport.broker.web.Cookies;
import dev.sallyport.tenant.Tenant;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;

/**
 * Which tenant was chosen last in this browser: its slug and nothing of the person. It is offered, never taken by itself, so that a cookie
 * that somebody else has planted leads nobody astray unseen (D07).
 */
final class LastHome {
    private static final String NAME = "sallyport_home";
    private static final Duration LIFE = Duration.ofDays(180);

    private final Cookies cookies;

    LastHome(Cookies cookies) {
        this.cookies = cookies;
    }

    /** The slugs that the browser brings; more than one only if it was tampered with. */
    List<String> slugs(RoutingContext context) {
        return cookies.ofSite(context, NAME).stream().filter(Tenant::isSlug).toList();
    }

    void remember(RoutingContext context, Tenant tenant) {
        context.response().addCookie(cookies.forSite(NAME, tenant.slug(), LIFE));
    }

    void forget(RoutingContext context) {
        context.response().addCookie(cookies.forSite(NAME, "", Duration.ZERO));
    }
}
