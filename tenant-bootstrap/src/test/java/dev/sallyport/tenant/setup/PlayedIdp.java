package dev.sallyport.tenant.setup;

import static dev.sallyport.outbound.Waiting.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A provider whose discovery document and keys a test can bend; counts what it is asked. */
public final class PlayedIdp {
    private final HttpServer server;
    private final AtomicInteger discoveries = new AtomicInteger();
    private final AtomicInteger keyReads = new AtomicInteger();
    private volatile Consumer<HttpServerRequest> discovery;
    private volatile Consumer<HttpServerRequest> keys;
    private volatile Consumer<HttpServerRequest> token;
    /** What came to its token endpoint: the authorization header and the form. */
    public final List<String> tokenRequests = new CopyOnWriteArrayList<>();

    /** Starts one on loopback that does everything right. */
    public PlayedIdp(Vertx vertx) {
        server = vertx.createHttpServer().requestHandler(request -> {
            if (request.path().endsWith("/.well-known/openid-configuration")) {
                discoveries.incrementAndGet();
                discovery.accept(request);
            } else if (request.path().equals("/keys")) {
                keyReads.incrementAndGet();
                keys.accept(request);
            } else if (request.path().equals("/token")) {
                request.body().onSuccess(body -> {
                    tokenRequests.add(request.getHeader("Authorization") + " " + body);
                    token.accept(request);
                });
            } else {
                request.response().setStatusCode(404).end();
            }
        });
        await(server.listen(0, "127.0.0.1"));
        sends(document());
        publishes(key("first"));
        answersTokens(400, "invalid_grant");
    }

    /** {@code host:port}, for the allow-list. */
    public String authority() {
        return "127.0.0.1:" + server.actualPort();
    }

    /** The issuer. */
    public String issuer() {
        return "http://" + authority();
    }

    /** A sound discovery document. */
    public JsonObject document() {
        return new JsonObject()
                .put("issuer", issuer())
                .put("authorization_endpoint", issuer() + "/authorize")
                .put("token_endpoint", issuer() + "/token")
                .put("jwks_uri", issuer() + "/keys")
                .put("authorization_response_iss_parameter_supported", true)
                .put("code_challenge_methods_supported", new JsonArray().add("S256"))
                .put("id_token_signing_alg_values_supported", new JsonArray().add("ES256"));
    }

    /** From now on this is the discovery document. */
    public void sends(JsonObject document) {
        discovery = request -> request.response().end(document.toBuffer());
    }

    /** From now on this answers the discovery. */
    public void discovers(Consumer<HttpServerRequest> behaviour) {
        discovery = behaviour;
    }

    /** From now on these are the keys. */
    public void publishes(JsonObject... all) {
        JsonArray array = new JsonArray();
        for (JsonObject key : all) {
            array.add(key);
        }
        keys = request ->
                request.response().end(new JsonObject().put("keys", array).toBuffer());
    }

    /** From now on this answers the request for keys. */
    public void keys(Consumer<HttpServerRequest> behaviour) {
        keys = behaviour;
    }

    /** From now on its token endpoint refuses like this. */
    public void answersTokens(int status, String error) {
        token = request -> request.response()
                .setStatusCode(status)
                .end(new JsonObject().put("error", error).toBuffer());
    }

    /** How often its discovery document was read. */
    public int discoveries() {
        return discoveries.get();
    }

    /** How often its keys were read. */
    public int keyReads() {
        return keyReads.get();
    }

    /** A public ES256 key. */
    public static JsonObject key(String kid) {
        try {
            return new JsonObject(new ECKeyGenerator(Curve.P_256)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyID(kid)
                    .generate()
                    .toPublicJWK()
                    .toJSONString());
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
