package dev.sallyport.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.verifier.TokenRefused.Reason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every way to come by a token that is none. After each the good one still opens. */
class ForgedTokensTest {
    private PlayedSallyport sallyport;
    private SallyportVerifier verifier;

    private record Forged(Reason reason, String token) {}

    @BeforeEach
    void start() {
        sallyport = new PlayedSallyport();
        verifier = sallyport.verifier().clients("ledger").build();
    }

    @AfterEach
    void stop() {
        verifier.close();
        sallyport.close();
    }

    @Test
    void aGoodTokenOpensAndSaysWhatItHolds() {
        VerifiedToken token = verifier.verifyHeader("bearer " + sallyport.token("acme"));
        assertEquals("acme", token.tenant());
        assertEquals(PlayedSallyport.SUBJECT, token.subject());
        assertEquals(PlayedSallyport.SID, token.sessionId().orElseThrow());
        assertTrue(token.scopes().contains("profile") && token.roles().contains("accountant"));
        assertTrue(token.authTime().isPresent());
        assertEquals(token, token.require("reports:read"));
        TokenRefused refused = assertThrows(TokenRefused.class, () -> token.require("reports:read", "reports:write"));
        assertEquals(403, refused.status());
        assertEquals(
                "Bearer error=\"insufficient_scope\", error_description=\"the permission reports:write is needed\"",
                refused.challenge());
        assertEquals(
                "acme",
                verifier.verify(PlayedSallyport.sign(
                                sallyport.rsaKey,
                                "at+jwt",
                                sallyport.claims("acme").build()))
                        .tenant());
        assertEquals("globex", verifier.verify(sallyport.token("globex")).tenant());
        for (String none : new String[] {null, "", "Basic YTpi", "Bearer"}) {
            TokenRefused missing = assertThrows(TokenRefused.class, () -> verifier.verifyHeader(none));
            assertEquals("Bearer", missing.challenge());
        }
    }

    @Test
    @DisplayName("A04, A08, B02, C09: the table of forged tokens")
    void table() throws Exception {
        Map<String, Forged> table = new LinkedHashMap<>();
        headers(table);
        kinds(table);
        claims(table);
        texts(table);
        table.forEach((name, forged) -> {
            TokenRefused refused = assertThrows(TokenRefused.class, () -> verifier.verify(forged.token), name);
            assertEquals(forged.reason, refused.reason(), name);
            assertEquals(401, refused.status(), name);
            assertTrue(refused.challenge().startsWith("Bearer error=\"invalid_token\""), name);
            assertTrue(verifier.verify(sallyport.token("acme")).has("reports:read"), name);
        });
        assertEquals(
                List.of(),
                sallyport.paths.stream()
                        .filter(path -> !path.matches("/t/(acme|globex)/(jwks|revocations)|/t/nobody/jwks"))
                        .toList(),
                "nothing is fetched that a token names");
        assertTrue(sallyport.keyRequests.get() <= 3, "keys were read " + sallyport.keyRequests);
    }

