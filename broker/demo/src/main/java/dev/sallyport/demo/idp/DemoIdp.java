package dev.sallyport.demo.idp;

import com.nimbusds.jose.JOSEException;
import dev.sallyport.demo.page.Html;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** One company's OpenID Provider on a loopback port. Methods may be called from any thread. */
public final class DemoIdp {

    private static final String HOST = "127.0.0.1";
    private static final long BODY_LIMIT = 64 * 1024;

    private final HttpServer server;
    private final Provider provider;
    private final BackchannelLogout backchannel;

    private DemoIdp(Vertx vertx, HttpServer server, Provider provider) {
        this.server = server;
        this.provider = provider;
        this.backchannel = new BackchannelLogout(vertx, provider);
    }

    /** Starts the provider on a free port; fails when no port can be had. */
    public static Future<DemoIdp> start(Vertx vertx, IdpCompany company) {
        return start(vertx, company, 0, Clock.systemUTC());
    }

    /** Starts the provider on this port (0: a free one) and with this clock. */
    public static Future<DemoIdp> start(Vertx vertx, IdpCompany company, int port, Clock clock) {
        Router router = Router.router(vertx);
        HttpServer server =
                vertx.createHttpServer(new HttpServerOptions().setHost(HOST).setPort(port));
        return vertx.executeBlocking(DemoIdp::newKeys)
                .compose(keys -> server.requestHandler(router).listen().map(keys))
                .map(keys -> {
                    String issuer = "http://" + HOST + ":" + server.actualPort();
                    DemoIdp idp = new DemoIdp(vertx, server, new Provider(company, issuer, clock, keys));
                    idp.mount(router);
                    return idp;
                });
    }

    /** The issuer: {@code http://127.0.0.1:{port}}. */
    public String issuer() {
        return provider.issuer;
    }

    /** The company, with the people that it had at the start. */
    public IdpCompany company() {
        return provider.company;
    }

    /** The bearer token of the {@code /admin} endpoints. */
    public String adminToken() {
        return provider.adminToken;
    }

    /** Makes a relying party known, or replaces what was known of it. */
    public void registerClient(IdpClient client) {
        provider.clients.put(client.clientId(), client);
    }

    /** Who can sign in now, ordered by e-mail address. */
    public List<Person> people() {
        return provider.people.all();
    }

    /** The person with this e-mail address. */
    public Optional<Person> person(String email) {
        return provider.people.byEmail(email);
    }

    /** Lets a person sign in; replaces the one with the same subject. */
    public void addPerson(Person person) {
        provider.people.put(person);
    }

    /**
     * Puts a person into these groups and no others; later tokens show it.
     *
     * @throws IllegalArgumentException when nobody has this address
     */
    public void setGroups(String email, List<String> groups) {
        provider.people.put(known(email).withGroups(groups));
    }

    /**
     * Takes a person out of the company: no sign-in, no refresh, sessions over, clients told. The future completes when all
     * notices were accepted or given up.
     *
     * @throws IllegalArgumentException when nobody has this address
     */
    public Future<LogoutNotices> removePerson(String email) {
        Person person = known(email);
        provider.people.remove(person);
        provider.grants.endSubject(person.subject());
        return backchannel.endAll(person.subject());
    }

    /**
     * Ends every session of a person, who may sign in again, and tells the clients.
     *
     * @throws IllegalArgumentException when nobody has this address
     */
    public Future<LogoutNotices> logoutPerson(String email) {
        return backchannel.endAll(known(email).subject());
    }

    /** Stops listening. */
    public Future<Void> close() {
        backchannel.close();
        return server.close();
    }

    private Person known(String email) {
        return provider.people
                .byEmail(email)
                .orElseThrow(() -> new IllegalArgumentException("nobody here has the address " + email));
    }

    private void mount(Router router) {
        Authorize authorize = new Authorize(provider);
        TokenEndpoint token = new TokenEndpoint(provider);
        EndSession endSession = new EndSession(provider, backchannel);
        router.route().failureHandler(this::failed);
        provider.look.mount(router);
        router.route().handler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT));
        router.get("/.well-known/openid-configuration")
                .handler(ctx -> metadata(ctx, Discovery.document(provider.issuer)));
        router.get("/jwks").handler(ctx -> metadata(ctx, provider.keys.publicSet()));
        router.get("/authorize").handler(authorize::authorize);
        router.post("/authorize").handler(authorize::authorize);
        router.post("/login").handler(authorize::login);
        router.post("/token").handler(token::token);
        router.post("/revoke").handler(token::revoke);
        router.get("/userinfo").handler(token::userinfo);
        router.post("/userinfo").handler(token::userinfo);
        router.get("/").handler(endSession::home);
        router.get("/logout").handler(endSession::logout);
        router.post("/logout").handler(endSession::logout);
        router.post("/logout/confirm").handler(endSession::confirm);
        new AdminApi(this, provider).mount(router);
    }

    /** The one place where a failure becomes an answer. */
    private void failed(RoutingContext ctx) {
        Throwable cause = ctx.failure();
        if (cause instanceof OidcException oidc) {
            json(ctx, oidc.status(), oidc.toJson());
        } else if (cause instanceof DecodeException
                || cause instanceof ClassCastException
                || cause instanceof IllegalArgumentException) {
            json(
                    ctx,
                    400,
                    OidcException.invalidRequest("the request cannot be read").toJson());
        } else {
            int status = ctx.statusCode() >= 400 ? ctx.statusCode() : 500;
            provider.look.sendNotice(
                    ctx, status, "Something is wrong", "This request cannot be answered.", Html.none());
        }
    }

    private static void metadata(RoutingContext ctx, JsonObject document) {
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "max-age=300")
                .end(document.toBuffer());
    }

    private static void json(RoutingContext ctx, int status, JsonObject body) {
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body.toBuffer());
    }

    private static SigningKeys newKeys() throws JOSEException {
        return SigningKeys.generate();
    }
}
