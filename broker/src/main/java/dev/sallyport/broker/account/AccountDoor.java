package dev.sallyport.broker.account;

import dev.sallyport.broker.federation.Departure;
import dev.sallyport.broker.federation.IdTokenCheck;
import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.Connections;
import dev.sallyport.tenant.page.Pages;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a person comes to their own page without any application: a page with a button for each connection, and the way to the IdP behind it. */
public final class AccountDoor {
    private final Pages pages;
    private final Connections connections;
    private final Departure departure;
    private final ErrorPage page;

    public AccountDoor(Pages pages, Connections connections, Departure departure, ErrorPage page) {
        this.pages = pages;
        this.connections = connections;
        this.departure = departure;
        this.page = page;
    }

    /** The page with the buttons. */
    Future<Void> show(RoutingContext context, Tenant tenant) {
        return active(tenant).map(all -> {
            if (all.isEmpty()) {
                closed(context, tenant);
                return null;
            }
            String path = pages.base() + "/t/" + tenant.slug() + "/account/sign-in?connection=";
            Map<String, String> links = new LinkedHashMap<>();
            all.forEach(c -> links.put(all.size() == 1 ? "Sign in" : c.name(), path + c.id()));
            page.choice(
                    context,
                    "Your account at " + tenant.name(),
                    "Sign in to see where you are signed in, which applications you allowed and which API keys you have.",
                    links);
            return null;
        });
    }

    /** GET {@code /t/{tenant}/account/sign-in}. */
    public Future<Void> signIn(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        return active(tenant)
                .compose(all -> {
                    Optional<String> wanted = wanted(context);
                    Optional<Connection> chosen = all.stream()
                            .filter(c -> wanted.equals(Optional.of(c.id().toString())))
                            .findFirst();
                    return chosen.map(c -> departure.toAccount(context, tenant, c))
                            .orElseGet(() -> show(context, tenant));
                })
                .recover(failure -> {
                    if (failure instanceof IdTokenCheck.Untrusted) {
                        page.send(
                                context,
                                503,
                                "Your identity provider does not answer",
                                "Try again in a moment. If that does not help, ask your administrator.");
                        return Future.succeededFuture();
                    }
                    return Future.failedFuture(failure);
                });
    }

    private Future<List<Connection>> active(Tenant tenant) {
        return tenant.isActive()
                ? connections
                        .list(tenant.id())
                        .map(all -> all.stream().filter(Connection::isActive).toList())
                : Future.succeededFuture(List.of());
    }

    private void closed(RoutingContext context, Tenant tenant) {
        page.send(context, 403, "You cannot sign in", tenant.name() + " has no way to sign in at the moment.");
    }

    private static Optional<String> wanted(RoutingContext context) {
        try {
            return Parameters.query(context).get("connection");
        } catch (OAuthError malformed) {
            return Optional.empty();
        }
    }
}
