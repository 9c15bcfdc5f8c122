package dev.sallyport.demo.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TokenCheckTest extends AppFixture {

    @Test
    void aGoodTokenOpensTheApiOfItsTenantOnly() {
        String token = token(sallyport.accessClaims("acme"));
        HttpResponse<String> me = api("/api/me", token);
        assertEquals(200, me.statusCode(), me.body());
        assertEquals("acme", new JsonObject(me.body()).getString("tenant"));
        assertEquals(200, api("/t/acme/api/reports", token).statusCode());
        assertEquals(401, api("/t/globex/api/reports", token).statusCode(), "B02: another tenant's address");
        assertEquals(401, api("/t/unknown/api/reports", token).statusCode());
    }

    @Test
    void noTokenIsAskedForOneWithoutAnError() {
        HttpResponse<String> response = browser.get(app.url() + "/api/me");
        assertEquals(401, response.statusCode());
        assertEquals("Bearer", response.headers().firstValue("WWW-Authenticate").orElse(""));
    }

    @Test
    void aMissingPermissionIs403AndNamesIt() {
        HttpResponse<String> response = api(
                "/api/reports", token(sallyport.accessClaims("acme").claim("permissions", List.of("reports:write"))));
        assertEquals(403, response.statusCode());
        String challenge = response.headers().firstValue("WWW-Authenticate").orElse("");
        assertTrue(challenge.contains("insufficient_scope") && challenge.contains("reports:read"), challenge);
    }

    @Test
    @DisplayName("A04 A06 A08 A19 B02: every token that is not exactly right is refused")
    void everythingElseIsRefused() throws Exception {
        Instant now = Instant.now();
        JWTClaimsSet good = sallyport.accessClaims("acme").build();
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("not a token", "abc");
        bad.put(
                "wrong audience",
                token(sallyport.accessClaims("acme").audience(PlayedSallyport.RESOURCE + "/t/globex")));
        bad.put(
                "two audiences",
                token(sallyport.accessClaims("acme").audience(List.of(PlayedSallyport.RESOURCE + "/t/acme", "x"))));
        bad.put(
                "audience prefix",
                token(sallyport.accessClaims("acme").audience(PlayedSallyport.RESOURCE + "/t/acme/")));
        bad.put("wrong issuer", token(sallyport.accessClaims("acme").issuer("https://evil.example/t/acme")));
        bad.put("issuer with a slash", token(sallyport.accessClaims("acme").issuer(sallyport.issuer("acme") + "/")));
        bad.put(
                "issuer of the other tenant",
                token(sallyport.accessClaims("acme").issuer(sallyport.issuer("globex"))));
        bad.put(
                "tenant of the other tenant",
                token(sallyport.accessClaims("acme").claim("tenant", "globex")));
        bad.put("key of the other tenant", sallyport.sign("globex", "at+jwt", good));
        bad.put(
                "ID token",
                sallyport.sign(
                        "acme",
                        "JWT",
                        sallyport
                                .claims("acme")
                                .audience(PlayedSallyport.CLIENT)
                                .build()));
        bad.put("ID token with everything", sallyport.sign("acme", "JWT", good));
        bad.put("logout token", sallyport.sign("acme", "logout+jwt", good));
        bad.put("expired", token(sallyport.accessClaims("acme").expirationTime(Date.from(now.minusSeconds(60)))));
        bad.put("without expiry", token(sallyport.accessClaims("acme").expirationTime(null)));
        bad.put("from the future", token(sallyport.accessClaims("acme").issueTime(Date.from(now.plusSeconds(60)))));
        bad.put("not yet valid", token(sallyport.accessClaims("acme").notBeforeTime(Date.from(now.plusSeconds(60)))));
        bad.put("without a person", token(sallyport.accessClaims("acme").subject(null)));
        bad.put("permissions as text", token(sallyport.accessClaims("acme").claim("permissions", "reports:read")));
        bad.put("unsigned", new PlainJWT(good).serialize());
        bad.put("HS256", hs256(good));
        bad.put("own key in the header", withOwnKey(good));
        bad.put("forged key with a known id", PlayedSallyport.sign(PlayedSallyport.newKey("acme-key"), "at+jwt", good));
        bad.put("changed payload", changed(good));
        for (Map.Entry<String, String> entry : bad.entrySet()) {
            HttpResponse<String> response = api("/api/reports", entry.getValue());
            assertEquals(401, response.statusCode(), entry.getKey() + ": " + response.body());
            assertTrue(
                    response.headers().firstValue("WWW-Authenticate").orElse("").contains("invalid_token"),
                    entry.getKey());
        }
        assertEquals(
                200, api("/api/reports", token(sallyport.accessClaims("acme"))).statusCode());
    }

    @Test
    @DisplayName("C07: unknown key ids do not make the application hammer Sallyport")
    void unknownKeysAreAskedForSeldom() {
        for (int i = 0; i < 20; i++) {
            String forged = PlayedSallyport.sign(
                    PlayedSallyport.newKey("k" + i),
                    "at+jwt",
                    sallyport.accessClaims("acme").build());
            assertEquals(401, api("/api/me", forged).statusCode());
        }
        assertTrue(sallyport.keyRequests.get() <= 4, "key requests: " + sallyport.keyRequests.get());
    }

    private String token(JWTClaimsSet.Builder claims) {
        return sallyport.sign("acme", "at+jwt", claims.build());
    }

    private static String hs256(JWTClaimsSet claims) throws Exception {
        SignedJWT jwt =
                new SignedJWT(header(JWSAlgorithm.HS256).keyID("acme-key").build(), claims);
        jwt.sign(new MACSigner(new byte[32]));
        return jwt.serialize();
    }

    private static String withOwnKey(JWTClaimsSet claims) throws Exception {
        ECKey key = PlayedSallyport.newKey("mine");
        SignedJWT jwt = new SignedJWT(
                header(JWSAlgorithm.ES256).keyID("mine").jwk(key.toPublicJWK()).build(), claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private String changed(JWTClaimsSet claims) {
        String[] token = sallyport.sign("acme", "at+jwt", claims).split("\\.", -1);
        String[] other = sallyport
                .sign(
                        "acme",
                        "at+jwt",
                        new JWTClaimsSet.Builder(claims)
                                .claim("permissions", List.of("reports:write", "reports:read"))
                                .build())
                .split("\\.", -1);
        assertFalse(token[1].equals(other[1]));
        return token[0] + "." + other[1] + "." + token[2];
    }

    private static JWSHeader.Builder header(JWSAlgorithm algorithm) {
        return new JWSHeader.Builder(algorithm).type(new JOSEObjectType("at+jwt"));
    }
}
