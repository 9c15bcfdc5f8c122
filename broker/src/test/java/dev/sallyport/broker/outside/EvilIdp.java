package dev.sallyport.broker.outside;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A provider that does what a test tells it: signs anybody in at once and says of them whatever the test wants, in whatever shape. By
 * default it is honest.
 */
public final class EvilIdp implements AutoCloseable {
    /** The secret of every client. */
    public static final String SECRET = "idp-client-secret";

    /** What the authorization endpoint was asked; a code stands for it. */
    public record Asked(
            String clientId,
            String redirectUri,
            String state,
            String nonce,
            String codeChallenge,
            Map<String, String> all) {}

    public final ECKey key;
    /** Everything that the token endpoint received. */
    public final List<Map<String, String>> tokenRequests = new CopyOnWriteArrayList<>();
    /** How often the keys were fetched. */
    public final java.util.concurrent.atomic.AtomicInteger jwksRequests =
            new java.util.concurrent.atomic.AtomicInteger();
    /** Claims of the next person; change to be somebody else. */
    public volatile JsonObject person = new JsonObject()
            .put("sub", "alice")
            .put("email", "alice@example.com")
            .put("email_verified", true)
            .put("name", "Alice Example")
            .put("preferred_username", "alice@example.com")
            .put("groups", new JsonArray().add("staff"));
    /** Changes the claims of an ID token before it is signed. */
    public volatile Consumer<JsonObject> claims = c -> {};
    /** Makes the ID token out of claims; by default signs with {@link #key}. */
    public volatile BiFunction<EvilIdp, JsonObject, String> idToken = EvilIdp::sign;
    /** Changes the discovery document. */
    public volatile UnaryOperator<JsonObject> discovery = UnaryOperator.identity();
    /** Changes the key set. */
    public volatile UnaryOperator<JsonObject> jwks = UnaryOperator.identity();
    /** What userinfo says of the person; null: the metadata names no such endpoint. */
    public volatile java.util.function.Supplier<JsonObject> userinfo;
    /** Every request that came, as {@code path authorization-header}. */
    public final List<String> requests = new CopyOnWriteArrayList<>();
    /** Changes the callback's query parameters. */
    public volatile Consumer<Map<String, String>> callback = c -> {};
    /** Answers instead of the honest code if it returns true. */
    public volatile java.util.function.Predicate<HttpServerRequest> intercept = r -> false;

    /** Its refresh tokens. */
    public final EvilGrants grants = new EvilGrants(this);

    private final Map<String, Asked> codes = new ConcurrentHashMap<>();
    private final HttpServer server;

    private EvilIdp(HttpServer server, ECKey key) {
        this.server = server;
        this.key = key;
    }

