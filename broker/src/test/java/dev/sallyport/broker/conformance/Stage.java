package dev.sallyport.broker.conformance;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.outside.Await;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A broker with one tenant, an honest IdP, a place that hears back-channel logouts, and as many applications as a test registers. */
final class Stage implements AutoCloseable {
    final Vertx vertx = Vertx.vertx();
    final EvilIdp idp = EvilIdp.start(vertx);
    /** Bodies that came to {@link #logoutUri()}. */
    final List<String> notices = new CopyOnWriteArrayList<>();

    final TestBroker broker;
    final AdminCaller operator;
    final Tenant acme;
    final String issuer;
    final ECKey appKey = EvilIdp.newKey();
    private final HttpServer receiver;

    /** An application as it was registered; no secret if it has none. */
    record App(String id, String secret, String redirectUri) {}

    Stage() {
        receiver = TestBroker.await(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    notices.add(body.toString());
                    request.response().end();
                }))
                .listen(0, "127.0.0.1"));
        broker = TestBroker.start(idp.hostPort(), "127.0.0.1:" + receiver.actualPort());
        broker.catalogue();
        operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        acme = broker.liveTenant("acme", idp);
        issuer = broker.issuer("acme");
    }

    String logoutUri() {
        return "http://127.0.0.1:" + receiver.actualPort() + "/backchannel";
    }

    /** An application enabled in the tenant; {@code more} is added to what every one has. */
    App register(String name, String type, JsonObject more) {
        String redirect = "https://" + name + ".example/cb";
        JsonObject body =
                new JsonObject().put("name", name).put("type", type).put("resource", "https://" + name + ".example");
        if (!type.equals("service")) {
            body.put("redirect_uris", new JsonArray().add(redirect))
                    .put("post_logout_redirect_uris", new JsonArray().add("https://" + name + ".example/bye"));
        }
        JsonObject made =
                operator.post("/applications", body.mergeIn(more)).expect(201).json();
        broker.enable(acme, made.getString("client_id"));
        return new App(
                made.getString("client_id"),
                made.getString("client_secret"),
                more.getJsonArray("redirect_uris", new JsonArray().add(redirect))
                        .getString(0));
    }

    /** The settings of an application that signs its assertions with {@link #appKey}. */
    JsonObject privateKeyJwt() {
        return new JsonObject()
                .put("token_endpoint_auth_method", "private_key_jwt")
                .put(
                        "jwks",
                        new JsonObject()
                                .put(
                                        "keys",
                                        new JsonArray()
                                                .add(new JsonObject(
                                                        appKey.toPublicJWK().toJSONObject()))));
    }

    /** A fresh assertion of an application (RFC 7523), made by Nimbus. */
    PrivateKeyJWT assertion(App app, ECKey key) {
        try {
            return new PrivateKeyJWT(
                    new ClientID(app.id()),
                    URI.create(issuer),
                    JWSAlgorithm.ES256,
                    key.toPrivateKey(),
                    key.getKeyID(),
                    null);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The application as the tests play it. */
    Relying relying(App app) {
        return new Relying(issuer, app.id(), app.secret(), app.redirectUri());
    }

    /** The first notice that came; at most some seconds are waited for. */
    String notice() {
        if (!Await.within(java.time.Duration.ofSeconds(20), () -> !notices.isEmpty())) {
            throw new AssertionError("no logout notice came");
        }
        return notices.get(0);
    }

    JsonObject discovery() {
        return new Browser().get(issuer + "/.well-known/openid-configuration").json();
    }

    @Override
    public void close() {
        broker.close();
        idp.close();
        TestBroker.await(receiver.close());
        TestBroker.await(vertx.close());
    }
}
