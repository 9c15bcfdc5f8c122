package dev.sallyport.broker.session;

import dev.sallyport.broker.web.Cookies;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Aead;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
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

    /** What the forms of our pages carry besides the cookie; empty for a browser that sends none. */
    public String formToken(RoutingContext context) {
        return values(context).stream().findFirst().map(SessionCookie::token).orElse("");
    }

    /** Whether a form carries what belongs to a cookie of the same browser. */
    public boolean fits(RoutingContext context, String formToken) {
        byte[] given = formToken.getBytes(StandardCharsets.UTF_8);
        return values(context).stream()
                .anyMatch(value -> Bearer.same(token(value).getBytes(StandardCharsets.UTF_8), given));
    }

    private static String token(String value) {
        return HexFormat.of().formatHex(Aead.derive(value.getBytes(StandardCharsets.UTF_8), "form"));
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
