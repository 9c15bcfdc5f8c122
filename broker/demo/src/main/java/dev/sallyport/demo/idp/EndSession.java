package dev.sallyport.demo.idp;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.demo.idp.Sessions.Session;
import dev.sallyport.demo.page.Html;
import dev.sallyport.demo.page.Secrets;
import dev.sallyport.demo.page.ShortLived;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The person's own page and the way out (OpenID Connect RP-Initiated Logout §2): without a valid hint the person is asked. */
final class EndSession {

    private final Provider provider;
    private final BackchannelLogout backchannel;
    private final ShortLived<String> confirmations;

    EndSession(Provider provider, BackchannelLogout backchannel) {
        this.provider = provider;
        this.backchannel = backchannel;
        this.confirmations = new ShortLived<>(provider.clock, Duration.ofMinutes(10));
    }

    /** {@code GET /}: who is signed in here. */
    void home(RoutingContext ctx) {
        Optional<Person> person =
                provider.session(ctx).flatMap(session -> provider.people.bySubject(session.subject()));
        if (person.isPresent()) {
            provider.look.sendNotice(
                    ctx,
                    200,
                    "You are signed in",
                    person.get().name() + " · " + person.get().email(),
                    Html.of("<p class=\"actions\"><a class=\"button\" href=\"/logout\">Sign out everywhere</a></p>"));
        } else {
            provider.look.sendNotice(
                    ctx,
                    200,
                    "You are not signed in",
                    "Open one of your applications: it brings you here when it needs to know who you are.",
                    Html.none());
        }
    }

    /** {@code GET} and {@code POST /logout}. */
    void logout(RoutingContext ctx) {
        MultiMap params =
                ctx.request().method().equals(HttpMethod.POST) ? ctx.request().formAttributes() : ctx.queryParams();
        Optional<JWTClaimsSet> hint =
                Optional.ofNullable(params.get("id_token_hint")).flatMap(provider.keys::claimsOf);
        Optional<IdpClient> client =
                hint.flatMap(claims -> claims.getAudience().stream().findFirst().map(provider.clients::get));
        String target = params.get("post_logout_redirect_uri");
        if (target != null && client.filter(known -> known.mayEndAt(target)).isEmpty()) {
            provider.look.sendNotice(
                    ctx,
                    400,
                    "This sign-out cannot go on",
                    "The application asked to return to an address that is not registered.",
                    Html.of("<p class=\"actions\"><a class=\"button\" href=\"/logout\">Sign out here</a></p>"));
            return;
        }
        Optional<Session> session = provider.session(ctx);
        boolean meant = session.isEmpty()
                || hint.map(JWTClaimsSet::getSubject)
                        .filter(session.get().subject()::equals)
                        .isPresent();
        if (meant) {
            session.ifPresent(this::end);
            leave(ctx, target, params.get("state"));
        } else {
            ask(ctx, session.get());
        }
    }

    /** {@code POST /logout/confirm}. */
    void confirm(RoutingContext ctx) {
        String token =
                Optional.ofNullable(ctx.request().getFormAttribute("confirm")).orElse("");
        Optional<String> meant = confirmations.take(token);
        provider.session(ctx)
                .filter(session -> meant.filter(session.sid()::equals).isPresent())
                .ifPresent(this::end);
        leave(ctx, null, null);
    }

    private void ask(RoutingContext ctx, Session session) {
        String token = Secrets.random();
        confirmations.put(token, session.sid());
        provider.look.sendNotice(
                ctx,
                200,
                "Sign out?",
                "This signs you out of " + provider.company.name()
                        + " and of every application that you opened with it.",
                Html.of("""
                    <form class="actions" method="post" action="/logout/confirm">
                    <input type="hidden" name="confirm" value="{}">
                    <button type="submit">Sign out</button><a class="button quiet" href="/">Stay signed in</a>
                    </form>""", token));
    }

    private void end(Session session) {
        backchannel.end(session);
    }

    private void leave(RoutingContext ctx, String target, String state) {
        provider.setCookie(ctx, "session", "");
        if (target == null) {
            provider.look.sendNotice(ctx, 200, "You are signed out", "You can close this page.", Html.none());
            return;
        }
        String suffix = state == null
                ? ""
                : (target.contains("?") ? "&" : "?") + "state=" + URLEncoder.encode(state, StandardCharsets.UTF_8);
        ctx.response()
                .setStatusCode(303)
                .putHeader(HttpHeaders.LOCATION, target + suffix)
                .end();
    }
}
