package dev.sallyport.demo.idp;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.demo.page.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Acme's provider, fresh for each test, and a receiver for its logout notices. */
@Timeout(60)
abstract class IdpFixture {

    static final String ALICE = "alice.moreau@acme.example";

    static Vertx vertx;
    static DemoIdp idp;
    static HttpServer receiver;
    static final BlockingQueue<String> logoutTokens = new LinkedBlockingQueue<>();
    RelyingParty client;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        receiver = Await.result(vertx.createHttpServer()
                .requestHandler(
                        request -> request.setExpectMultipart(true).end().onSuccess(v -> {
                            logoutTokens.add(request.getFormAttribute("logout_token"));
                            request.response().end();
                        }))
                .listen(0, "127.0.0.1"));
    }

    @BeforeEach
    void freshProvider() {
        idp = Await.result(DemoIdp.start(vertx, DemoCompanies.acme()));
        idp.registerClient(client(JWSAlgorithm.ES256));
        client = new RelyingParty(idp.issuer());
        logoutTokens.clear();
    }

    @AfterEach
    void stopProvider() {
        Await.result(idp.close());
    }

    @AfterAll
    static void stop() {
        Await.result(vertx.close());
    }

    HttpResponse<String> refresh(String token) {
        return client.token(Map.of("grant_type", "refresh_token", "refresh_token", token));
    }

    JWTClaimsSet verified(String token) throws Exception {
        SignedJWT jwt = SignedJWT.parse(token);
        JWK key = JWKSet.parse(client.browser.get(idp.issuer() + "/jwks").body())
                .getKeyByKeyId(jwt.getHeader().getKeyID());
        assertFalse(key.isPrivate());
        boolean rsa = jwt.getHeader().getAlgorithm().equals(JWSAlgorithm.RS256);
        assertTrue(jwt.verify(rsa ? new RSASSAVerifier(key.toRSAKey()) : new ECDSAVerifier(key.toECKey())));
        return jwt.getJWTClaimsSet();
    }

    static IdpClient client(JWSAlgorithm algorithm) {
        return new IdpClient(
                RelyingParty.ID,
                "Sallyport",
                RelyingParty.SECRET,
                Set.of(RelyingParty.REDIRECT),
                Set.of("http://127.0.0.1:1/out"),
                "http://127.0.0.1:" + receiver.actualPort() + "/logout",
                algorithm);
    }
}
