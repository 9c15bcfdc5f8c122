package dev.sallyport.broker.op;

import dev.sallyport.broker.web.Cookies;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** By which of a tenant's connections somebody signed in last in this browser, so that it is offered first. It decides nothing. */
public final class LastWay {
    private static final String NAME = "sallyport_way";
    private static final Duration LIFE = Duration.ofDays(180);

    private final Cookies cookies;

    public LastWay(Cookies cookies) {
        this.cookies = cookies;
    }

    /** The connection; empty if there is none, or the browser brings several. */
    public Optional<ConnectionId> of(RoutingContext context) {
        var values = cookies.all(context, NAME);
        return values.size() == 1 ? ConnectionId.parse(values.get(0)) : Optional.empty();
    }

    /** Remembers it. */
    public void remember(RoutingContext context, Tenant tenant, ConnectionId connection) {
        cookies.set(context, tenant, "", NAME, connection.toString(), LIFE);
    }
}
