package dev.sallyport.broker;

import dev.sallyport.broker.account.AccountDoor;
import dev.sallyport.broker.account.AccountForms;
import dev.sallyport.broker.account.AccountPage;
import dev.sallyport.broker.federation.UpstreamLogout;
import dev.sallyport.broker.op.ApiKeysEndpoint;
import dev.sallyport.broker.op.Authorize;
import dev.sallyport.broker.op.Callback;
import dev.sallyport.broker.op.ConsentEndpoint;
import dev.sallyport.broker.op.Discovery;
import dev.sallyport.broker.op.EndSession;
import dev.sallyport.broker.op.Introspect;
import dev.sallyport.broker.op.Jwks;
import dev.sallyport.broker.op.RevocationsEndpoint;
import dev.sallyport.broker.op.Revoke;
import dev.sallyport.broker.op.TokenEndpoint;
import dev.sallyport.broker.op.UserInfo;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.Failures;
import dev.sallyport.broker.web.Tenancy;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.function.Function;

/** The addresses of the OpenID Provider under {@code /t/{tenant}}. */
record OpRoutes(
        Tenancy tenancy,
        Discovery discovery,
        Jwks jwks,
        Authorize authorize,
        Callback callback,
        ConsentEndpoint consent,
        AccountPage account,
        AccountDoor accountDoor,
        AccountForms accountForms,
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
        router.get("/.well-known/oauth-authorization-server/t/:tenant")
                .handler(tenancy)
                .handler(Answers.handle(discovery::handle))
                .failureHandler(new Failures());
        route(router, HttpMethod.GET, tenant + "/.well-known/openid-configuration", discovery::handle);
        route(router, HttpMethod.GET, tenant + "/jwks", jwks::handle);
        route(router, HttpMethod.GET, tenant + "/authorize", authorize::handle);
        route(router, HttpMethod.POST, tenant + "/authorize", authorize::handle);
        route(router, HttpMethod.GET, tenant + "/federation/:connection/callback", callback::handle);
        route(router, HttpMethod.GET, tenant + "/consent", consent::show);
        route(router, HttpMethod.POST, tenant + "/consent", consent::decide);
        account(router, tenant + "/account");
        route(router, HttpMethod.POST, tenant + "/federation/:connection/backchannel-logout", upstreamLogout::handle);
        route(router, HttpMethod.POST, tenant + "/token", token::handle);
        route(router, HttpMethod.GET, tenant + "/userinfo", userInfo::handle);
        route(router, HttpMethod.POST, tenant + "/userinfo", userInfo::handle);
        route(router, HttpMethod.POST, tenant + "/introspect", introspect::handle);
        route(router, HttpMethod.POST, tenant + "/revoke", revoke::handle);
        route(router, HttpMethod.GET, tenant + "/logout", endSession::handle);
        route(router, HttpMethod.POST, tenant + "/logout", endSession::handle);
        route(router, HttpMethod.GET, tenant + "/revocations", revocations::handle);
        route(router, HttpMethod.GET, tenant + "/api-keys", apiKeys::list);
        route(router, HttpMethod.POST, tenant + "/api-keys", apiKeys::create);
        route(router, HttpMethod.PATCH, tenant + "/api-keys/:id", apiKeys::limit);
        route(router, HttpMethod.DELETE, tenant + "/api-keys/:id", apiKeys::end);
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
