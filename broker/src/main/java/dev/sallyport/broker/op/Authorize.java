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
import dev.sallyport.tenant.routing.Routing;
import dev.sallyport.tenant.routing.RoutingRules;
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
    private static final String UNKNOWN = "The application or its return address is not known here. "
            + "Please tell the people who run the application.";

    private final Applications applications;
    private final AuthorizeRequests requests;
    private final PushedRequests pushedRequests;
    private final RoutingRules routing;
    private final LastWay lastWay;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Departure departure;
    private final AuthorizeAnswer answer;
    private final Approval approval;
    private final ErrorPage page;
    private final Clock clock;

    public Authorize(
            Applications applications,
            AuthorizeRequests requests,
            PushedRequests pushedRequests,
            RoutingRules routing,
            LastWay lastWay,
            Sessions sessions,
            SessionCookie cookie,
            Departure departure,
            AuthorizeAnswer answer,
            Approval approval,
            ErrorPage page,
            Clock clock) {
        this.applications = applications;
        this.requests = requests;
        this.pushedRequests = pushedRequests;
        this.routing = routing;
        this.lastWay = lastWay;
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
        Optional<String> pushedUri;
        Optional<ReturnAddress> to;
        try {
            clientId = parameters.require("client_id");
            pushedUri = parameters.get("request_uri").filter(PushedRequests::isOurs);
            to = pushedUri.isPresent() ? Optional.empty() : Optional.of(ReturnAddress.of(parameters));
        } catch (OAuthError error) {
            broken(context, "The application sent a request that cannot be understood: " + error.getMessage() + ".");
            return Future.succeededFuture();
        }
        return applications.inTenant(tenant, clientId).compose(client -> {
            if (client.isEmpty()
                    || !client.get().application().isInteractive()
                    || !to.map(t -> client.get().application().allowsRedirect(t.redirectUri()))
                            .orElse(true)) {
                broken(context, UNKNOWN);
                return Future.succeededFuture();
            }
            return to.isPresent()
                    ? told(context, tenant, to.get(), brought(context, tenant, parameters, client.get(), to.get()))
                    : pushed(context, tenant, parameters, client.get(), pushedUri.get());
        });
    }

    /** The request is in the browser's own address. */
    private Future<Void> brought(
            RoutingContext context,
            Tenant tenant,
            Parameters parameters,
            Applications.Client client,
            ReturnAddress to) {
        if (client.application().requirePar()) {
            return Future.failedFuture(
                    OAuthError.invalidRequest("this application must push its authorization requests (RFC 9126)"));
        }
        return requests.read(tenant, client, parameters, to.redirectUri())
                .compose(request -> answerable(context, tenant, client, request));
    }

    /** The application has pushed the request; of what the browser brings nothing else counts (RFC 9126 §4). */
    private Future<Void> pushed(
            RoutingContext context, Tenant tenant, Parameters parameters, Applications.Client client, String uri) {
        Optional<String> chosen = parameters.get("connection");
        return pushedRequests.open(context, tenant, client.id(), uri).compose(found -> {
            if (found.isEmpty()
                    || !client.application().allowsRedirect(found.get().redirectUri())) {
                broken(context, "It was used before, or took too long. Go back to the application and sign in again.");
                return Future.succeededFuture();
            }
            AuthorizeRequest request = found.get().through(chosen);
            return told(context, tenant, request.returnAddress(), answerable(context, tenant, client, request));
        });
    }

    /** What went wrong is the application's to hear, at its registered address. */
    private Future<Void> told(RoutingContext context, Tenant tenant, ReturnAddress to, Future<Void> answered) {
        return answered.recover(failure -> {
            if (failure instanceof OAuthError error) {
                answer.sendError(context, tenant, to, error);
                return Future.succeededFuture();
            }
            if (failure instanceof IdTokenCheck.Untrusted idp) {
                answer.sendError(context, tenant, to, Callback.error(idp.getMessage()));
                return Future.succeededFuture();
            }
            return Future.failedFuture(failure);
        });
    }

    private void broken(RoutingContext context, String text) {
        page.send(context, 400, "This sign-in link is not in order", text);
    }

    private Future<Void> answerable(
            RoutingContext context, Tenant tenant, Applications.Client client, AuthorizeRequest request) {
        if (!tenant.isActive()) {
            return Future.failedFuture(new OAuthError(400, "access_denied", "this organisation is not live"));
        }
        return sessions.find(tenant, cookie.values(context)).compose(session -> {
            boolean other = session.isPresent() && !isExpected(session.get(), request);
            boolean enough =
                    session.isPresent() && !other && !request.wantsFreshLogin() && isEnough(session.get(), request);
            if (enough) {
                return approval.next(tenant, client, request, session.get()).map(step -> {
                    approval.send(context, tenant, request, step);
                    return null;
                });
            }
            if (request.prompt().contains("none")) {
                return Future.failedFuture(new OAuthError(400, "login_required", "there is no session that is enough"));
            }
            return depart(context, tenant, other ? request.askingAnew() : request);
        });
    }

    /** Whether the session is that of the person whom {@code id_token_hint} names. */
    private static boolean isExpected(Session session, AuthorizeRequest request) {
        return request.subject().map(session.user().toString()::equals).orElse(true);
    }

    /** Whether the proof behind the session is young enough and of the class that was asked for. */
    private boolean isEnough(Session session, AuthorizeRequest request) {
        boolean young = request.maxAge()
                .map(seconds -> session.authTime().isWithin(Duration.ofSeconds(seconds), clock.instant()))
                .orElse(true);
        boolean classFits = request.acrValues()
                .map(values -> session.acr()
                        .map(List.of(values.split(" ", -1))::contains)
                        .orElse(false))
                .orElse(true);
        return young && classFits;
    }

    private Future<Void> depart(RoutingContext context, Tenant tenant, AuthorizeRequest request) {
        Routing.Visitor visitor =
                new Routing.Visitor(request.connection(), request.domain(), Optional.of(request.clientId()));
        return routing.decide(tenant, visitor).compose(decision -> {
            if (decision instanceof Routing.Decision.By by) {
                return departure.signIn(context, tenant, by.connection(), request.toJson());
            }
            if (decision instanceof Routing.Decision.Ask ask) {
                ConnectionChoice.send(context, page, tenant, ask.connections(), lastWay.of(context));
                return Future.succeededFuture();
            }
            return Future.failedFuture(
                    new OAuthError(400, "access_denied", "this organisation has no way to sign in at the moment"));
        });
    }
}
