package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.federation.Departure;
import dev.sallyport.broker.federation.IdTokenCheck;
import dev.sallyport.broker.session.Session;
import dev.sallyport.broker.session.SessionCookie;
import dev.sallyport.broker.session.Sessions;
import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionStatus;
import dev.sallyport.tenant.connection.Connections;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The authorization endpoint (OpenID Connect Core §3.1.2): checks the application's request, then answers from the session or sends the
 * browser to the tenant's IdP. An unknown client or redirect URI gets a page, never a redirect.
 */
public final class Authorize {
    private final Applications applications;
    private final Connections connections;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Departure departure;
    private final AuthorizeAnswer answer;
    private final Approval approval;
    private final ErrorPage page;
    private final Clock clock;

    public Authorize(
            Applications applications,
            Connections connections,
            Sessions sessions,
            SessionCookie cookie,
            Departure departure,
            AuthorizeAnswer answer,
            Approval approval,
            ErrorPage page,
            Clock clock) {
        this.applications = applications;
        this.connections = connections;
        this.sessions = sessions;
        this.cookie = cookie;
        this.departure = departure;
        this.answer = answer;
        this.approval = approval;
        this.page = page;
        this.clock = clock;
    }

    /** GET and POST {@code /t/{tenant}/authorize}. */
    public Future<Void> handle(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        Parameters parameters = Parameters.of(context);
        String clientId;
        String redirectUri;
        Optional<String> state;
        try {
            clientId = parameters.require("client_id");
            redirectUri = parameters.require("redirect_uri");
            state = parameters.get("state");
        } catch (OAuthError error) {
            page.send(
                    context,
                    400,
                    "This sign-in link is not in order",
                    "The application sent a request that cannot be understood: " + error.getMessage() + ".");
            return Future.succeededFuture();
        }
        return applications.inTenant(tenant, clientId).compose(client -> {
            if (client.isEmpty()
                    || !client.get().application().isInteractive()
                    || !client.get().application().allowsRedirect(redirectUri)) {
                page.send(
                        context,
                        400,
                        "This sign-in link is not in order",
                        "The application or its return address is not known here. "
                                + "Please tell the people who run the application.");
                return Future.succeededFuture();
            }
            return answerable(context, tenant, parameters, client.get(), redirectUri)
                    .recover(failure -> {
                        if (failure instanceof OAuthError error) {
                            answer.sendError(context, tenant, redirectUri, state, error);
                            return Future.succeededFuture();
                        }
                        if (failure instanceof IdTokenCheck.Untrusted idp) {
                            answer.sendError(context, tenant, redirectUri, state, Callback.error(idp.getMessage()));
                            return Future.succeededFuture();
                        }
                        return Future.failedFuture(failure);
                    });
        });
    }

    private Future<Void> answerable(
            RoutingContext context,
            Tenant tenant,
            Parameters parameters,
            Applications.Client client,
            String redirectUri) {
        AuthorizeRequest request;
        try {
            request = AuthorizeRequest.parse(parameters, client, redirectUri);
        } catch (OAuthError error) {
            return Future.failedFuture(error);
        }
        if (!tenant.isActive()) {
            return Future.failedFuture(new OAuthError(400, "access_denied", "this organisation is not live"));
        }
        return sessions.find(tenant, cookie.values(context)).compose(session -> {
            boolean enough = session.isPresent() && !request.wantsFreshLogin() && isEnough(session.get(), request);
            if (enough) {
                return approval.next(tenant, client, request, session.get()).map(step -> {
                    approval.send(context, tenant, request, step);
                    return null;
                });
            }
            if (request.prompt().contains("none")) {
                return Future.failedFuture(new OAuthError(400, "login_required", "there is no session that is enough"));
            }
            return depart(context, tenant, request);
        });
    }

    /** Whether the proof behind the session is young enough and of the class that was asked for. */
    private boolean isEnough(Session session, AuthorizeRequest request) {
        boolean young = request.maxAge()
                .map(seconds ->
                        !session.authTime().plus(Duration.ofSeconds(seconds)).isBefore(clock.instant()))
                .orElse(true);
        boolean classFits = request.acrValues()
                .map(values -> session.acr()
                        .map(List.of(values.split(" ", -1))::contains)
                        .orElse(false))
                .orElse(true);
        return young && classFits;
    }

    private Future<Void> depart(RoutingContext context, Tenant tenant, AuthorizeRequest request) {
        return connections.list(tenant.id()).compose(all -> {
            List<Connection> active = all.stream()
                    .filter(c -> c.status() == ConnectionStatus.ACTIVE)
                    .toList();
            if (active.isEmpty()) {
                return Future.failedFuture(
                        new OAuthError(400, "access_denied", "this organisation has no way to sign in at the moment"));
            }
            Optional<Connection> chosen = active.size() == 1
                    ? Optional.of(active.get(0))
                    : active.stream()
                            .filter(c -> request.connection().equals(Optional.of(c.id().toString())))
                            .findFirst();
            if (chosen.isEmpty()) {
                ConnectionChoice.send(context, page, tenant, active);
                return Future.succeededFuture();
            }
            return departure.signIn(context, tenant, chosen.get(), request.toJson());
        });
    }
}
