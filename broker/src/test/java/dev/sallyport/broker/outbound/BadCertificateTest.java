package dev.sallyport.broker.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Servers with certificates that nobody should believe, where a running broker calls them with the trust that it comes with. A certificate
 * that is bad although its authority is trusted is in the gate's own tests.
 */
class BadCertificateTest {
    private static final List<String> ENDPOINTS = List.of("token_endpoint", "jwks_uri", "userinfo_endpoint");

    private static final AtomicInteger REQUESTS = new AtomicInteger();
    private static final Map<String, HttpServer> SERVERS = new LinkedHashMap<>();

    private static Vertx vertx;
    private static Rogues rogues;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        Instant now = Instant.now();
        X509Bundle authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=Nobody's authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        serve("self-signed", leaf().setIsCertificateAuthority(true).buildSelfSigned());
        serve("unknown-authority", leaf().buildIssuedBy(authority));
        serve(
                "expired",
                leaf().notBefore(now.minus(Duration.ofDays(9)))
                        .notAfter(now.minus(Duration.ofDays(1)))
                        .buildIssuedBy(authority));
        serve(
                "other-host",
                new CertificateBuilder()
                        .ecp256()
                        .subject("CN=other.example")
                        .addSanDnsName("other.example")
                        .buildIssuedBy(authority));
        List<String> names = new ArrayList<>(List.of("pulled"));
        SERVERS.keySet().forEach(kind -> ENDPOINTS.forEach(endpoint -> names.add(name(kind, endpoint))));
        rogues = new Rogues(
                vertx,
                names,
                SERVERS.values().stream().map(BadCertificateTest::authority).toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        rogues.close();
        vertx.close();
    }

    private static CertificateBuilder leaf() throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=127.0.0.1")
                .addSanIpAddress(InetAddress.getLoopbackAddress());
    }

    private static void serve(String kind, X509Bundle certificate) {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setKeyValue(Buffer.buffer(certificate.getPrivateKeyPEM()))
                                .setCertValue(Buffer.buffer(certificate.getCertificatePathPEM()))))
                .requestHandler(request -> {
                    REQUESTS.incrementAndGet();
                    request.response().end("{}");
                });
        SERVERS.put(kind, server);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    private static String authority(HttpServer server) {
        return "127.0.0.1:" + server.actualPort();
    }

    private static String name(String kind, String endpoint) {
        return kind + "-" + endpoint.substring(0, endpoint.indexOf('_'));
    }

    @Test
    @DisplayName("C10: no endpoint of a provider is told anything before its certificate was good")
    void providers() {
        SERVERS.forEach((kind, server) -> ENDPOINTS.forEach(endpoint -> {
            String name = name(kind, endpoint);
            var idp = rogues.idp(name);
            idp.discovery = d -> d.put(endpoint, "https://" + authority(server) + "/x");
            if (endpoint.startsWith("userinfo")) {
                idp.claims = claims -> claims.remove("name");
            }
            assertEquals("idp_tls", rogues.refused(name), name);
        }));
        assertEquals(0, REQUESTS.get());
        rogues.honestSignIn();
    }

    @Test
    @DisplayName("C10, B13: the test of a connection says tls, and no more")
    void checks() {
        SERVERS.forEach((kind, server) -> {
            JsonObject made = rogues.operator
                    .post(
                            "/tenants/honest/connections",
                            new JsonObject()
                                    .put("name", kind)
                                    .put("protocol", "oidc")
                                    .put("issuer", "https://" + authority(server))
                                    .put("client_id", "probe")
                                    .put("client_secret", "connection-canary"))
                    .expect(201)
                    .json();
            JsonObject tested = rogues.operator
                    .post("/tenants/honest/connections/" + made.getString("id") + "/test", null)
                    .expect(200)
                    .json();
            assertEquals(
                    new JsonObject().put("name", "reachable").put("ok", false).put("detail", "tls"),
                    tested.getJsonArray("checks").getJsonObject(0),
                    kind);
        });
        assertEquals(0, REQUESTS.get());
    }

    @Test
    @DisplayName("C10: a directory gets no credential before its certificate was good")
    void directories() {
        rogues.operator
                .put(
                        "/tenants/pulled/directory",
                        new JsonObject()
                                .put("kind", "scim")
                                .put("base_url", "https://" + authority(SERVERS.get("self-signed")) + "/scim/v2")
                                .put(
                                        "auth",
                                        new JsonObject().put("type", "bearer").put("token", "directory-canary")))
                .expect(201);
        String run = rogues.pull("pulled").encode();
        assertTrue(run.contains("tls"), run);
        assertEquals(0, REQUESTS.get());
    }
}
