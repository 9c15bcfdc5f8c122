package dev.sallyport.demo.idp;

import dev.sallyport.demo.idp.Grants.Code;
import dev.sallyport.demo.idp.Grants.Grant;
import dev.sallyport.demo.idp.Sessions.Session;
import dev.sallyport.demo.page.Html;
import dev.sallyport.demo.page.Secrets;
import dev.sallyport.demo.page.ShortLived;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The authorization endpoint and the sign-in form behind it (OpenID Connect Core §3.1.2). */
final class Authorize {

    private static final Duration FORM_LIFE = Duration.ofMinutes(10);

    /** A request that waits for its person to sign in, in the browser that holds the cookie. */
    private record Pending(AuthenticationRequest request, String browser) {}

    private final Provider provider;
    private final ShortLived<Pending> pending;

    Authorize(Provider provider) {
        this.provider = provider;
        this.pending = new ShortLived<>(provider.clock, FORM_LIFE);
    }

    /** {@code GET} and {@code POST /authorize}. */
    void authorize(RoutingContext ctx) {
        MultiMap params =
                ctx.request().method().equals(HttpMethod.POST) ? ctx.request().formAttributes() : ctx.queryParams();
        try {
            AuthenticationRequest request = AuthenticationRequest.parse(params, provider.clients, provider.issuer);
            Optional<Session> session = provider.session(ctx).filter(open -> answers(open, request));
            if (session.isPresent()) {
                finish(ctx, request, session.get());
            } else if (request.prompts().contains("none")) {
                Map<String, String> error = Map.of("error", "login_required");
                redirect(ctx, request.answer(provider.issuer, error));
            } else {
                ask(ctx, request);
            }
        } catch (AuthenticationRequest.UnknownClient e) {
            provider.look.sendNotice(ctx, 400, "This sign-in cannot go on", e.getMessage(), Html.none());
        } catch (AuthenticationRequest.Rejected e) {
            redirect(ctx, e.location());
        }
    }

    /** {@code POST /login}: checks the form, opens a session and sends the browser back with a code. */
    void login(RoutingContext ctx) {
        MultiMap form = ctx.request().formAttributes();
        String transaction = Optional.ofNullable(form.get("transaction")).orElse("");
        String browser = provider.cookie(ctx, "login").orElse("");
        Optional<Pending> waiting = pending.get(transaction).filter(found -> Secrets.same(found.browser(), browser));
        if (waiting.isEmpty()) {
            provider.look.sendNotice(
                    ctx,
                    400,
                    "This sign-in is over",
                    "It took too long, was finished already, or was started in another browser. Go back to the application and begin again.",
                    Html.none());
            return;
        }
        AuthenticationRequest request = waiting.get().request();
        String username = Optional.ofNullable(form.get("username")).orElse("");
        String password = Optional.ofNullable(form.get("password")).orElse("");
        provider.people
                .authenticate(username, password)
                .ifPresentOrElse(
                        person -> {
                            if (pending.take(transaction).isEmpty()) {
                                throw OidcException.invalidRequest("the form was sent twice");
                            }
                            provider.session(ctx).ifPresent(provider.sessions::end);
                            Session session = provider.sessions.open(person.subject(), provider.clock.instant());
                            provider.setCookie(ctx, "session", session.secret());
                            finish(ctx, request, session);
                        },
                        () -> SignInPage.send(ctx, provider, request, transaction, username, true));
    }

    private void ask(RoutingContext ctx, AuthenticationRequest request) {
        String transaction = Secrets.random();
        String browser = provider.cookie(ctx, "login")
                .filter(value -> value.length() == 43)
                .orElseGet(() -> {
                    String fresh = Secrets.random();
                    provider.setCookie(ctx, "login", fresh);
                    return fresh;
                });
        pending.put(transaction, new Pending(request, browser));
        SignInPage.send(ctx, provider, request, transaction, request.loginHint(), false);
    }

    private void finish(RoutingContext ctx, AuthenticationRequest request, Session session) {
        session.clientIds().add(request.client().clientId());
        Grant grant = new Grant(
                UUID.randomUUID().toString(),
                request.client().clientId(),
                session.subject(),
                session.sid(),
                session.authTime(),
                request.scopes());
        Code code = new Code(grant, request.redirectUri(), request.challenge(), request.nonce());
        redirect(ctx, request.answer(provider.issuer, Map.of("code", provider.grants.newCode(code))));
    }

    /** Whether the open session is good enough for the request, or the person has to sign in again. */
    private boolean answers(Session session, AuthenticationRequest request) {
        if (request.prompts().contains("login") || request.prompts().contains("select_account")) {
            return false;
        }
        Duration age = Duration.between(session.authTime(), provider.clock.instant());
        return request.maxAge() < 0 || age.compareTo(Duration.ofSeconds(request.maxAge())) < 0;
    }

    private static void redirect(RoutingContext ctx, String location) {
        ctx.response()
                .setStatusCode(303)
                .putHeader(HttpHeaders.LOCATION, location)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end();
    }
}
