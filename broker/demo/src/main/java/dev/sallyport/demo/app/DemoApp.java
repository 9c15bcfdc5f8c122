package dev.sallyport.demo.app;

import dev.sallyport.verifier.SallyportVerifier;
import dev.sallyport.verifier.TokenRefused;
import dev.sallyport.verifier.VerifiedToken;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The running application. Methods may be called from any thread. */
public final class DemoApp {

    private static final String HOST = "127.0.0.1";
    private static final long BODY_LIMIT = 64 * 1024;

    private final Vertx vertx;
    private final Clock clock;
    private final HttpServer server;
    private final WebClient client;
    private final SallyportVerifier verifier;
    private final LocalSessions sessions;
    private final LogoutReceiver logouts;
    private volatile DemoAppConfig config;
    private volatile Map<String, Tenant> tenants;

    private DemoApp(Vertx vertx, Clock clock, HttpServer server, DemoAppConfig config) {
        this.vertx = vertx;
        this.clock = clock;
        this.server = server;
        this.client = WebClient.create(vertx, new WebClientOptions().setFollowRedirects(false));
        this.verifier = SallyportVerifier.builder()
                .issuers(config.issuer("{tenant}"))
                .resource(config.resource())
                .tenants(slug -> tenant(slug).isPresent())
                .clock(clock)
                .build();
        this.sessions = new LocalSessions(clock);
        this.logouts = new LogoutReceiver(this, sessions, clock);
        this.config = config;
        this.tenants = tenants(config);
    }

    /** Starts the application; fails when the port is taken. It may start before it has a client id: see {@link #configure}. */
    public static Future<DemoApp> start(Vertx vertx, DemoAppConfig config) {
        return start(vertx, config, Clock.systemUTC());
    }

    /** Starts the application with this clock. */
    public static Future<DemoApp> start(Vertx vertx, DemoAppConfig config, Clock clock) {
        Router router = Router.router(vertx);
        HttpServer server =
                vertx.createHttpServer(new HttpServerOptions().setHost(HOST).setPort(config.port()));
        return server.requestHandler(router).listen().map(listening -> {
            DemoApp app = new DemoApp(vertx, clock, server, config);
            app.mount(router);
            return app;
        });
    }

    /** Gives the application its client, which could only be registered once the redirect URIs were known. */
    public synchronized void configure(String clientId, String clientSecret) {
        Map<String, Tenant> before = tenants;
        config = config.withClient(clientId, clientSecret);
        tenants = tenants(config);
        before.values().forEach(Tenant::close);
    }

    /** The address: {@code http://127.0.0.1:{port}}. */
    public String url() {
        return "http://" + HOST + ":" + server.actualPort();
    }

    /** The redirect URI of a tenant. */
    public String redirectUri(String tenant) {
        return url() + "/callback/" + tenant;
    }

    /** The redirect URIs of all customers, to be registered. */
    public List<String> redirectUris() {
        return tenants.keySet().stream().map(this::redirectUri).toList();
    }

    /** Where Sallyport sends the browser after a sign-out. */
    public String postLogoutRedirectUri() {
        return url() + "/signed-out";
    }

    /** Where back-channel logouts of every tenant go; the token's issuer says whose it is. */
    public String backchannelLogoutUri() {
        return url() + "/backchannel-logout";
    }

    /** Where back-channel logouts of one tenant may go instead. */
    public String backchannelLogoutUri(String tenant) {
        return backchannelLogoutUri() + "/" + tenant;
    }

    /** How many people are signed in here. */
    public int liveSessions() {
        return sessions.all().size();
    }

    /** The sessions of the people who are signed in here, with their tokens. */
    public List<LocalSession> sessions() {
        return sessions.all();
    }

    /** The back-channel logouts that were accepted, oldest first. */
    public List<ReceivedLogout> receivedLogouts() {
        return logouts.received();
    }

    /** Stops listening and following. */
    public Future<Void> close() {
        tenants.values().forEach(Tenant::close);
        verifier.close();
        client.close();
        return server.close();
    }

    /** Checks the access token of a call, if the address names a tenant for that tenant only; fails with {@link TokenRefused}. */
    Future<VerifiedToken> check(String authorization, Optional<String> slug) {
        return Future.succeededFuture(authorization)
                .map(SallyportVerifier::bearer)
                .compose(token -> Future.fromCompletionStage(verifier.verifyAsync(token), vertx.getOrCreateContext()))
                .map(token -> slug.map(token::requireTenant).orElse(token));
    }

    Optional<Tenant> tenant(String slug) {
        return Optional.ofNullable(tenants.get(slug));
    }

    Optional<Tenant> tenantOf(String issuer) {
        return tenants.values().stream()
                .filter(tenant -> tenant.issuer().equals(issuer))
                .findFirst();
    }

    String clientId() {
        return config.clientId();
    }

    List<String> scopes() {
        return config.scopes();
    }

    private Map<String, Tenant> tenants(DemoAppConfig current) {
        Map<String, Tenant> bySlug = new LinkedHashMap<>();
        current.customers()
                .forEach(customer ->
                        bySlug.put(customer.slug(), new Tenant(vertx, client, clock, verifier, current, customer)));
        return bySlug;
    }

    private void mount(Router router) {
        Pages pages = new Pages();
        SignIn signIn = new SignIn(this, sessions, pages, clock);
        pages.mount(router);
        router.route().failureHandler(ctx -> pages.broken(ctx, ctx.statusCode() >= 400 ? ctx.statusCode() : 500));
        router.route().handler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT));
        router.get("/").handler(ctx -> pages.front(ctx, tenants.values()));
        router.get("/login/:tenant").handler(signIn::begin);
        router.get("/callback/:tenant").handler(signIn::finish);
        router.get("/me").handler(ctx -> me(ctx, pages));
        router.post("/sign-out").handler(signIn::out);
        router.get("/signed-out").handler(pages::signedOut);
        router.post("/backchannel-logout").handler(logouts::receive);
        router.post("/backchannel-logout/:tenant").handler(logouts::receive);
        new LedgerApi(this).mount(router);
        router.route().last().handler(ctx -> pages.broken(ctx, 404));
    }

    private void me(RoutingContext ctx, Pages pages) {
        Optional<LocalSession> session = sessions.of(ctx);
        Optional<Tenant> tenant = session.flatMap(open -> tenant(open.tenant()));
        if (tenant.isEmpty()) {
            ctx.redirect("/");
            return;
        }
        sessions.fresh(session.get(), tenant.get())
                .onSuccess(fresh -> pages.me(ctx, fresh, tenant.get().name()))
                .onFailure(e -> {
                    if (e instanceof IOException || isTemporary(e)) {
                        pages.unavailable(ctx);
                    } else {
                        sessions.end(session.get());
                        sessions.forgetCookie(ctx);
                        pages.accessEnded(ctx);
                    }
                });
    }

    private static boolean isTemporary(Throwable failure) {
        return (failure instanceof TokenRefused refused && refused.isTemporary())
                || (failure instanceof SignInRefused unknown && unknown.status() == 503);
    }
}
