package dev.sallyport.broker.session;

import dev.sallyport.broker.web.Cookies;
import dev.sallyport.tenant.Tenant;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** The cookie of a browser's session in one tenant. */
public final class SessionCookie {
    private static final String NAME = "sallyport_session";

    private final Cookies cookies;

    public SessionCookie(Cookies cookies) {
        this.cookies = cookies;
    }

    /** Every value that the browser sends. */
    public List<String> values(RoutingContext context) {
        return cookies.all(context, NAME);
    }

    /** Sets it for the tenant's path. */
    public void set(RoutingContext context, Tenant tenant, String value) {
        cookies.set(context, tenant, "", NAME, value, tenant.lifetimes().sessionMax());
    }

    /** Takes it away. */
    public void drop(RoutingContext context, Tenant tenant) {
        cookies.drop(context, tenant, "", NAME);
    }
}