    /** Starts on a free loopback port. */
    public static EvilIdp start(Vertx vertx) {
        try {
            HttpServer server = vertx.createHttpServer();
            EvilIdp idp = new EvilIdp(server, newKey());
            server.requestHandler(idp::handle);
            server.listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            return idp;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new signing key. */
    public static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID(UUID.randomUUID().toString())
                    .algorithm(JWSAlgorithm.ES256)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code http://127.0.0.1:{port}}. */
    public String issuer() {
        return "http://" + hostPort();
    }

    /** For the outbound allow-list. */
    public String hostPort() {
        return "127.0.0.1:" + server.actualPort();
    }

    /** Signs claims with the honest key and the honest header. */
    public String sign(JsonObject body) {
        return sign(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(JOSEObjectType.JWT)
                        .keyID(key.getKeyID())
                        .build(),
                body,
                key);
    }

    /** Signs claims with any header and key. */
    public static String sign(JWSHeader header, JsonObject body, ECKey with) {
        try {
            SignedJWT jwt = new SignedJWT(header, JWTClaimsSet.parse(body.encode()));
            jwt.sign(new ECDSASigner(with));
            return jwt.serialize();
        } catch (JOSEException | java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A logout token that is in order (Back-Channel Logout §2.4). */
    public JsonObject logoutClaims(String clientId, String sub, String sid) {
        long now = System.currentTimeMillis() / 1_000;
        JsonObject token = new JsonObject()
                .put("iss", issuer())
                .put("aud", clientId)
                .put("iat", now)
                .put("exp", now + 120)
                .put("jti", UUID.randomUUID().toString())
                .put(
                        "events",
                        new JsonObject().put("http://schemas.openid.net/event/backchannel-logout", new JsonObject()));
        if (sub != null) {
            token.put("sub", sub);
        }
        return sid == null ? token : token.put("sid", sid);
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }

    private void handle(HttpServerRequest request) {
        requests.add(request.path() + " " + request.getHeader("Authorization"));
        if (!intercept.test(request)) {
            answer(request);
        }
    }

    /** The honest answer; for an interception that only makes it late. */
    public void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/.well-known/openid-configuration" -> json(request, discovery.apply(document()));
            case "/jwks" -> {
                jwksRequests.incrementAndGet();
                json(
                        request,
                        jwks.apply(new JsonObject()
                                .put(
                                        "keys",
                                        new JsonArray()
                                                .add(new JsonObject(
                                                        key.toPublicJWK().toJSONObject())))));
            }
            case "/authorize" -> authorize(request);
            case "/token" -> token(request);
            case "/revoke" -> grants.revoke(request);
            case "/userinfo" -> json(request, userinfo.get());
            default -> request.response().setStatusCode(404).end();
        }
    }

    private JsonObject document() {
        JsonObject document = new JsonObject()
                .put("issuer", issuer())
                .put("authorization_endpoint", issuer() + "/authorize")
                .put("token_endpoint", issuer() + "/token")
                .put("jwks_uri", issuer() + "/jwks")
                .put("revocation_endpoint", issuer() + "/revoke")
                .put("response_types_supported", new JsonArray().add("code"))
                .put("subject_types_supported", new JsonArray().add("public"))
                .put("id_token_signing_alg_values_supported", new JsonArray().add("ES256"))
                .put("code_challenge_methods_supported", new JsonArray().add("S256"))
                .put("authorization_response_iss_parameter_supported", true);
        return userinfo == null ? document : document.put("userinfo_endpoint", issuer() + "/userinfo");
    }

    private void authorize(HttpServerRequest request) {
        Map<String, String> all = new java.util.TreeMap<>();
        request.params().forEach(e -> all.put(e.getKey(), e.getValue()));
        Asked asked = new Asked(
                all.get("client_id"),
                all.get("redirect_uri"),
                all.get("state"),
                all.get("nonce"),
                all.get("code_challenge"),
                all);
        String code = UUID.randomUUID().toString();
        codes.put(code, asked);
        Map<String, String> answer = new java.util.LinkedHashMap<>();
        answer.put("code", code);
        answer.put("state", asked.state());
        answer.put("iss", issuer());
        callback.accept(answer);
        StringBuilder location = new StringBuilder(asked.redirectUri()).append('?');
        answer.forEach((k, v) -> location.append(k)
                .append('=')
                .append(java.net.URLEncoder.encode(v, java.nio.charset.StandardCharsets.UTF_8))
                .append('&'));
        request.response()
                .setStatusCode(303)
                .putHeader("Location", location.substring(0, location.length() - 1))
                .end();
    }

    private void token(HttpServerRequest request) {
        request.setExpectMultipart(true).endHandler(v -> {
            Map<String, String> form = new java.util.TreeMap<>();
            request.formAttributes().forEach(e -> form.put(e.getKey(), e.getValue()));
            tokenRequests.add(form);
            if ("refresh_token".equals(form.get("grant_type"))) {
                grants.refresh(request, form);
                return;
            }
            Asked asked = codes.remove(form.getOrDefault("code", ""));
            if (asked == null
                    || !challenge(form.getOrDefault("code_verifier", "")).equals(asked.codeChallenge())) {
                request.response()
                        .setStatusCode(400)
                        .putHeader("Content-Type", "application/json")
                        .end("{\"error\":\"invalid_grant\"}");
                return;
            }
            long now = System.currentTimeMillis() / 1_000;
            JsonObject body = person.copy()
                    .put("iss", issuer())
                    .put("aud", asked.clientId())
                    .put("iat", now)
                    .put("exp", now + 300)
                    .put("auth_time", now)
                    .put("nonce", asked.nonce())
                    .put("sid", "idp-session-of-" + person.getString("sub"));
            claims.accept(body);
            JsonObject answer = new JsonObject()
                    .put("access_token", "upstream-access-token")
                    .put("token_type", "Bearer")
                    .put("id_token", idToken.apply(this, body));
            if (asked.all().getOrDefault("scope", "").contains("offline_access")) {
                answer.put("refresh_token", grants.issue(asked.clientId(), person, asked.nonce()));
            }
            json(request, answer);
        });
    }

    private static String challenge(String verifier) {
        try {
            byte[] hash = java.security.MessageDigest.getInstance("SHA-256")
                    .digest(verifier.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void json(HttpServerRequest request, JsonObject body) {
        request.response().putHeader("Content-Type", "application/json").end(body.toBuffer());
    }
}
