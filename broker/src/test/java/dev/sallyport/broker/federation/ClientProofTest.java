package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.AssertionAudience;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionSettings;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How we prove ourselves to a tenant's IdP, and to nobody else. */
class ClientProofTest {
    private static final String REDIRECT = "https://ledger.example/callback";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static EvilIdp elsewhere;
    private static TestBroker broker;
    private static Rows rows;
    private static Tenant acme;
    private static String secret;
    private static Relying app;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        elsewhere = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort(), elsewhere.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        broker.disable(acme, broker.connections(acme).get(0));
        secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        elsewhere.close();
        vertx.close();
    }

    @AfterEach
    void honest() {
        idp.discovery = d -> d;
        idp.requests.clear();
        elsewhere.requests.clear();
        elsewhere.tokenRequests.clear();
    }

    /** A connection of its own for each test. */
    private static Connection byKey(AssertionAudience audience) {
        return broker.connect(
                acme,
                ConnectionSettings.of("By key", idp.issuer(), "by-key", Optional.of("not kept"))
                        .change()
                        .tokenEndpointAuthMethod("private_key_jwt")
                        .assertionAudience(audience)
                        .build());
    }

    private static Connection bySecret() {
        return broker.connect(
                acme, ConnectionSettings.of("By secret", idp.issuer(), "by-secret", Optional.of(EvilIdp.SECRET)));
    }

    private static Browser.Answer signIn(Connection connection) {
        return signIn(connection, new Browser());
    }

    /** Somebody whom no other connection knows. */
    private static Browser.Answer signIn(Connection connection, Browser browser) {
        String name = connection.id().toString();
        idp.person = new JsonObject().put("sub", name).put("preferred_username", name);
        elsewhere.person = new JsonObject().put("sub", name).put("preferred_username", "elsewhere-" + name);
        return app.signIn(browser, "connection", name);
    }

    private static SignedJWT lastAssertion(EvilIdp at) throws Exception {
        Map<String, String> form = at.tokenRequests.get(at.tokenRequests.size() - 1);
        assertEquals("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", form.get("client_assertion_type"));
        assertNotNull(form.get("code_verifier"), "PKCE always");
        assertNull(form.get("client_secret"));
        return SignedJWT.parse(form.get("client_assertion"));
    }

    /** As it is written: Nimbus makes a list of it. */
    private static Object audience(SignedJWT assertion) {
        return assertion.getPayload().toJSONObject().get("aud");
    }

    private static JWKSet published(Connection connection) throws Exception {
        Browser.Answer answer = new Browser().get(app.issuer + "/federation/" + connection.id() + "/jwks");
        assertEquals(200, answer.status());
        assertFalse(answer.body().contains("\"d\""), "nothing private is published");
        return JWKSet.parse(answer.body());
    }

    private static boolean verifies(SignedJWT assertion, JWKSet keys) throws Exception {
        JWK key = keys.getKeyByKeyId(assertion.getHeader().getKeyID());
        return key != null && assertion.verify(new RSASSAVerifier(key.toRSAKey()));
    }

    @Test
    @DisplayName(
            "A03: an assertion is good once, for a minute, for one audience, by a key of this connection that the IdP can read")
    void assertion() throws Exception {
        Connection connection = byKey(AssertionAudience.ISSUER);
        assertFalse(connection.hasSecret(), "a secret is not kept where none is used");
        assertNotNull(signIn(connection).parameter("code"));
        SignedJWT assertion = lastAssertion(idp);
        assertTrue(verifies(assertion, published(connection)));
        JWTClaimsSet claims = assertion.getJWTClaimsSet();
        assertEquals(idp.issuer(), audience(assertion), "one audience, as a string: the configured issuer");
        assertEquals("by-key", claims.getIssuer());
        assertEquals("by-key", claims.getSubject());
        assertEquals(
                claims.getIssueTime().toInstant().plusSeconds(60),
                claims.getExpirationTime().toInstant());
        signIn(connection);
        assertNotEquals(claims.getJWTID(), lastAssertion(idp).getJWTClaimsSet().getJWTID());
        assertTrue(
                idp.requests.stream().noneMatch(r -> r.startsWith("/token") && !r.endsWith(" null")),
                "no Authorization header");
        Connection other = byKey(AssertionAudience.TOKEN_ENDPOINT);
        signIn(other);
        assertEquals(idp.issuer() + "/token", audience(lastAssertion(idp)));
        assertFalse(verifies(assertion, published(other)), "each connection has keys of its own");
        idp.discovery = d -> d.put("token_endpoint_auth_signing_alg_values_supported", new JsonArray().add("PS256"));
        Connection pss = byKey(AssertionAudience.ISSUER);
        forgetDocuments();
        TestBroker fresh = broker.anotherNode(idp.hostPort());
        signIn(pss, fresh.through(new Browser()));
        fresh.close();
        assertTrue(verifies(lastAssertion(idp), published(pss)));
        assertEquals("PS256", lastAssertion(idp).getHeader().getAlgorithm().getName());
    }

    @Test
    @DisplayName("A03: an IdP that borrows another's token endpoint gets no assertion that is good there")
    void borrowedEndpoint() throws Exception {
        EvilIdp evil = EvilIdp.start(vertx);
        evil.discovery = d -> d.put("token_endpoint", idp.issuer() + "/token");
        TestBroker own = TestBroker.start(idp.hostPort(), evil.hostPort());
        own.catalogue();
        Tenant tenant = own.liveTenant("evil", evil);
        own.disable(tenant, own.connections(tenant).get(0));
        own.connect(
                tenant,
                ConnectionSettings.of("By key", evil.issuer(), "by-key", Optional.empty())
                        .change()
                        .tokenEndpointAuthMethod("private_key_jwt")
                        .build());
        String itsSecret = own.application("ledger", REDIRECT, Optional.empty());
        own.enable(tenant, "ledger");
        Browser.Answer back = new Relying(own.issuer("evil"), "ledger", itsSecret, REDIRECT).signIn(new Browser());
        assertEquals("server_error", back.parameter("error"), back.toString());
        assertEquals(
                "sign_in.failed token_endpoint_400", new Rows(own).lastEvent().orElseThrow());
        assertEquals(evil.issuer(), audience(lastAssertion(idp)));
        assertFalse(verifies(lastAssertion(idp), published(byKey(AssertionAudience.ISSUER))));
        own.close();
        evil.close();
    }

    @Test
    @DisplayName("H01: a key is replaced without a moment at which the IdP knows only the wrong one")
    void rotation() throws Exception {
        Connection connection = byKey(AssertionAudience.ISSUER);
        signIn(connection);
        String first = lastAssertion(idp).getHeader().getKeyID();
        broker.rotateKey(acme, connection, Duration.ofHours(1));
        signIn(connection);
        assertEquals(first, lastAssertion(idp).getHeader().getKeyID(), "the successor is published and waits");
        assertEquals(2, published(connection).size());
        rows.change("UPDATE connection_keys SET activate_at = activate_at - interval '2 hours' WHERE connection_id = '"
                + connection.id() + "'");
        broker.forgetConfiguration();
        signIn(connection);
        SignedJWT second = lastAssertion(idp);
        assertNotEquals(first, second.getHeader().getKeyID());
        assertTrue(verifies(second, published(connection)));
        assertNotNull(published(connection).getKeyByKeyId(first), "and the old one is still there");
        rows.change("UPDATE connection_keys SET retire_at = now() - interval '1 second' WHERE kid = '" + first + "'");
        broker.forgetConfiguration();
        Set<String> left = new HashSet<>();
        published(connection).getKeys().forEach(key -> left.add(key.getKeyID()));
        assertEquals(Set.of(second.getHeader().getKeyID()), left);
        String sealed = rows.texts("SELECT encode(private_jwk, 'escape') FROM connection_keys")
                .toString();
        assertFalse(sealed.contains("\"d\""), "sealed at rest");
        assertEquals(
                404,
                new Browser()
                        .get(app.issuer + "/federation/" + bySecret().id() + "/jwks")
                        .status());
    }

    @Test
    @DisplayName(
            "A06, B13: a secret does not go where it was not entered for, when the IdP moves its token endpoint to another place")
    void movedEndpoint() {
        Connection connection = bySecret();
        assertNotNull(signIn(connection).parameter("code"));
        idp.discovery = d -> d.put("token_endpoint", elsewhere.issuer() + "/token");
        int before = idp.tokenRequests.size();
        Rows.Counts counts = rows.counts();
        forgetDocuments();
        TestBroker node = broker.anotherNode(idp.hostPort(), elsewhere.hostPort());
        for (int i = 0; i < 2; i++) {
            Browser.Answer back = signIn(connection, node.through(new Browser()));
            assertEquals("server_error", back.parameter("error"), back.toString());
            assertEquals("sign_in.failed token_endpoint_moved", rows.lastEvent().orElseThrow());
            assertEquals(List.of(), elsewhere.tokenRequests, "neither the secret nor the code went there");
            assertEquals(before, idp.tokenRequests.size());
            assertEquals(counts, rows.counts());
            assertEquals(1, openAlarms(connection));
            node.forgetConfiguration();
        }
        broker.forgetConfiguration();
        signIn(connection);
        assertEquals("sign_in.failed token_endpoint_moved", rows.lastEvent().orElseThrow(), "stopped on every node");
        idp.discovery = d -> d.put("token_endpoint", idp.issuer() + "/token?v=2");
        broker.lookAtProviders(acme);
        node.forgetConfiguration();
        assertEquals(0, openAlarms(connection));
        TestBroker third = broker.anotherNode(idp.hostPort(), elsewhere.hostPort());
        assertNotNull(
                signIn(connection, third.through(new Browser())).parameter("code"), "another path at the same place");
        third.close();
        node.close();
    }

    private static long openAlarms(Connection connection) {
        return rows.number(
                "SELECT count(*) FROM alarms WHERE kind = 'token_endpoint_moved' AND resolved_at IS NULL AND subject = 'connection:"
                        + connection.id() + "'");
    }

    private static void forgetDocuments() {
        rows.change("DELETE FROM provider_documents");
    }

    @Test
    @DisplayName("A03, A06: a secret does not follow its connection to another issuer; entered again, it goes there")
    void movedIssuer() {
        Connection connection = bySecret();
        signIn(connection);
        broker.change(acme, connection, c -> c.issuer(elsewhere.issuer()));
        broker.activate(acme, connection);
        signIn(connection);
        assertEquals("sign_in.failed no_client_secret", rows.lastEvent().orElseThrow());
        assertEquals(List.of(), elsewhere.tokenRequests);
        assertTrue(elsewhere.requests.stream().allMatch(r -> r.endsWith(" null")), elsewhere.requests.toString());
        Connection now = broker.connections(acme).stream()
                .filter(c -> c.id().equals(connection.id()))
                .findFirst()
                .orElseThrow();
        broker.change(acme, now, c -> c.clientSecret(Optional.of(EvilIdp.SECRET)));
        assertNotNull(signIn(connection).parameter("code"));
        assertEquals(1, elsewhere.tokenRequests.size());
    }

    @Test
    @DisplayName("A03: another issuer gets another key")
    void movedIssuerByKey() throws Exception {
        Connection connection = byKey(AssertionAudience.ISSUER);
        signIn(connection);
        SignedJWT before = lastAssertion(idp);
        broker.change(acme, connection, c -> c.issuer(elsewhere.issuer()));
        assertFalse(verifies(before, published(connection)));
    }
}
