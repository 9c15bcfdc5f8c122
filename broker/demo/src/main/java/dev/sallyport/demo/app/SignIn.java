package dev.sallyport.demo.app;

import dev.sallyport.demo.page.Secrets;
import dev.sallyport.demo.page.ShortLived;
import dev.sallyport.verifier.VerifiedToken;
import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.oauth2.OAuth2AuthorizationURL;
import io.vertx.ext.auth.oauth2.OAuth2FlowType;
import io.vertx.ext.auth.oauth2.Oauth2Credentials;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Signing in and out through Sallyport: authorization code, PKCE, state, nonce, and the issuer in the answer (RFC 9207). */
final class SignIn {

    private static final String COOKIE = "ledger_login";
    private static final Duration LIFE = Duration.ofMinutes(10);

    /** A sign-in under way, in the browser that holds the cookie. */
    private record Attempt(String tenant, String nonce, String verifier, String browser) {}

    private final DemoApp app;
    private final LocalSessions sessions;
    private final Pages pages;
    private final ShortLived<Attempt> attempts;

    SignIn(DemoApp app, LocalSessions sessions, Pages pages, Clock clock) {
        this.app = app;
        this.sessions = sessions;
        this.pages = pages;
        this.attempts = new ShortLived<>(clock, LIFE);
    }

    /** {@code GET /login/{tenant}}. */
    void begin(RoutingContext ctx) {
        Optional<Tenant> tenant = app.tenant(ctx.pathParam("tenant"));
        if (tenant.isEmpty()) {
            pages.unknownCompany(ctx);
            return;
        }
        tenant.get()
                .connect()
                .onSuccess(connection -> {
                    String state = Secrets.random();
                    Attempt attempt =
                            new Attempt(tenant.get().slug(), Secrets.random(), Secrets.random(), browser(ctx));
                    attempts.put(state, attempt);
                    redirect(
                            ctx,
                            connection
                                    .oauth2()
                                    .authorizeURL(new OAuth2AuthorizationURL()
                                            .setRedirectUri(app.redirectUri(attempt.tenant()))
                                            .setScopes(app.scopes())
                                            .setState(state)
                                            .setCodeChallenge(Secrets.s256(attempt.verifier()))
                                            .setCodeChallengeMethod("S256")
                                            .putAdditionalParameter("nonce", attempt.nonce())));
                })
                .onFailure(e ->
                        pages.noSignIn(ctx, 503, "Sign-in is not available at the moment. Please try again soon."));
    }

    /** {@code GET /callback/{tenant}}: an answer is looked at once, and only in the browser that asked. */
    void finish(RoutingContext ctx) {
        List<String> states = ctx.queryParam("state");
        String browser = cookie(ctx).orElse("");
        Optional<Attempt> attempt = states.size() == 1
                ? attempts.take(states.get(0))
                        .filter(found -> Secrets.same(found.browser(), browser))
                        .filter(found -> found.tenant().equals(ctx.pathParam("tenant")))
                : Optional.empty();
        Optional<Tenant> tenant = attempt.flatMap(found -> app.tenant(found.tenant()))
                .filter(found -> ctx.queryParam("iss").equals(List.of(found.issuer())));
        if (tenant.isEmpty()) {
            pages.noSignIn(
                    ctx, 400, "This answer does not belong to a sign-in that you began here, or it was used already.");
            return;
        }
        List<String> codes = ctx.queryParam("code");
        if (codes.size() != 1) {
            pages.noSignIn(
                    ctx,
                    403,
                    "access_denied".equals(ctx.queryParams().get("error"))
                            ? "Your company does not let you in here. Please ask your administrator."
                            : "Your company’s sign-in did not succeed.");
            return;
        }
        exchange(tenant.get(), attempt.get(), codes.get(0))
                .onSuccess(session -> {
                    sessions.open(ctx, session);
                    redirect(ctx, "/me");
                })
                .onFailure(e -> pages.noSignIn(ctx, 400, "The answer of the sign-in could not be confirmed."));
    }

    /** {@code POST /sign-out}: ends the session here, then at Sallyport (RP-Initiated Logout §2). */
    void out(RoutingContext ctx) {
        Optional<LocalSession> session = sessions.of(ctx);
        String formToken =
                Optional.ofNullable(ctx.request().getFormAttribute("form")).orElse("");
        if (session.filter(open -> Secrets.same(open.formToken(), formToken)).isEmpty()) {
            redirect(ctx, "/");
            return;
        }
        sessions.end(session.get());
        sessions.forgetCookie(ctx);
        app.tenant(session.get().tenant())
                .map(Tenant::connect)
                .orElseGet(() -> Future.failedFuture(SignInRefused.unknown("no such tenant")))
                .map(connection -> Optional.ofNullable(connection
                        .oauth2()
                        .endSessionURL(
                                session.get().tokens(),
                                new JsonObject()
                                        .put("client_id", app.clientId())
                                        .put("post_logout_redirect_uri", app.postLogoutRedirectUri()))))
                .otherwise(Optional.empty())
                .onSuccess(address -> redirect(ctx, address.orElse("/signed-out")));
    }

    private Future<LocalSession> exchange(Tenant tenant, Attempt attempt, String code) {
        Oauth2Credentials credentials = new Oauth2Credentials()
                .setFlow(OAuth2FlowType.AUTH_CODE)
                .setCode(code)
                .setCodeVerifier(attempt.verifier())
                .setRedirectUri(app.redirectUri(attempt.tenant()));
        return tenant.connect()
                .compose(connection -> connection.oauth2().authenticate(credentials))
                .compose(user -> tenant.checkIdToken(token(user, "id_token"), attempt.nonce())
                        .compose(identity -> tenant.check(token(user, "access_token"))
                                .map(access -> session(identity, access, user))));
    }

    private static LocalSession session(IdTokens.Identity identity, VerifiedToken access, User user) {
        if (!identity.subject().equals(access.subject())) {
            throw SignInRefused.invalid("the two tokens are of different people");
        }
        String sid = identity.sid().isEmpty() ? access.sessionId().orElse("") : identity.sid();
        return new LocalSession(
                Secrets.random(), Secrets.random(), identity.name(), identity.email(), sid, access, user);
    }

    private static String token(User user, String name) {
        return user.principal().getString(name, "");
    }

    private static String browser(RoutingContext ctx) {
        return cookie(ctx).filter(value -> value.length() == 43).orElseGet(() -> {
            String fresh = Secrets.random();
            ctx.response()
                    .addCookie(Cookie.cookie(COOKIE, fresh)
                            .setPath("/")
                            .setHttpOnly(true)
                            .setSameSite(CookieSameSite.LAX));
            return fresh;
        });
    }

    private static Optional<String> cookie(RoutingContext ctx) {
        return Optional.ofNullable(ctx.request().getCookie(COOKIE)).map(Cookie::getValue);
    }

    private static void redirect(RoutingContext ctx, String address) {
        ctx.response()
                .setStatusCode(303)
                .putHeader(HttpHeaders.LOCATION, address)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end();
    }
}
