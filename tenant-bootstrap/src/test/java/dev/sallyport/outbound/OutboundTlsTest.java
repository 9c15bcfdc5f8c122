package dev.sallyport.outbound;

import static dev.sallyport.outbound.Waiting.await;
import static dev.sallyport.outbound.Waiting.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundRefused.Reason;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("C10 a certificate that is not good ends the call before a byte of HTTP is sent")
class OutboundTlsTest {
    private static final TenantId ACME = new TenantId(UUID.fromString("00000000-0000-7000-8000-00000000000a"));

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicReference<String> serverName = new AtomicReference<>();
    private Vertx vertx;
    private X509Bundle authority;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=Test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private static CertificateBuilder forHost(String host) {
        return new CertificateBuilder().ecp256().subject("CN=" + host).addSanDnsName(host);
    }

    private Future<OutboundResponse> call(X509Bundle certificate) {
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setSni(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setKeyValue(Buffer.buffer(certificate.getPrivateKeyPEM()))
                        .setCertValue(Buffer.buffer(certificate.getCertificatePathPEM())));
        HttpServer server = vertx.createHttpServer(options).requestHandler(request -> {
            requests.incrementAndGet();
            serverName.set(request.connection().indicatedServerName());
            request.response().end("{}");
        });
        int port = await(server.listen(0, "127.0.0.1")).actualPort();
        OutboundGate gate = OutboundGate.create(
                vertx,
                new OutboundPolicy(Set.of("idp.example.com:" + port)),
                name -> Future.succeededFuture(List.of(InetAddress.getLoopbackAddress())),
                new PemTrustOptions().addCertValue(Buffer.buffer(authority.getCertificatePEM())));
        return gate.send(OutboundRequest.get(ACME, "https://idp.example.com:" + port + "/"));
    }

    @Test
    void aGoodCertificateForTheNameIsTaken() throws Exception {
        assertEquals(
                200,
                await(call(forHost("idp.example.com").buildIssuedBy(authority))).status());
        assertEquals(1, requests.get());
        assertEquals("idp.example.com", serverName.get());
    }

    @Test
    void selfSigned() throws Exception {
        refused(forHost("idp.example.com").setIsCertificateAuthority(true).buildSelfSigned());
    }

    @Test
    void forAnotherHost() throws Exception {
        refused(forHost("other.example.com").buildIssuedBy(authority));
    }

    @Test
    void forTheAddressAndNotTheName() throws Exception {
        refused(new CertificateBuilder()
                .ecp256()
                .subject("CN=127.0.0.1")
                .addSanIpAddress(InetAddress.getLoopbackAddress())
                .buildIssuedBy(authority));
    }

    @Test
    void expired() throws Exception {
        Instant now = Instant.now();
        refused(forHost("idp.example.com")
                .notBefore(now.minus(Duration.ofDays(30)))
                .notAfter(now.minus(Duration.ofDays(1)))
                .buildIssuedBy(authority));
    }

    @Test
    void notYetValid() throws Exception {
        Instant now = Instant.now();
        refused(forHost("idp.example.com")
                .notBefore(now.plus(Duration.ofDays(1)))
                .notAfter(now.plus(Duration.ofDays(30)))
                .buildIssuedBy(authority));
    }

    @Test
    void fromAnotherAuthority() throws Exception {
        X509Bundle other = new CertificateBuilder()
                .ecp256()
                .subject("CN=Another authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        refused(forHost("idp.example.com").buildIssuedBy(other));
    }

    private void refused(X509Bundle certificate) {
        assertEquals(Reason.TLS, refusal(call(certificate)));
        assertEquals(0, requests.get());
    }
}
