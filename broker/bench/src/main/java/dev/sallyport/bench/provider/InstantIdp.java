package dev.sallyport.bench.provider;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.sallyport.demo.story.Client;
import dev.sallyport.demo.story.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * An identity provider that knows everybody and keeps nothing: whom it signs in is what {@code login_hint} says, and its codes carry what
 * its ID tokens will say. It costs one signature for each sign-in, on the native provider where there is one. For the machine it runs on
 * alone: it checks no secret and no verifier.
 */
public final class InstantIdp implements AutoCloseable {
    /** The client that every server is to it. */
    public static final Client CLIENT = new Client("bench", "bench-secret-of-no-value");
    /** The group of everybody. */
    public static final String GROUP = "staff";

    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
    private static final String KEY_ID = "instant";

    private static final int UNPACKED_MIB = 256;
    private static final Buffer BOMB = bomb();

    /** How it answers those who bring a code. */
    public enum Manner {
        /** With tokens. */
        HONEST,
        /** Never. */
        STALLS,
        /** With a little that unpacks to a lot. */
        BOMBS
    }

    private final HttpServer server;
    private final Manner manner;
    private final PrivateKey privateKey;
    private final String issuer;
    private final String header;
    private final Buffer discovery;
    private final Buffer jwks;

    private InstantIdp(HttpServer server, Manner manner, ECKey key, int port) {
        this.server = server;
        this.manner = manner;
        this.issuer = "http://127.0.0.1:" + port;
        this.header = encoded("{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"" + KEY_ID + "\"}");
        this.discovery = document().toBuffer();
        this.jwks = new JsonObject()
                .put(
                        "keys",
                        new JsonArray().add(new JsonObject(key.toPublicJWK().toJSONObject())))
                .toBuffer();
        try {
            this.privateKey = key.toECPrivateKey();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts an honest one on a port of the loopback. */
    public static InstantIdp start(Vertx vertx, int port) {
        return start(vertx, port, Manner.HONEST);
    }

    /** Starts one of this manner on a port of the loopback. */
    public static InstantIdp start(Vertx vertx, int port, Manner manner) {
        try {
            ECKey key = new ECKeyGenerator(Curve.P_256)
                    .keyID(KEY_ID)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .generate();
            HttpServer server = vertx.createHttpServer();
            InstantIdp idp = new InstantIdp(server, manner, key, port);
            server.requestHandler(idp::handle);
            Waiting.on(server.listen(port, "127.0.0.1"));
            return idp;
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its issuer. */
    public String issuer() {
        return issuer;
    }

    /** Host and port. */
    public String authority() {
        return issuer.substring("http://".length());
    }

    /**
     * Where the browser is sent from here: what a person's visit to this provider's pages comes to, without a request.
     *
     * @param request the parameters of the authorization request
     */
    public static String signedIn(Query request) {
        return request.get("redirect_uri") + "?state=" + request.raw("state") + "&code=" + request.raw("login_hint")
                + "." + request.raw("nonce");
    }

    /** Whether an address is this provider's authorization endpoint. */
    public boolean isAuthorization(String address) {
        return address.startsWith(issuer + "/authorize?");
    }

    private JsonObject document() {
        return new JsonObject()
                .put("issuer", issuer)
                .put("authorization_endpoint", issuer + "/authorize")
                .put("token_endpoint", issuer + "/token")
                .put("jwks_uri", issuer + "/jwks")
                .put("response_types_supported", new JsonArray().add("code"))
                .put("subject_types_supported", new JsonArray().add("public"))
                .put("id_token_signing_alg_values_supported", new JsonArray().add("ES256"))
                .put("token_endpoint_auth_methods_supported", new JsonArray().add("client_secret_basic"))
                .put("code_challenge_methods_supported", new JsonArray().add("S256"));
    }

    private void handle(HttpServerRequest request) {
        switch (request.path()) {
            case "/.well-known/openid-configuration" -> json(request, discovery);
            case "/jwks" -> json(request, jwks);
            case "/token" -> token(request);
            default -> request.response().setStatusCode(404).end();
        }
    }

    private void token(HttpServerRequest request) {
        switch (manner) {
            case HONEST -> request.body().onSuccess(form -> json(request, tokens(form.toString())));
            case STALLS -> {
                // Nothing is said, and the connection stays open.
            }
            case BOMBS ->
                request.response()
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Content-Encoding", "gzip")
                        .end(BOMB);
        }
    }

    private static Buffer bomb() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] block = new byte[1024 * 1024];
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            for (int i = 0; i < UNPACKED_MIB; i++) {
                gzip.write(block);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(packed.toByteArray());
    }

    private static void json(HttpServerRequest request, Buffer body) {
        request.response().putHeader("Content-Type", "application/json").end(body);
    }

    private Buffer tokens(String form) {
        List<String> code = List.of(new Query(form).get("code").split("\\.", 2));
        String person = code.get(0);
        long now = System.currentTimeMillis() / 1_000;
        String claims = "{\"iss\":\"" + issuer + "\",\"aud\":\"" + CLIENT.id() + "\",\"sub\":\"" + person
                + "\",\"nonce\":\"" + code.get(1) + "\",\"iat\":" + now + ",\"exp\":" + (now + 300) + ",\"auth_time\":"
                + now
                + ",\"email\":\"" + person + "@bench.example\",\"email_verified\":true,\"name\":\"Ben " + person
                + "\",\"given_name\":\"Ben\",\"family_name\":\"" + person + "\",\"preferred_username\":\"" + person
                + "\",\"groups\":[\"" + GROUP + "\"]}";
        String signed = header + "." + encoded(claims);
        return Buffer.buffer(
                "{\"access_token\":\"" + person + "\",\"token_type\":\"Bearer\",\"expires_in\":300,\"id_token\":\""
                        + signed + "." + URL.encodeToString(signature(signed)) + "\"}");
    }

    private byte[] signature(String text) {
        try {
            Signature signature = AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() == null
                    ? Signature.getInstance("SHA256withECDSAinP1363Format", AmazonCorrettoCryptoProvider.INSTANCE)
                    : Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(privateKey);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String text) {
        return URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        Waiting.on(server.close());
    }
}
