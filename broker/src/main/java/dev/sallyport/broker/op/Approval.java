package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.consent.ConsentDecision;
import dev.sallyport.broker.consent.ConsentRequests;
import dev.sallyport.broker.consent.Consents;
import dev.sallyport.broker.session.Session;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.SqlConnection;

/** The last step of an authorization: a code, or first the person's consent where the application is a third party's. */
public final class Approval {
    private final String base;
    private final Database database;
    private final Consents consents;
    private final ConsentRequests requests;
    private final AuthorizeAnswer answer;

    /**
     * @param base what goes before the path of every link
     */
    public Approval(
            String base, Database database, Consents consents, ConsentRequests requests, AuthorizeAnswer answer) {
        this.base = base;
        this.database = database;
        this.consents = consents;
        this.requests = requests;
        this.answer = answer;
    }

    /** What comes next. */
    public sealed interface Step {
        /** The application gets a code. */
        record Code(String code) implements Step {}

        /** The person is asked; the id names the question. */
        record Ask(String id) implements Step {}

        /** The application hears {@code consent_required}. */
        record Required() implements Step {}
    }

    /** What comes next in a live session. */
    public Future<Step> next(Tenant tenant, Applications.Client client, AuthorizeRequest request, Session session) {
        return client.application().thirdParty()
                ? database.tenants().transaction(tenant.id(), tx -> next(tx, tenant, client, request, session))
                : answer.code(tenant, request, client.audience(), session).map(Step.Code::new);
    }

    /** The same within a transaction that also opens the session. */
    public Future<Step> next(
            SqlConnection tx, Tenant tenant, Applications.Client client, AuthorizeRequest request, Session session) {
        if (!client.application().thirdParty()) {
            return answer.code(tx, tenant, request, client.audience(), session).map(Step.Code::new);
        }
        return consents.given(tx, session.user(), client.id()).compose(given -> {
            ConsentDecision decision = ConsentDecision.of(true, request.prompt(), request.scope(), given);
            if (decision instanceof ConsentDecision.Settled) {
                return answer.code(tx, tenant, request, client.audience(), session)
                        .map(Step.Code::new);
            }
            return decision instanceof ConsentDecision.Required
                    ? Future.succeededFuture(new Step.Required())
                    : requests.ask(tx, tenant.id(), session.id(), client.id(), request.toJson())
                            .map(Step.Ask::new);
        });
    }

    /** Sends the browser on. */
    public void send(RoutingContext context, Tenant tenant, AuthorizeRequest request, Step step) {
        if (step instanceof Step.Code done) {
            answer.sendCode(context, tenant, request, done.code());
        } else if (step instanceof Step.Ask ask) {
            Answers.redirect(context, base + "/t/" + tenant.slug() + "/consent?request=" + ask.id());
        } else {
            answer.sendError(
                    context,
                    tenant,
                    request.returnAddress(),
                    new OAuthError(400, "consent_required", "the person has not allowed this application all of it"));
        }
    }
}
