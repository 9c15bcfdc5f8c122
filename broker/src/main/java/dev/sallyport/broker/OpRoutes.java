package dev.sallyport.broker;

import dev.sallyport.broker.account.AccountDoor;
import dev.sallyport.broker.account.AccountForms;
import dev.sallyport.broker.account.AccountPage;
import dev.sallyport.broker.federation.ConnectionJwks;
import dev.sallyport.broker.federation.UpstreamLogout;
import dev.sallyport.broker.op.ApiKeysEndpoint;
import dev.sallyport.broker.op.Authorize;
import dev.sallyport.broker.op.Callback;
import dev.sallyport.broker.op.ConsentEndpoint;
import dev.sallyport.broker.op.Cors;
import dev.sallyport.broker.op.Discovery;
import dev.sallyport.broker.op.EndSession;
import dev.sallyport.broker.op.Introspect;
import dev.sallyport.broker.op.Jwks;
import dev.sallyport.broker.op.PushedAuthorization;
import dev.sallyport.broker.op.RevocationsEndpoint;
import dev.sallyport.broker.op.Revoke;
import dev.sallyport.broker.op.TokenEndpoint;
import dev.sallyport.broker.op.UserInfo;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.Failures;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Tenancy;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.function.Function;

/** The addresses of the OpenID Provider under {@code /t/{tenant}}. */
record OpRoutes(
        Tenancy tenancy,
        Cors cors,
        Discovery discovery,
        Jwks jwks,
        ConnectionJwks connectionJwks,
        Authorize authorize,
        Callback callback,
        ConsentEndpoint consent,
        AccountPage account,
        AccountDoor accountDoor,
        AccountForms accountForms,
        PushedAuthorization par,
        TokenEndpoint token,
        UserInfo userInfo,
        Introspect introspect,
        Revoke revoke,
        EndSession endSession,
        RevocationsEndpoint revocations,
        ApiKeysEndpoint apiKeys,
        UpstreamLogout upstreamLogout) {
    private static final long MOST_BODY = 64 * 1024;

    void mount(Router router) {
        String tenant = "/t/:tenant";
        document(router, "/.well-known/oauth-authorization-server/t/:tenant", discovery::handle);
        // Where clients look that append to the issuer as OpenID Connect Discovery does, though RFC 8414 §3.1 inserts.
        document(router, tenant + "/.well-known/oauth-authorization-server", discovery::handle);
        document(router, tenant + "/.well-known/openid-configuration", discovery::handle);
        document(router, tenant + "/jwks", jwks::handle);
        document(router, tenant + "/federation/:connection/jwks", connectionJwks::handle);
        route(router, HttpMethod.GET, tenant + "/authorize", authorize::handle);
        route(router, HttpMethod.POST, tenant + "/authorize", authorize::handle);
        route(router, HttpMethod.GET, tenant + "/federation/:connection/callback", callback::handle);
        route(router, HttpMethod.GET, tenant + "/consent", consent::show);
        route(router, HttpMethod.POST, tenant + "/consent", consent::decide);
        account(router, tenant + "/account");
        route(router, HttpMethod.POST, tenant + "/federation/:connection/backchannel-logout", upstreamLogout::handle);
        browsers(router, tenant + "/par", List.of(HttpMethod.POST), par::handle);
        browsers(router, tenant + "/token", List.of(HttpMethod.POST), token::handle);
        browsers(router, tenant + "/userinfo", List.of(HttpMethod.GET, HttpMethod.POST), userInfo::handle);
        browsers(router, tenant + "/revoke", List.of(HttpMethod.POST), revoke::handle);
        route(router, HttpMethod.POST, tenant + "/introspect", introspect::handle);
        notAllowed(router, tenant + "/introspect", List.of(HttpMethod.POST));
        route(router, HttpMethod.GET, tenant + "/logout", endSession::handle);
        route(router, HttpMethod.POST, tenant + "/logout", endSession::handle);
        route(router, HttpMethod.GET, tenant + "/revocations", revocations::handle);
        route(router, HttpMethod.GET, tenant + "/api-keys", apiKeys::list);
        route(router, HttpMethod.POST, tenant + "/api-keys", apiKeys::create);
        route(router, HttpMethod.PATCH, tenant + "/api-keys/:id", apiKeys::limit);
        route(router, HttpMethod.DELETE, tenant + "/api-keys/:id", apiKeys::end);
    }

    /** A public document: whoever may GET it may ask for its headers alone (RFC 9110 §9.3.2). */
    private void document(Router router, String path, Function<RoutingContext, Future<?>> endpoint) {
        route(router, HttpMethod.GET, path, endpoint);
        route(router, HttpMethod.HEAD, path, endpoint);
    }

    /** An endpoint that scripts of browser applications may call. */
    private void browsers(
            Router router, String path, List<HttpMethod> methods, Function<RoutingContext, Future<?>> endpoint) {
        router.route(path).handler(cors).failureHandler(new Failures());
        router.options(path).handler(Cors.preflight(methods));
        methods.forEach(method -> route(router, method, path, endpoint));
        notAllowed(router, path, methods);
    }

    private static void notAllowed(Router router, String path, List<HttpMethod> methods) {
        String names = String.join(", ", methods.stream().map(HttpMethod::name).toList());
        router.route(path).handler(context -> {
            context.response().putHeader("Allow", names);
            Answers.json(
                    context,
                    405,
                    OAuthError.invalidRequest("this endpoint takes " + names + " only")
                            .toJson());
        });
    }

    private void account(Router router, String home) {
        route(router, HttpMethod.GET, home, account::handle);
        route(router, HttpMethod.GET, home + "/sign-in", accountDoor::signIn);
        route(router, HttpMethod.POST, home + "/sign-out", accountForms::signOut);
        route(router, HttpMethod.POST, home + "/sessions/end", accountForms::endSession);
        route(router, HttpMethod.POST, home + "/sessions/end-others", accountForms::endOtherSessions);
        route(router, HttpMethod.POST, home + "/consents/revoke", accountForms::revokeConsent);
        route(router, HttpMethod.POST, home + "/api-keys/end", accountForms::endKey);
    }

    private void route(Router router, HttpMethod method, String path, Function<RoutingContext, Future<?>> endpoint) {
        var route = router.route(method, path);
        if (method.equals(HttpMethod.POST) || method.equals(HttpMethod.PATCH)) {
            route.handler(BodyHandler.create(false).setBodyLimit(MOST_BODY));
        }
        route.handler(tenancy).handler(Answers.handle(endpoint)).failureHandler(new Failures());
    }
}
