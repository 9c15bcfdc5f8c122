package dev.sallyport.broker.account;

import dev.sallyport.broker.consent.Consents;
import dev.sallyport.broker.op.EndSession;
import dev.sallyport.broker.session.Session;
import dev.sallyport.broker.session.SessionCookie;
import dev.sallyport.broker.session.Sessions;
import dev.sallyport.broker.token.ApiKeys;
import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.Uuids;
import dev.sallyport.tenant.page.Origins;
import dev.sallyport.tenant.page.Pages;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * What a person ends on their own page. Each form is a POST from that page, in the same browser, and reaches only what is the person's own;
 * what is gone already is as good as ended.
 */
public final class AccountForms {
    private final Pages pages;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final EndSession endSession;
    private final Consents consents;
    private final ApiKeys keys;
    private final ErrorPage page;
    private final Origins origins;

    public AccountForms(
            Pages pages,
            Sessions sessions,
            SessionCookie cookie,
            EndSession endSession,
            Consents consents,
            ApiKeys keys,
            ErrorPage page,
            Origins origins) {
        this.pages = pages;
        this.sessions = sessions;
        this.cookie = cookie;
        this.endSession = endSession;
        this.consents = consents;
        this.keys = keys;
        this.page = page;
        this.origins = origins;
    }

    /** What a form does for the person of a session. */
    @FunctionalInterface
    private interface Act {
        Future<?> of(Tenant tenant, Session session, String id);
    }

    /** POST {@code /t/{tenant}/account/sign-out}: this browser's session, and on to the IdP. */
    public Future<Void> signOut(RoutingContext context) {
        return own(context)
                .compose(session -> session.isEmpty()
                        ? Future.succeededFuture()
                        : endSession.signOut(
                                context, Tenancy.of(context), session.get().id(), Optional.empty()));
    }

    /** POST {@code /t/{tenant}/account/sessions/end}. */
    public Future<Void> endSession(RoutingContext context) {
        return then(context, (tenant, session, id) -> Uuids.parse(id)
                .<Future<?>>map(other -> sessions.endOwn(tenant, session.user(), other))
                .orElseGet(Future::succeededFuture));
    }

    /** POST {@code /t/{tenant}/account/sessions/end-others}. */
    public Future<Void> endOtherSessions(RoutingContext context) {
        return then(context, (tenant, session, id) -> sessions.endOthers(tenant, session.user(), session.id()));
    }

    /** POST {@code /t/{tenant}/account/consents/revoke}. */
    public Future<Void> revokeConsent(RoutingContext context) {
        return then(
                context,
                (tenant, session, id) -> consents.revoke(tenant, session.user(), id, "user:" + session.user()));
    }

    /** POST {@code /t/{tenant}/account/api-keys/end}. */
    public Future<Void> endKey(RoutingContext context) {
        return then(context, (tenant, session, id) -> Uuids.parse(id)
                .<Future<?>>map(
                        key -> keys.end(tenant, key, Optional.of(session.user()), "owner", "user:" + session.user()))
                .orElseGet(Future::succeededFuture));
    }

    private Future<Void> then(RoutingContext context, Act act) {
        Tenant tenant = Tenancy.of(context);
        return own(context)
                .compose(session -> session.isEmpty()
                        ? Future.succeededFuture()
                        : act.of(tenant, session.get(), field(context, "id")).map(done -> {
                            Pages.seeOther(context, pages.base() + "/t/" + tenant.slug() + "/account");
                            return null;
                        }));
    }

    /** The session of the browser that sent the form; empty if it was answered already: nobody is signed in, or the form is not ours. */
    private Future<Optional<Session>> own(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        if (!origins.isOwn(context.request()) || !cookie.fits(context, field(context, "token"))) {
            page.send(
                    context,
                    403,
                    "Nothing was changed",
                    "The form did not come from your account page as it is now. Open the page again.");
            return Future.succeededFuture(Optional.empty());
        }
        return sessions.find(tenant, cookie.values(context)).onSuccess(session -> {
            if (session.isEmpty()) {
                Pages.seeOther(context, pages.base() + "/t/" + tenant.slug() + "/account");
            }
        });
    }

    private static String field(RoutingContext context, String name) {
        try {
            return Parameters.form(context).get(name).orElse("");
        } catch (OAuthError malformed) {
            return "";
        }
    }
}
