package dev.sallyport.broker.op;

import dev.sallyport.broker.federation.Arrival;
import dev.sallyport.broker.federation.UpstreamSignOut;
import dev.sallyport.broker.people.SignIn;
import dev.sallyport.broker.session.Session;
import dev.sallyport.broker.session.SessionCookie;
import dev.sallyport.broker.session.Sessions;
import dev.sallyport.broker.session.UpstreamGrants;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** The end of a sign-in that no application asked for: the person comes to their own page. */
public final class AccountArrival {
    private final String base;
    private final SignIn signIn;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final UpstreamSignOut signOut;
    private final UpstreamGrants grants;
    private final ErrorPage page;

    /**
     * @param base what goes before the path of every link
     */
    public AccountArrival(
            String base,
            SignIn signIn,
            Sessions sessions,
            SessionCookie cookie,
            UpstreamSignOut signOut,
            UpstreamGrants grants,
            ErrorPage page) {
        this.base = base;
        this.signIn = signIn;
        this.sessions = sessions;
        this.cookie = cookie;
        this.signOut = signOut;
        this.grants = grants;
        this.page = page;
    }

    Future<Void> admit(RoutingContext context, Tenant tenant, Arrival.Outcome.Proven proven) {
        if (!tenant.isActive()) {
            refuse(context, "This organisation is not live at the moment.");
            return Future.succeededFuture();
        }
        return Future.all(
                        sessions.find(tenant, cookie.values(context)),
                        Callback.authentication(context, tenant, proven, signOut, grants))
                .compose(both -> {
                    Optional<Session> former = both.resultAt(0);
                    Sessions.Authentication how = both.resultAt(1);
                    return signIn.admit(
                            tenant,
                            proven.identity(),
                            (tx, entered) -> sessions.enter(
                                    tx, tenant, former, entered, how, session -> Future.<Void>succeededFuture()));
                })
                .map(result -> {
                    finish(context, tenant, result);
                    return null;
                });
    }

    void failed(RoutingContext context, Arrival.Outcome.Failed failed) {
        OAuthError error = Callback.error(failed.reason());
        String advice = error.code().equals("access_denied") ? error.getMessage() + "." : "Try again.";
        refuse(context, "Your identity provider did not sign you in (" + error.code() + "): " + advice);
    }

    private void finish(RoutingContext context, Tenant tenant, SignIn.Result<Sessions.Opened<Void>> result) {
        if (result instanceof SignIn.Result.In<Sessions.Opened<Void>> in) {
            cookie.set(context, tenant, in.opened().cookie());
            Answers.redirect(context, base + "/t/" + tenant.slug() + "/account");
        } else if (result instanceof SignIn.Result.Waits<Sessions.Opened<Void>>) {
            Callback.waits(context, page, tenant);
        } else if (result instanceof SignIn.Result.Out<Sessions.Opened<Void>> out) {
            refuse(context, out.reason().sentence());
        }
    }

    private void refuse(RoutingContext context, String text) {
        page.send(context, 403, "You are not signed in", text);
    }
}
