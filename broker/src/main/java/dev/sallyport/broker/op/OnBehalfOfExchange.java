package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.broker.token.TokenCheck;
import dev.sallyport.broker.token.VerifiedToken;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An application that was called with a person's access token gets one for another application of the same tenant, to call it on the
 * person's behalf (RFC 8693 §1.1: delegation, never impersonation). The new token hangs on the same session or key, allows no more, lasts
 * no longer, and says in {@code act} who acts. The other application takes part in the session from then on and hears when it ends.
 */
public final class OnBehalfOfExchange {
    /** So many applications may stand between the person and the last one. */
    private static final int LONGEST_CHAIN = 4;

    private static final String JOIN = """
            INSERT INTO session_applications (tenant_id, session_id, client_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING""";

    private final Database database;
    private final TokenCheck check;
    private final PersonAccess access;
    private final TokenAnswer answer;
    private final ExchangedToken tokens;

    public OnBehalfOfExchange(
            Database database, TokenCheck check, PersonAccess access, TokenAnswer answer, ExchangedToken tokens) {
        this.database = database;
        this.check = check;
        this.access = access;
        this.answer = answer;
        this.tokens = tokens;
    }

    /**
     * Fails with {@code invalid_request} if the subject token is none of a person for this client's audience, with {@code invalid_grant} if
     * it is not good any more.
     */
    Future<JsonObject> exchange(
            Tenant tenant, Applications.Client client, Applications.Client target, ExchangeRequest request) {
        return check.genuine(tenant, request.subjectToken())
                .map(
                        found -> found.filter(t ->
                                        t.user().isPresent() && t.audience().equals(client.audience()))
                                .orElseThrow(
                                        () -> OAuthError.invalidRequest(
                                                "subject_token is not a person's access token for this client's audience in this tenant")))
                .map(subject -> acceptable(client, subject))
                .compose(subject -> answer.ready(tenant).compose(ready -> database.tenants()
                        .transaction(tenant.id(), tx -> check.hold(tx, tenant, subject)
                                .compose(live -> live
                                        ? issue(tx, ready, tenant, client, target, request, subject)
                                        : Future.failedFuture(OAuthError.invalidGrant())))));
    }

    /** {@code may_act} binds where it is said (RFC 8693 §4.4), and a chain of applications ends somewhere. */
    private static VerifiedToken acceptable(Applications.Client client, VerifiedToken subject) {
        Object mayAct = subject.claims().getClaim("may_act");
        if (mayAct != null && !(mayAct instanceof Map<?, ?> who && ("client:" + client.id()).equals(who.get("sub")))) {
            throw OAuthError.invalidRequest("may_act of the subject token names another actor");
        }
        int actors = 0;
        Object act = subject.claims().getClaim("act");
        while (act instanceof Map<?, ?> actor) {
            actors++;
            act = actor.get("act");
        }
        if (actors >= LONGEST_CHAIN) {
            throw OAuthError.invalidRequest("more than " + LONGEST_CHAIN + " applications act one for another");
        }
        return subject;
    }

    private Future<JsonObject> issue(
            SqlConnection tx,
            TokenAnswer.Ready ready,
            Tenant tenant,
            Applications.Client client,
            Applications.Client target,
            ExchangeRequest request,
            VerifiedToken subject) {
        UserId user = new UserId(subject.user().orElseThrow());
        return access.of(tx, ready.rules(), user)
                .map(may -> ExchangedScope.of(
                        request.scope(),
                        subject.scope(),
                        may,
                        ready.rules().catalogue(),
                        subject.permissions()::contains))
                .compose(scope -> join(tx, tenant, client, target, subject)
                        .compose(v -> tokens.answer(
                                ready.keys(),
                                tenant,
                                new ExchangedToken.Content(
                                        client,
                                        target,
                                        user,
                                        scope,
                                        new ExchangedToken.Origin.Token(subject),
                                        Optional.of(subject.claims()
                                                .getExpirationTime()
                                                .toInstant())))));
    }

    /** Written, in the audit log too, when the application comes into the session; not once per token. */
    private static Future<Void> join(
            SqlConnection tx,
            Tenant tenant,
            Applications.Client client,
            Applications.Client target,
            VerifiedToken subject) {
        Optional<UUID> session = subject.session();
        if (session.isEmpty()) {
            return Future.succeededFuture();
        }
        return tx.preparedQuery(JOIN)
                .execute(Tuple.of(tenant.id().value(), session.get(), target.id()))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture()
                        : AuditTrail.append(
                                tx,
                                tenant.id(),
                                AuditEvent.of(
                                                "application:" + client.id(),
                                                "session.delegated",
                                                "session:" + session.get())
                                        .with(new JsonObject()
                                                .put("user", subject.subject())
                                                .put("application", target.id()))));
    }
}
