package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.federation.Arrival;
import dev.sallyport.broker.federation.Purpose;
import dev.sallyport.broker.federation.TestSignIns;
import dev.sallyport.broker.federation.UpstreamSignOut;
import dev.sallyport.broker.people.Admission;
import dev.sallyport.broker.people.SignIn;
import dev.sallyport.broker.session.Session;
import dev.sallyport.broker.session.SessionCookie;
import dev.sallyport.broker.session.Sessions;
import dev.sallyport.broker.session.UpstreamGrants;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The end of a sign-in: what {@link Arrival} proved, {@link SignIn} admits; the session, the code and everything that admission changes are
 * one transaction. An answer that belongs to no sign-in of this browser gets a page and changes nothing.
 */
public final class Callback {
    private final Arrival arrival;
    private final SignIn signIn;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Applications applications;
    private final AuthorizeAnswer answer;
    private final Approval approval;
    private final AccountArrival account;
    private final UpstreamSignOut signOut;
    private final UpstreamGrants grants;
    private final TestSignIns tests;
    private final LastWay lastWay;
    private final ErrorPage page;

    public Callback(
            Arrival arrival,
            SignIn signIn,
            Sessions sessions,
            SessionCookie cookie,
            Applications applications,
            AuthorizeAnswer answer,
            Approval approval,
            AccountArrival account,
            UpstreamSignOut signOut,
            UpstreamGrants grants,
            TestSignIns tests,
            LastWay lastWay,
            ErrorPage page) {
        this.arrival = arrival;
        this.signIn = signIn;
        this.sessions = sessions;
        this.cookie = cookie;
        this.applications = applications;
        this.answer = answer;
        this.approval = approval;
        this.account = account;
        this.signOut = signOut;
        this.grants = grants;
        this.tests = tests;
        this.lastWay = lastWay;
        this.page = page;
    }

    /** GET {@code /t/{tenant}/federation/{connection}/callback}. */
    public Future<Void> handle(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        return arrival.take(context).compose(outcome -> {
            if (outcome instanceof Arrival.Outcome.Proven proven) {
                return switch (proven.purpose()) {
                    case TEST -> tests.record(tenant, proven).map(to -> go(context, to));
                    case ACCOUNT -> account.admit(context, tenant, proven);
                    default -> admit(context, tenant, proven);
                };
            }
            if (outcome instanceof Arrival.Outcome.Failed failed) {
                return failed(context, tenant, failed);
            }
            if (outcome instanceof Arrival.Outcome.SignedOut gone) {
                EndSession.goodbye(context, page, gone.returnTo());
                return Future.succeededFuture();
            }
            page.send(
                    context,
                    400,
                    "This sign-in cannot be finished",
                    "It was finished before, took too long, or was begun in another browser. Go back to the application and sign in again.");
            return Future.succeededFuture();
        });
    }

    private Future<Void> failed(RoutingContext context, Tenant tenant, Arrival.Outcome.Failed failed) {
        if (failed.purpose() == Purpose.TEST && failed.connection().isPresent()) {
            return tests.record(tenant, failed).map(to -> go(context, to));
        }
        if (failed.purpose() == Purpose.ACCOUNT) {
            account.failed(context, failed);
        } else {
            AuthorizeRequest request = AuthorizeRequest.of(failed.request());
            answer.sendError(context, tenant, request.returnAddress(), error(failed.reason()));
        }
        return Future.succeededFuture();
    }

    private Future<Void> admit(RoutingContext context, Tenant tenant, Arrival.Outcome.Proven proven) {
        AuthorizeRequest request = AuthorizeRequest.of(proven.request());
        return applications.inTenant(tenant, request.clientId()).compose(client -> {
            if (!tenant.isActive()
                    || client.isEmpty()
                    || !client.get().application().allowsRedirect(request.redirectUri())) {
                page.send(
                        context,
                        400,
                        "This sign-in cannot be finished",
                        "The organisation or the application is not live any more.");
                return Future.succeededFuture();
            }
            return Future.all(
                            sessions.find(tenant, cookie.values(context)),
                            authentication(context, tenant, proven, signOut, grants))
                    .compose(both -> {
                        Optional<Session> former = both.resultAt(0);
                        Sessions.Authentication how = both.resultAt(1);
                        return signIn.admit(tenant, proven.identity(), (tx, entered) -> expected(request, entered)
                                .compose(v -> sessions.enter(
                                        tx,
                                        tenant,
                                        former,
                                        entered,
                                        how,
                                        session -> approval.next(tx, tenant, client.get(), request, session))));
                    })
                    .<Void>map(result -> {
                        if (request.connection().isPresent()) {
                            lastWay.remember(
                                    context, tenant, proven.connection().id());
                        }
                        finish(context, tenant, request, result);
                        return null;
                    })
                    .recover(failure -> {
                        if (failure instanceof OAuthError error) {
                            answer.sendError(context, tenant, request.returnAddress(), error);
                            return Future.succeededFuture();
                        }
                        return Future.failedFuture(failure);
                    });
        });
    }

