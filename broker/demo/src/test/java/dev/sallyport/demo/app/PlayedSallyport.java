package dev.sallyport.demo.app;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.demo.page.Await;
import dev.sallyport.demo.page.Secrets;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays Sallyport as contract.md describes it to applications, for two tenants; signs everybody in as Alice without asking. */
final class PlayedSallyport {

    static final String RESOURCE = "https://ledger.example";
    static final String CLIENT = "client-1";
    static final String SUBJECT = "person-1";
    static final String SID = "session-1";

    final AtomicInteger keyRequests = new AtomicInteger();
    final AtomicInteger feedRequests = new AtomicInteger();
    private final Vertx vertx;
    private final HttpServer server;
    private final Map<String, ECKey> keys = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    final Map<String, Map<String, String>> refreshTokens = new ConcurrentHashMap<>();
    private final Map<String, JsonArray> cutoffs = new ConcurrentHashMap<>();
    private final List<Runnable> waiting = new CopyOnWriteArrayList<>();
    private final AtomicInteger version = new AtomicInteger(1);
    private volatile boolean feedBroken;
    volatile String issuerInAnswer = "";
    volatile String nonceInToken = "";

    PlayedSallyport(Vertx vertx) {
        this.vertx = vertx;
        Router router = Router.router(vertx);
        router.route().handler(BodyHandler.create(false));
        router.get("/t/:tenant/.well-known/openid-configuration").handler(this::discovery);
        router.get("/t/:tenant/jwks").handler(this::jwks);
        router.get("/t/:tenant/authorize").handler(this::authorize);
        router.post("/t/:tenant/token").handler(this::token);
        router.get("/t/:tenant/revocations").handler(this::feed);
        this.server =
                Await.result(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
        for (String tenant : List.of("acme", "globex")) {
            keys.put(tenant, newKey(tenant + "-key"));
            cutoffs.put(tenant, new JsonArray());
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    String issuer(String tenant) {
        return url() + "/t/" + tenant;
    }

    void cutOff(String tenant, String kind, String value, double notBefore) {
        cutoffs.get(tenant)
                .add(new JsonObject()
                        .put("kind", kind)
                        .put("value", value)
                        .put("not_before", notBefore)
                        .put("expires_at", notBefore + 600));
        version.incrementAndGet();
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    void breakFeed() {
        feedBroken = true;
        version.incrementAndGet();
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    void repairFeed() {
        feedBroken = false;
    }

    /** The claims of a good access token of the tenant. */
    JWTClaimsSet.Builder accessClaims(String tenant) {
        return claims(tenant)
                .audience(RESOURCE + "/t/" + tenant)
                .claim("client_id", CLIENT)
                .claim("tenant", tenant)
                .claim("permissions", List.of("reports:read"))
                .claim("roles", List.of("accountant"))
                .claim("scope", "openid");
    }

    /** The claims of a good logout token of the tenant. */
    JWTClaimsSet.Builder logoutClaims(String tenant) {
        return claims(tenant)
                .audience(CLIENT)
                .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
    }

    JWTClaimsSet.Builder claims(String tenant) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(issuer(tenant))
                .subject(SUBJECT)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("auth_time", now.getEpochSecond())
                .claim("sid", SID);
    }

    String sign(String tenant, String type, JWTClaimsSet claims) {
        return sign(keys.get(tenant), type, claims);
    }

    static String sign(ECKey key, String type, JWTClaimsSet claims) {
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.ES256)
                            .type(new JOSEObjectType(type))
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey newKey(String kid) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void discovery(RoutingContext ctx) {
        String issuer = issuer(ctx.pathParam("tenant"));
        json(
                ctx,
                new JsonObject()
                        .put("issuer", issuer)
                        .put("authorization_endpoint", issuer + "/authorize")
                        .put("token_endpoint", issuer + "/token")
                        .put("jwks_uri", issuer + "/jwks")
                        .put("end_session_endpoint", issuer + "/logout")
                        .put(
                                "grant_types_supported",
                                new JsonArray().add("authorization_code").add("refresh_token")));
    }

    private void jwks(RoutingContext ctx) {
        keyRequests.incrementAndGet();
        json(
                ctx,
                new JsonObject(new JWKSet(keys.get(ctx.pathParam("tenant")))
                        .toPublicJWKSet()
                        .toString()));
    }

    private void authorize(RoutingContext ctx) {
        Map<String, String> request = new ConcurrentHashMap<>();
        ctx.queryParams().forEach(request::put);
        String code = Secrets.random();
        codes.put(code, request);
        String issuer = issuerInAnswer.isEmpty() ? issuer(ctx.pathParam("tenant")) : issuerInAnswer;
        ctx.redirect(
                request.get("redirect_uri") + "?code=" + code + "&state=" + request.get("state") + "&iss=" + issuer);
    }

    private void token(RoutingContext ctx) {
        String tenant = ctx.pathParam("tenant");
        Map<String, String> request = ctx.request()
                        .getFormAttribute("grant_type")
                        .equals("refresh_token")
                ? refreshTokens.remove(ctx.request().getFormAttribute("refresh_token"))
                : redeem(ctx.request().getFormAttribute("code"), ctx.request().getFormAttribute("code_verifier"));
        if (request == null) {
            ctx.response().setStatusCode(400);
            json(ctx, new JsonObject().put("error", "invalid_grant"));
            return;
        }
        JWTClaimsSet identity = claims(tenant)
                .audience(CLIENT)
                .claim("nonce", nonceInToken.isEmpty() ? request.get("nonce") : nonceInToken)
                .claim("name", "Alice <b>Moreau</b>")
                .claim("email", "alice@acme.example")
                .build();
        String refreshToken = Secrets.random();
        refreshTokens.put(refreshToken, request);
        json(
                ctx,
                new JsonObject()
                        .put("token_type", "Bearer")
                        .put("expires_in", 300)
                        .put(
                                "access_token",
                                sign(tenant, "at+jwt", accessClaims(tenant).build()))
                        .put("refresh_token", refreshToken)
                        .put("id_token", sign(tenant, "JWT", identity)));
    }

    private Map<String, String> redeem(String code, String verifier) {
        Map<String, String> request = codes.remove(code);
        boolean good = request != null
                && request.get("code_challenge").equals(Secrets.s256(verifier))
                && "S256".equals(request.get("code_challenge_method"))
                && CLIENT.equals(request.get("client_id"));
        return good ? request : null;
    }

    private void feed(RoutingContext ctx) {
        feedRequests.incrementAndGet();
        String tag = "\"" + version.get() + "\"";
        if (!feedBroken && tag.equals(ctx.request().getHeader("If-None-Match"))) {
            Runnable answer = () -> vertx.runOnContext(v -> sendFeed(ctx));
            waiting.add(answer);
            return;
        }
        sendFeed(ctx);
    }

    private void sendFeed(RoutingContext ctx) {
        if (ctx.response().ended()) {
            return;
        }
        if (feedBroken) {
            ctx.response().setStatusCode(500).end();
            return;
        }
        ctx.response().putHeader("ETag", "\"" + version.get() + "\"");
        json(ctx, new JsonObject().put("version", version.get()).put("cutoffs", cutoffs.get(ctx.pathParam("tenant"))));
    }

    private static void json(RoutingContext ctx, JsonObject body) {
        ctx.response().putHeader("Content-Type", "application/json").end(body.toBuffer());
    }
}
