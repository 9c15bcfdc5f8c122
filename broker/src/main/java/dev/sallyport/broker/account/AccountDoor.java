package dev.sallyport.broker.account;

import dev.sallyport.broker.federation.Departure;
import dev.sallyport.broker.federation.IdTokenCheck;
import dev.sallyport.broker.op.ConnectionChoice;
import dev.sallyport.broker.op.LastWay;
import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Query;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.domain.HomeRealm;
import dev.sallyport.tenant.page.Pages;
import dev.sallyport.tenant.routing.Routing;
import dev.sallyport.tenant.routing.RoutingRules;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a person comes to their own page without any application: a page with a button for each connection, and the way to the IdP behind it. */
public final class AccountDoor {
    private final Pages pages;
    private final RoutingRules routing;
    private final Departure departure;
    private final ErrorPage page;
    private final LastWay lastWay;

    public AccountDoor(Pages pages, RoutingRules routing, Departure departure, ErrorPage page, LastWay lastWay) {
        this.pages = pages;
        this.routing = routing;
        this.departure = departure;
        this.page = page;
        this.lastWay = lastWay;
    }

    /** The page with the buttons. */
    Future<Void> show(RoutingContext context, Tenant tenant) {
        return decide(tenant, Parameter.NONE).map(decision -> {
            if (decision instanceof Routing.Decision.By by) {
                offer(context, tenant, List.of(Map.entry("Sign in", link(tenant, by.connection(), Parameter.NONE))));
            } else if (decision instanceof Routing.Decision.Ask ask) {
                offer(context, tenant, ask.connections(), Parameter.NONE);
            } else {
                closed(context, tenant);
            }
            return null;
        });
    }

    /** GET {@code /t/{tenant}/account/sign-in}: on to the provider, or the page with the buttons if it is not clear to which. */
    public Future<Void> signIn(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        Parameter said = Parameter.of(context);
        return decide(tenant, said)
                .compose(decision -> {
                    if (decision instanceof Routing.Decision.By by) {
                        return departure.toAccount(context, tenant, by.connection(), said.loginHint());
                    }
                    if (decision instanceof Routing.Decision.Ask ask) {
                        offer(context, tenant, ask.connections(), said);
                    } else {
                        closed(context, tenant);
                    }
                    return Future.succeededFuture();
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

    private Future<Routing.Decision> decide(Tenant tenant, Parameter said) {
        return tenant.isActive()
                ? routing.decide(tenant, new Routing.Visitor(said.connection(), said.domain(), Optional.empty()))
                : Future.succeededFuture(new Routing.Decision.Nowhere());
    }

    private void offer(RoutingContext context, Tenant tenant, List<Connection> connections, Parameter said) {
        Optional<ConnectionId> last = lastWay.of(context);
        offer(
                context,
                tenant,
                ConnectionChoice.inOrder(connections, last).stream()
                        .map(c -> Map.entry(ConnectionChoice.label(c, last), link(tenant, c, said)))
                        .toList());
    }

    private void offer(RoutingContext context, Tenant tenant, List<Map.Entry<String, String>> links) {
        page.choice(
                context,
                "Your account at " + tenant.name(),
                "Sign in to see where you are signed in, which applications you allowed and which API keys you have.",
                links);
    }

    private String link(Tenant tenant, Connection connection, Parameter said) {
        Query query = Query.of(List.of()).add("connection", connection.id().toString());
        said.loginHint().ifPresent(hint -> query.add("login_hint", hint));
        return query.after(pages.base() + "/t/" + tenant.slug() + "/account/sign-in");
    }

    /** What the link said; nothing if it cannot be read. */
    private record Parameter(Optional<String> connection, Optional<String> loginHint, Optional<String> domainHint) {
        static final Parameter NONE = new Parameter(Optional.empty(), Optional.empty(), Optional.empty());

        static Parameter of(RoutingContext context) {
            try {
                Parameters query = Parameters.query(context);
                return new Parameter(
                        query.get("connection"),
                        query.get("login_hint").filter(hint -> hint.length() <= HomeRealm.MOST),
                        query.get("domain_hint"));
            } catch (OAuthError malformed) {
                return NONE;
            }
        }

        Optional<String> domain() {
            return loginHint.flatMap(HomeRealm::domainOf).or(() -> domainHint.flatMap(HomeRealm::domain));
        }
    }

    private void closed(RoutingContext context, Tenant tenant) {
        page.send(context, 403, "You cannot sign in", tenant.name() + " has no way to sign in at the moment.");
    }
}
