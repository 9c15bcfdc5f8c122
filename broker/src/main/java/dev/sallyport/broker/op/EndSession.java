package dev.sallyport.broker.op;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.broker.application.Applications;
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

/**
 * Logout by an application (RP-Initiated Logout 1.0). With a hint that is ours, of the session of this browser, it ends at once; without
 * one, or with somebody else's, the person is asked. It never sends anybody to an address that is not registered.
 */
public final class EndSession {
    private final Applications applications;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final TokenCheck check;
    private final ErrorPage page;
    private final Origins origins;

    public EndSession(
            Applications applications,
            Sessions sessions,
            SessionCookie cookie,
            TokenCheck check,
            ErrorPage page,
            Origins origins) {
        this.applications = applications;
        this.sessions = sessions;
        this.cookie = cookie;
        this.check = check;
        this.page = page;
        this.origins = origins;
    }

    private record Wish(
            Optional<JWTClaimsSet> hint, Optional<String> returnTo, Optional<String> state, boolean confirmed) {}

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
            Optional<SessionId> ending = session.map(Session::id).or(() -> hinted);
            Future<?> ended = ending.isEmpty()
                    ? Future.succeededFuture()
                    : sessions.end(tenant, ending.get(), "sign_out", "browser");
            return ended.map(v -> {
                cookie.drop(context, tenant);
                leave(context, wish);
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

    private void leave(RoutingContext context, Wish wish) {
        if (wish.returnTo().isEmpty()) {
            page.send(
                    context,
                    200,
                    "You are signed out",
                    "You can close this window, or go back to the application to sign in again.");
            return;
        }
        String to = wish.returnTo().get();
        String state = wish.state()
                .map(s -> (to.indexOf('?') < 0 ? "?" : "&") + "state=" + URLEncoder.encode(s, StandardCharsets.UTF_8))
                .orElse("");
        Answers.redirect(context, to + state);
    }
}