    private void headers(Map<String, Forged> table) throws JOSEException {
        JWTClaimsSet good = sallyport.claims("acme").build();
        ECKey thief = PlayedSallyport.ecKey("key-1");
        table.put(
                "another key under a known id", forged(Reason.SIGNATURE, PlayedSallyport.sign(thief, "at+jwt", good)));
        table.put(
                "an unknown key id",
                forged(
                        Reason.UNKNOWN_KEY,
                        PlayedSallyport.sign(PlayedSallyport.ecKey("../../dev/null"), "at+jwt", good)));
        table.put("unsigned", forged(Reason.MALFORMED, new PlainJWT(good).serialize()));
        String payload = Base64URL.encode(good.toString()).toString();
        table.put(
                "alg none with a signature",
                forged(
                        Reason.ALGORITHM,
                        header("{\"alg\":\"none\",\"typ\":\"at+jwt\",\"kid\":\"key-1\"}") + payload + ".AA"));
        SignedJWT mac = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID("key-rsa")
                        .build(),
                good);
        mac.sign(new MACSigner(sallyport.rsaKey.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
        table.put("HS256 with the public key", forged(Reason.ALGORITHM, mac.serialize()));
        table.put(
                "the RSA key's id on an ES256 signature",
                forged(Reason.ALGORITHM, PlayedSallyport.sign(PlayedSallyport.ecKey("key-rsa"), "at+jwt", good)));
        table.put("its own key in the header", forged(Reason.HEADER, with(thief, h -> h.jwk(thief.toPublicJWK()))));
        table.put("jku", forged(Reason.HEADER, with(thief, h -> h.jwkURL(URI.create(sallyport.url() + "/evil/jwks")))));
        table.put(
                "x5u", forged(Reason.HEADER, with(thief, h -> h.x509CertURL(URI.create(sallyport.url() + "/evil/x")))));
        table.put("crit", forged(Reason.HEADER, with(sallyport.key, h -> h.customParam("exp2", 1)
                .criticalParams(java.util.Set.of("exp2")))));
        table.put(
                "b64 false",
                forged(
                        Reason.HEADER,
                        header("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"key-1\",\"b64\":false}") + payload
                                + ".AA"));
        table.put("no key id", forged(Reason.UNKNOWN_KEY, with(sallyport.key, h -> h.keyID(null))));
        table.put("a key id of 10 kB", forged(Reason.MALFORMED, with(sallyport.key, h -> h.keyID("k".repeat(10_000)))));
        table.put("a key id of 1 kB", forged(Reason.UNKNOWN_KEY, with(sallyport.key, h -> h.keyID("k".repeat(1_000)))));
    }

    private void kinds(Map<String, Forged> table) {
        JWTClaimsSet good = sallyport.claims("acme").build();
        for (String type :
                new String[] {"JWT", "logout+jwt", "secevent+jwt", "AT+JWT", "at+jwt ", "application/at+jwt"}) {
            table.put("typ " + type, forged(Reason.WRONG_TYPE, PlayedSallyport.sign(sallyport.key, type, good)));
        }
        table.put("no typ", forged(Reason.WRONG_TYPE, PlayedSallyport.sign(sallyport.key, null, good)));
        table.put("an ID token dressed as access token", claims(Reason.AUDIENCE, c -> c.audience("ledger")
                .claim("nonce", "n")));
    }

    private void claims(Map<String, Forged> table) {
        String mine = PlayedSallyport.RESOURCE + "/t/acme";
        long now = Instant.now().getEpochSecond();
        table.put("another issuer", claims(Reason.UNKNOWN_ISSUER, c -> c.issuer("https://evil.example/t/acme")));
        table.put("issuer with a slash", claims(Reason.UNKNOWN_ISSUER, c -> c.issuer(sallyport.issuer("acme") + "/")));
        table.put("issuer up the path", claims(Reason.UNKNOWN_ISSUER, c -> c.issuer(sallyport.issuer("../evil"))));
        table.put("issuer with a query", claims(Reason.UNKNOWN_ISSUER, c -> c.issuer(sallyport.issuer("acme?x="))));
        table.put("issuer in capitals", claims(Reason.UNKNOWN_ISSUER, c -> c.issuer(sallyport.issuer("ACME"))));
        table.put(
                "issuer of 41 characters",
                claims(Reason.UNKNOWN_ISSUER, c -> c.issuer(sallyport.issuer("a".repeat(41)))));
        table.put("issuer of no tenant", claims(Reason.UNKNOWN_ISSUER, c -> c.issuer(sallyport.issuer("nobody"))));
        table.put("no issuer", claims(Reason.UNKNOWN_ISSUER, c -> c.issuer(null)));
        table.put(
                "issuer that is a list",
                claims(Reason.UNKNOWN_ISSUER, c -> c.claim("iss", List.of(sallyport.issuer("acme")))));
        table.put(
                "globex's audience", claims(Reason.AUDIENCE, c -> c.audience(PlayedSallyport.RESOURCE + "/t/globex")));
        table.put("the bare resource", claims(Reason.AUDIENCE, c -> c.audience(PlayedSallyport.RESOURCE)));
        table.put("two audiences", claims(Reason.AUDIENCE, c -> c.audience(List.of(mine, "other"))));
        table.put("no audience", claims(Reason.AUDIENCE, c -> c.audience((String) null)));
        table.put(
                "audience in capitals",
                claims(Reason.AUDIENCE, c -> c.audience(mine.toUpperCase(java.util.Locale.ROOT))));
        table.put("another tenant", claims(Reason.TENANT, c -> c.claim("tenant", "globex")));
        table.put("no tenant", claims(Reason.TENANT, c -> c.claim("tenant", null)));
        table.put("another application", claims(Reason.CLIENT, c -> c.claim("client_id", "other")));
        table.put("no application", claims(Reason.CLAIMS, c -> c.claim("client_id", null)));
        table.put("no subject", claims(Reason.CLAIMS, c -> c.subject(null)));
        table.put("blank subject", claims(Reason.CLAIMS, c -> c.subject(" ")));
        table.put("no jti", claims(Reason.CLAIMS, c -> c.jwtID(null)));
        table.put("no exp", claims(Reason.CLAIMS, c -> c.expirationTime(null)));
        table.put("no iat", claims(Reason.CLAIMS, c -> c.issueTime(null)));
        table.put("exp that is a text", claims(Reason.CLAIMS, c -> c.claim("exp", "" + (now + 300))));
        table.put("exp beyond all time", claims(Reason.CLAIMS, c -> c.claim("exp", 1e300)));
        table.put("exp below zero", claims(Reason.CLAIMS, c -> c.claim("exp", -5)));
        table.put(
                "over for 6 seconds",
                claims(Reason.EXPIRED, c -> c.expirationTime(Date.from(Instant.ofEpochSecond(now - 6)))));
        table.put(
                "iat in a minute",
                claims(Reason.NOT_YET_VALID, c -> c.issueTime(Date.from(Instant.ofEpochSecond(now + 60)))));
        table.put(
                "nbf in a minute",
                claims(Reason.NOT_YET_VALID, c -> c.notBeforeTime(Date.from(Instant.ofEpochSecond(now + 60)))));
        table.put("permissions as a text", claims(Reason.CLAIMS, c -> c.claim("permissions", "reports:read")));
        table.put("permissions of numbers", claims(Reason.CLAIMS, c -> c.claim("permissions", List.of(1))));
        table.put("scope as a list", claims(Reason.CLAIMS, c -> c.claim("scope", List.of("openid"))));
        table.put(
                "globex's token with acme's name",
                forged(
                        Reason.SIGNATURE,
                        PlayedSallyport.sign(
                                PlayedSallyport.ecKey("key-1"),
                                "at+jwt",
                                sallyport.claims("acme").build())));
    }

    private void texts(Map<String, Forged> table) {
        String good = sallyport.token("acme");
        String[] parts = good.split("\\.", -1);
        for (String text : new String[] {
            ".", "..", "...", "a.b", "a.b.c", good + ".", good + ".x", "." + good, good + "=", good + "\n", " " + good
        }) {
            table.put("text " + text.length() + " " + table.size(), forged(Reason.MALFORMED, text));
        }
        table.put("8193 characters", forged(Reason.MALFORMED, "a".repeat(8_193)));
        table.put(
                "nested a thousand deep",
                forged(
                        Reason.MALFORMED,
                        parts[0] + "." + Base64URL.encode("{\"a\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}") + "."
                                + parts[2]));
        table.put(
                "a number of 5000 digits",
                forged(
                        Reason.MALFORMED,
                        parts[0] + "." + Base64URL.encode("{\"exp\":" + "9".repeat(5_000) + "}") + "." + parts[2]));
        table.put(
                "issuer twice",
                forged(
                        Reason.MALFORMED,
                        parts[0] + "."
                                + Base64URL.encode("{\"iss\":\"" + sallyport.issuer("acme") + "\",\"iss\":\"x\"}") + "."
                                + parts[2]));
        table.put("no object", forged(Reason.UNKNOWN_ISSUER, parts[0] + "." + Base64URL.encode("[]") + "." + parts[2]));
        table.put("an empty signature", forged(Reason.MALFORMED, parts[0] + "." + parts[1] + "."));
        table.put(
                "a signature of zeros",
                forged(Reason.SIGNATURE, parts[0] + "." + parts[1] + "." + Base64URL.encode(new byte[64])));
        table.put(
                "a signature in DER",
                forged(Reason.SIGNATURE, parts[0] + "." + parts[1] + "." + Base64URL.encode(new byte[71])));
        table.put(
                "a changed claim",
                forged(
                        Reason.SIGNATURE,
                        parts[0] + "."
                                + Base64URL.encode(new Base64URL(parts[1])
                                        .decodeToString()
                                        .replace("reports:read", "reports:root"))
                                + "." + parts[2]));
    }

    private static Forged forged(Reason reason, String token) {
        return new Forged(reason, token);
    }

    private Forged claims(Reason reason, Consumer<JWTClaimsSet.Builder> change) {
        JWTClaimsSet.Builder claims = sallyport.claims("acme");
        change.accept(claims);
        return forged(reason, sallyport.sign(claims.build()));
    }

    private String with(ECKey key, Consumer<JWSHeader.Builder> change) throws JOSEException {
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID(key.getKeyID());
        change.accept(header);
        SignedJWT jwt = new SignedJWT(header.build(), sallyport.claims("acme").build());
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private static String header(String json) {
        return Base64URL.encode(json) + ".";
    }

    @Test
    void whoServesSomeTenantsAsksForNoOthers() {
        try (SallyportVerifier some =
                sallyport.verifier().tenants("acme"::equals).build()) {
            some.verify(sallyport.token("acme"));
            TokenRefused refused = assertThrows(TokenRefused.class, () -> some.verify(sallyport.token("globex")));
            assertEquals(Reason.UNKNOWN_ISSUER, refused.reason());
            assertFalse(sallyport.paths.contains("/t/globex/jwks"));
        }
    }

    @Test
    void aPatternThatCouldNotBeCheckedIsNotTaken() {
        for (String bad :
                List.of("https://id.example", "https://{tenant}.example/x", "ftp://id/{tenant}", "{tenant}")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> SallyportVerifier.builder().issuers(bad).resource("x").build(),
                    bad);
        }
    }
}