    /** Whom {@code id_token_hint} named, or nobody (OpenID Connect Core §3.1.2.2). */
    private static Future<Void> expected(AuthorizeRequest request, SignIn.Entered entered) {
        return request.subject().map(entered.user().toString()::equals).orElse(true)
                ? Future.succeededFuture()
                : Future.failedFuture(
                        new OAuthError(400, "login_required", "somebody else signed in than id_token_hint names"));
    }

    /** How somebody signed in, as their session keeps it. */
    static Future<Sessions.Authentication> authentication(
            RoutingContext context,
            Tenant tenant,
            Arrival.Outcome.Proven proven,
            UpstreamSignOut signOut,
            UpstreamGrants grants) {
        Arrival.Facts facts = proven.facts();
        String sub = proven.identity().origin().sub();
        Optional<String> otherThanKey =
                Optional.of(sub).filter(s -> !s.equals(proven.identity().subject()));
        return Future.all(
                        signOut.keep(tenant, proven.connection().id(), facts.idToken()),
                        grants.prepare(tenant.id(), facts.grant()))
                .map(kept -> new Sessions.Authentication(
                        proven.connection().id(),
                        facts.sid(),
                        otherThanKey,
                        facts.authTime(),
                        facts.acr(),
                        facts.amr(),
                        facts.sessionExpiry(),
                        kept.resultAt(0),
                        kept.resultAt(1),
                        userAgent(context)));
    }

    private void finish(
            RoutingContext context,
            Tenant tenant,
            AuthorizeRequest request,
            SignIn.Result<Sessions.Opened<Approval.Step>> result) {
        if (result instanceof SignIn.Result.In<Sessions.Opened<Approval.Step>> in) {
            cookie.set(context, tenant, in.opened().cookie());
            approval.send(context, tenant, request, in.opened().with());
        } else if (result instanceof SignIn.Result.Waits<Sessions.Opened<Approval.Step>>) {
            waits(context, page, tenant);
        } else if (result instanceof SignIn.Result.Out<Sessions.Opened<Approval.Step>> out) {
            refuse(context, tenant, request, out.reason());
        }
    }

    /** For somebody who came by the right door and must wait for an admin's yes. */
    static void waits(RoutingContext context, ErrorPage page, Tenant tenant) {
        page.send(
                context,
                403,
                "You are almost in",
                "An administrator of " + tenant.name()
                        + " has been asked to approve your account. Sign in again once they have.");
    }

    private void refuse(RoutingContext context, Tenant tenant, AuthorizeRequest request, Admission.Reason reason) {
        answer.sendError(
                context, tenant, request.returnAddress(), new OAuthError(400, "access_denied", reason.sentence()));
    }

    /** How an application hears of a sign-in that failed at the IdP. */
    static OAuthError error(String reason) {
        return switch (reason) {
            case "auth_time_missing", "auth_time_too_old" ->
                new OAuthError(400, "login_required", "the identity provider did not ask the person to sign in anew");
            case "acr" ->
                new OAuthError(
                        400,
                        "unmet_authentication_requirements",
                        "the identity provider did not authenticate the person as asked by acr_values");
            case "group_overage", "too_many_groups" ->
                new OAuthError(
                        400,
                        "access_denied",
                        "the identity provider did not list all groups of the person because there are too many; an administrator must limit the groups that it sends");
            case "idp_login_required", "idp_interaction_required", "idp_consent_required" ->
                new OAuthError(400, reason.substring(4), "the identity provider needs the person");
            case "idp_access_denied" ->
                new OAuthError(400, "access_denied", "the identity provider did not let the person in");
            case "hosted_domain", "no_proven_domain" ->
                new OAuthError(400, "access_denied", "the account is not one of this organisation’s domains at Google");
            case "idp_timeout", "idp_dns", "idp_busy", "idp_unavailable" ->
                new OAuthError(400, "temporarily_unavailable", "the identity provider does not answer; try again");
            default -> new OAuthError(400, "server_error", "the identity provider's answer was refused: " + reason);
        };
    }

    private static String userAgent(RoutingContext context) {
        String agent = context.request().getHeader("User-Agent");
        return agent == null ? null : agent.substring(0, Math.min(agent.length(), 300));
    }

    private static Void go(RoutingContext context, Optional<String> location) {
        Answers.redirect(context, location.orElse("/"));
        return null;
    }
}
