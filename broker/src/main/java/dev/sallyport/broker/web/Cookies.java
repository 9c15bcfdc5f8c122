package dev.sallyport.broker.web;

import dev.sallyport.tenant.Tenant;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Cookies of one tenant: on its path only, HttpOnly, SameSite=Lax, and with the {@code __Secure-} prefix wherever the public URL is https; and
 * the few of the site as a whole. Reads every cookie of a name and leaves malformed neighbours aside (D07).
 */
public final class Cookies {
    private final boolean secure;

    public Cookies(boolean secure) {
        this.secure = secure;
    }

    /** Sets a cookie for {@code /t/{tenant}} and what lies below. */
    public void set(RoutingContext context, Tenant tenant, String below, String name, String value, Duration life) {
        context.response().addCookie(make(tenant, below, name, value, life));
    }

    /** A cookie for {@code /t/{tenant}} and what lies below, for somebody else to set. */
    public Cookie make(Tenant tenant, String below, String name, String value, Duration life) {
        return Cookie.cookie(fullName(name), value)
                .setPath("/t/" + tenant.slug() + below)
                .setHttpOnly(true)
                .setSecure(secure)
                .setSameSite(CookieSameSite.LAX)
                .setMaxAge(life.toSeconds());
    }

    /** Takes a cookie away. */
    public void drop(RoutingContext context, Tenant tenant, String below, String name) {
        set(context, tenant, below, name, "", Duration.ZERO);
    }

    /** A cookie for the whole site that no other host can set, with the {@code __Host-} prefix wherever the public URL is https. */
    public Cookie forSite(String name, String value, Duration life) {
        return Cookie.cookie(siteName(name), value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(secure)
                .setSameSite(CookieSameSite.LAX)
                .setMaxAge(life.toSeconds());
    }

    /** All values of a cookie for the whole site, as {@link #all}. */
    public List<String> ofSite(RoutingContext context, String name) {
        return values(context, siteName(name));
    }

    /** All values that the browser sends under a name, at most five, in the order in which it sends them. */
    public List<String> all(RoutingContext context, String name) {
        return values(context, fullName(name));
    }

    private static List<String> values(RoutingContext context, String fullName) {
        String prefix = fullName + "=";
        return context.request().headers().getAll("Cookie").stream()
                .flatMap(header -> Arrays.stream(header.split(";")))
                .map(String::strip)
                .filter(pair -> pair.startsWith(prefix))
                .map(pair -> pair.substring(prefix.length()))
                .filter(value -> !value.isEmpty() && value.length() <= 200 && value.matches("[A-Za-z0-9_-]+"))
                .distinct()
                .limit(5)
                .toList();
    }

    private String siteName(String name) {
        return (secure ? "__Host-" : "") + name;
    }

    private String fullName(String name) {
        return (secure ? "__Secure-" : "") + name;
    }
}
