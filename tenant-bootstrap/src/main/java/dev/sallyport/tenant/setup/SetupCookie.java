package dev.sallyport.tenant.setup;

import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The cookie of the browser that redeemed a link. Its path is the link's own, so that it is sent nowhere else. Lax and not Strict, because
 * the test sign-in comes back from the provider's site.
 */
final class SetupCookie {
    private static final long EIGHT_HOURS = 8 * 3600L;
    private static final int LONGEST = 100;

    private final boolean secure;
    private final String name;
    private final String base;

    SetupCookie(String publicUrl, String base) {
        this.secure = publicUrl.startsWith("https:");
        this.name = secure ? "__Secure-sallyport_setup" : "sallyport_setup";
        this.base = base;
    }

    Cookie of(String linkId, String sessionSecret) {
        return Cookie.cookie(name, sessionSecret)
                .setPath(base + "/setup/" + linkId)
                .setHttpOnly(true)
                .setSecure(secure)
                .setSameSite(CookieSameSite.LAX)
                .setMaxAge(EIGHT_HOURS);
    }

    Future<Optional<SetupSession>> session(RoutingContext ctx, SetupLinks links, String linkId) {
        Cookie cookie = ctx.request().getCookie(name);
        return cookie == null || cookie.getValue().length() > LONGEST
                ? Future.succeededFuture(Optional.empty())
                : links.session(linkId, cookie.getValue());
    }
}
