package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.consent.ConsentRequests;
import dev.sallyport.broker.consent.Consents;
import dev.sallyport.broker.session.Session;
import dev.sallyport.broker.session.SessionCookie;
import dev.sallyport.broker.session.Sessions;
import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.page.Origins;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.SqlConnection;
import java.util.Optional;

/**
 * Where a person allows or denies a third-party application (OpenID Connect Core §3.1.2.4). The question is one of this browser's session
 * or it is none; the answer comes from our own page, once, and is for exactly what was shown.
 */
public final class ConsentEndpoint {
    private final Database database;
    private final Applications applications;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Consents consents;
    private final ConsentRequests requests;
    private final ConsentPage shown;
    private final AuthorizeAnswer answer;
    private final ErrorPage page;
    private final Origins origins;

    public ConsentEndpoint(
            Database database,
            Applications applications,
            Sessions sessions,
            SessionCookie cookie,
            Consents consents,
            ConsentRequests requests,
            ConsentPage shown,
            AuthorizeAnswer answer,
            ErrorPage page,
            Origins origins) {
        this.database = database;
        this.applications = applications;
        this.sessions = sessions;
        this.cookie = cookie;
        this.consents = consents;
        this.requests = requests;
        this.shown = shown;
        this.answer = answer;
        this.page = page;
        this.origins = origins;
    }

    private record Question(
            Tenant tenant, Session session, String id, AuthorizeRequest request, Applications.Client client) {}

    /** GET {@code /t/{tenant}/consent}. */
    public Future<Void> show(RoutingContext context) {
        return question(context, Parameters.query(context))
                .compose(question -> question.isEmpty()
                        ? stranger(context)
                        : shown.send(
                                context,
                                question.get().tenant(),
                                question.get().session(),
                                question.get().client(),
                                question.get().request(),
                                question.get().id()));
    }

    /** POST {@code /t/{tenant}/consent}. */
    public Future<Void> decide(RoutingContext context) {
        Parameters form = Parameters.form(context);
        if (!origins.isOwn(context.request())) {
            page.send(
                    context,
                    403,
                    "Nothing was allowed",
                    "The answer did not come from this page. Go back to the application and sign in again.");
            return Future.succeededFuture();
        }
        Optional<String> decision = value(form, "decision").filter(d -> d.equals("allow") || d.equals("deny"));
        return question(context, form)
                .compose(question -> question.isEmpty() || decision.isEmpty()
                        ? stranger(context)
                        : answered(context, question.get(), decision.get().equals("allow")));
    }

    /** The question that a request is about, if it is one of this browser's session and its application is still there. */
    private Future<Optional<Question>> question(RoutingContext context, Parameters parameters) {
        Tenant tenant = Tenancy.of(context);
        Optional<String> id = value(parameters, "request");
        if (id.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        return sessions.find(tenant, cookie.values(context))
                .compose(session -> session.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : requests.look(tenant.id(), session.get().id(), id.get())
                                .compose(found -> found.isEmpty()
                                        ? Future.succeededFuture(Optional.empty())
                                        : about(tenant, session.get(), id.get(), found.get())));
    }

    private Future<Optional<Question>> about(Tenant tenant, Session session, String id, JsonObject json) {
        AuthorizeRequest request = AuthorizeRequest.of(json);
        return applications.inTenant(tenant, request.clientId()).map(client -> client.filter(
                        c -> c.application().allowsRedirect(request.redirectUri()))
                .map(c -> new Question(tenant, session, id, request, c)));
    }

    private Future<Void> answered(RoutingContext context, Question question, boolean allowed) {
        Tenant tenant = question.tenant();
        return database.tenants()
                .transaction(
                        tenant.id(), tx -> requests.take(tx, question.session().id(), question.id())
                                .compose(taken -> taken.isEmpty()
                                        ? Future.succeededFuture(Optional.<String>empty())
                                        : carryOut(tx, question, allowed).map(Optional::of)))
                .map(code -> {
                    if (code.isEmpty()) {
                        return stranger(context);
                    }
                    AuthorizeRequest request = question.request();
                    if (allowed) {
                        answer.sendCode(context, tenant, request, code.get());
                    } else {
                        answer.sendError(
                                context,
                                tenant,
                                request.returnAddress(),
                                new OAuthError(400, "access_denied", "the person did not allow it"));
                    }
                    return null;
                })
                .<Void>mapEmpty()
                .recover(failure -> {
                    if (failure instanceof OAuthError error) {
                        answer.sendError(context, tenant, question.request().returnAddress(), error);
                        return Future.succeededFuture();
                    }
                    return Future.failedFuture(failure);
                });
    }

    /** The code of a yes; an empty text for a no. */
    private Future<String> carryOut(SqlConnection tx, Question question, boolean allowed) {
        Tenant tenant = question.tenant();
        Session session = question.session();
        if (!allowed) {
            return AuditTrail.append(
                            tx,
                            tenant.id(),
                            AuditEvent.of(
                                    "user:" + session.user(),
                                    "consent.denied",
                                    "application:" + question.client().id()))
                    .map("");
        }
        return consents.grant(
                        tx,
                        tenant.id(),
                        session.user(),
                        question.client().id(),
                        question.request().scope())
                .compose(v -> answer.code(
                        tx, tenant, question.request(), question.client().audience(), session));
    }

    private Future<Void> stranger(RoutingContext context) {
        page.send(
                context,
                400,
                "This question is not open any more",
                "It was answered before, took too long, or was asked in another browser. Go back to the application and sign in again.");
        return Future.succeededFuture();
    }

    private static Optional<String> value(Parameters parameters, String name) {
        try {
            return parameters.get(name).filter(v -> v.length() <= 100);
        } catch (OAuthError malformed) {
            return Optional.empty();
        }
    }
}
