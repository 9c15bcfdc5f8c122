package dev.sallyport.broker.op;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.federation.UpstreamSignOut;
import dev.sallyport.broker.session.Session;
import dev.sallyport.broker.session.SessionCookie;
import dev.sallyport.broker.session.SessionId;
import dev.sallyport.broker.session.Sessions;
import dev.sallyport.broker.token.TokenCheck;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.Uuids;
import dev.sallyport.tenant.page.Origins;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Logout by an application (RP-Initiated Logout 1.0). With a hint that is ours, of the session of this browser, it ends at once; without
 * one, or with somebody else's, the person is asked. It never sends anybody to an address that is not registered.
 */
public final class EndSession {
    private final Applications applications;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final UpstreamSignOut upstream;
    private final TokenCheck check;
    private final ErrorPage page;
    private final Origins origins;

    public EndSession(
            Applications applications,
            Sessions sessions,
            SessionCookie cookie,
            UpstreamSignOut upstream,
            TokenCheck check,
            ErrorPage page,
            Origins origins) {
        this.applications = applications;
        this.sessions = sessions;
        this.cookie = cookie;
        this.upstream = upstream;
        this.check = check;
        this.page = page;
        this.origins = origins;
    }

    private record Wish(
            Optional<JWTClaimsSet> hint, Optional<String> returnTo, Optional<String> state, boolean confirmed) {
        /** Where to go at the end, with the state if there is one. */
        Optional<String> address() {
            return returnTo.map(to -> state.map(s -> to + (to.indexOf('?') < 0 ? "?" : "&") + "state="
                            + URLEncoder.encode(s, StandardCharsets.UTF_8))
                    .orElse(to));
        }
    }

    /** GET and POST {@code /t/{tenant}/logout}. */
    public Future<Void> handle(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        Parameters parameters;
        Optional<String> hintText;
        Optional<String> target;
        Optional<String> clientParameter;
        Optional<String> state;
        boolean confirmed;
        try {
            parameters = Parameters.of(context);
            hintText = parameters.get("id_token_hint");
            target = parameters.get("post_logout_redirect_uri");
            clientParameter = parameters.get("client_id");
            state = parameters.get("state");
            confirmed = context.request().method().name().equals("POST")
                    && parameters.get("confirm").equals(Optional.of("yes"))
                    && origins.isOwn(context.request());
        } catch (OAuthError error) {
            page.send(context, 400, "This sign-out link is not in order", error.getMessage() + ".");
            return Future.succeededFuture();
        }
        if (context.request().method().name().equals("POST")
                && hintText.isEmpty()
                && cookie.values(context).isEmpty()) {
            // A form from another site brings no cookie (SameSite=Lax); a redirect does, and then it can be asked.
            Answers.redirect(context, context.request().path() + again(clientParameter, target, state));
            return Future.succeededFuture();
        }
        Future<Optional<JWTClaimsSet>> hint = hintText.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : check.idTokenHint(tenant, hintText.get());
        return hint.compose(claims -> {
            Optional<String> clientId = claims.map(c -> c.getAudience().get(0)).or(() -> clientParameter);
            boolean contradicts =
                    claims.isPresent() && clientParameter.isPresent() && !clientId.equals(clientParameter);
            return (clientId.isEmpty() || contradicts
                            ? Future.succeededFuture(Optional.<Applications.Client>empty())
                            : applications.inTenant(tenant, clientId.get()))
                    .compose(client -> {
                        boolean registered = target.isEmpty()
                                || client.map(c -> c.application().allowsPostLogoutRedirect(target.get()))
                                        .orElse(false);
                        if (contradicts || !registered) {
                            page.send(
                                    context,
                                    400,
                                    "This sign-out link is not in order",
                                    "The application or the address to return to is not known here. You are still signed in.");
                            return Future.succeededFuture();
                        }
                        return decide(context, tenant, new Wish(claims, target, state, confirmed), clientId);
                    });
        });
    }

    private static String again(Optional<String> clientId, Optional<String> target, Optional<String> state) {
        Map<String, String> query = new LinkedHashMap<>();
        clientId.ifPresent(id -> query.put("client_id", id));
        target.ifPresent(to -> query.put("post_logout_redirect_uri", to));
        state.ifPresent(s -> query.put("state", s));
        return query.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
    }

    private Future<Void> decide(RoutingContext context, Tenant tenant, Wish wish, Optional<String> clientId) {
        return sessions.find(tenant, cookie.values(context)).compose(session -> {
            Optional<SessionId> hinted = wish.hint()
                    .flatMap(c -> Uuids.parse(c.getClaim("sid") instanceof String sid ? sid : ""))
                    .map(SessionId::new);
            boolean hintFits = hinted.isPresent()
                    && session.map(Session::id).map(hinted.get()::equals).orElse(true);
            if (session.isPresent() && !hintFits && !wish.confirmed()) {
                ask(context, tenant, wish, clientId);
                return Future.succeededFuture();
            }
            if (session.isPresent()) {
                return signOut(context, tenant, session.get().id(), wish.address());
            }
            // By the hint alone: a form that an application posts from its own site brings no cookie. What belongs to
            // the session at the IdP is for nobody who cannot show the session itself.
            Future<?> ended = hinted.isEmpty()
                    ? Future.succeededFuture()
                    : sessions.end(tenant, hinted.get(), "sign_out", "browser");
            return ended.map(v -> {
                cookie.drop(context, tenant);
                goodbye(context, page, wish.address());
                return null;
            });
        });
    }

    private void ask(RoutingContext context, Tenant tenant, Wish wish, Optional<String> clientId) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("confirm", "yes");
        clientId.ifPresent(id -> fields.put("client_id", id));
        wish.returnTo().ifPresent(to -> fields.put("post_logout_redirect_uri", to));
        wish.state().ifPresent(s -> fields.put("state", s));
        page.question(
                context,
                "Sign out of " + tenant.name() + "?",
                "You will be signed out of every application that you use through " + tenant.name()
                        + " in this browser.",
                "Sign out",
                fields);
    }

    /** Ends the session of this browser, then goes on to the IdP that it came from, or to the address at once. */
    public Future<Void> signOut(RoutingContext context, Tenant tenant, SessionId session, Optional<String> address) {
        return sessions.end(tenant, session, "sign_out", "browser")
                .compose(gone -> {
                    cookie.drop(context, tenant);
                    return gone.map(g -> upstream.departure(context, tenant, g, address))
                            .orElseGet(() -> Future.succeededFuture(Optional.empty()));
                })
                .map(idp -> {
                    goodbye(context, page, idp.or(() -> address));
                    return null;
                });
    }

    /** Sends a browser that is signed out on to an address, or says so. */
    static void goodbye(RoutingContext context, ErrorPage page, Optional<String> address) {
        if (address.isPresent()) {
            Answers.redirect(context, address.get());
        } else {
            page.send(
                    context,
                    200,
                    "You are signed out",
                    "You can close this window, or go back to the application to sign in again.");
        }
    }
}
