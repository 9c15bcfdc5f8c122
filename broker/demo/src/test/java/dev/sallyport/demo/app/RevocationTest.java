package dev.sallyport.demo.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("E10: the revocation feed")
class RevocationTest extends AppFixture {

    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    @Test
    void aCutOffIsInForceWithinOneSecond() {
        String[][] kinds = {
            {"user", PlayedSallyport.SUBJECT},
            {"session", PlayedSallyport.SID},
            {"tenant", "acme"},
            {"family", "f-1"},
            {"api_key", "k-1"}
        };
        for (String[] kind : kinds) {
            stop();
            start();
            String token = token(Instant.now());
            assertEquals(200, api("/api/me", token).statusCode());
            sallyport.cutOff("acme", kind[0], kind[1], Instant.now().toEpochMilli() / 1000.0);
            assertTrue(within(ONE_SECOND, () -> api("/api/me", token).statusCode() == 401), kind[0]);
            boolean comesBack = kind[0].equals("user") || kind[0].equals("tenant") || kind[0].equals("api_key");
            assertEquals(
                    comesBack ? 200 : 401,
                    api("/api/me", token(Instant.now().plusSeconds(2))).statusCode(),
                    "a newer token");
        }
    }

    @Test
    void aTokenOrAKeyThatIsCutOffIsRefusedWhateverItsAge() {
        JWTClaimsSet claims = sallyport.accessClaims("acme").build();
        String one = sallyport.sign("acme", "at+jwt", claims);
        String other = token(Instant.now());
        assertEquals(200, api("/api/me", one).statusCode());
        sallyport.cutOff("acme", "jti", claims.getJWTID(), 0);
        assertTrue(within(ONE_SECOND, () -> api("/api/me", one).statusCode() == 401));
        assertEquals(200, api("/api/me", other).statusCode());
        sallyport.cutOff("acme", "kid", "acme-key", 0);
        assertTrue(within(ONE_SECOND, () -> api("/api/me", other).statusCode() == 401));
    }

    @Test
    void aCutOffOfOneTenantDoesNotTouchAnother() {
        String globex = sallyport.sign(
                "globex", "at+jwt", sallyport.accessClaims("globex").build());
        String acme = token(Instant.now());
        assertEquals(200, api("/api/me", globex).statusCode());
        assertEquals(200, api("/api/me", acme).statusCode());
        sallyport.cutOff("acme", "user", PlayedSallyport.SUBJECT, Instant.now().getEpochSecond() + 1.5);
        assertTrue(within(ONE_SECOND, () -> api("/api/me", acme).statusCode() == 401));
        assertEquals(200, api("/api/me", globex).statusCode());
    }

    @Test
    void oneLongPollPerTenantServesEverybody() {
        String token = token(Instant.now());
        for (int i = 0; i < 20; i++) {
            assertEquals(200, api("/api/me", token).statusCode());
        }
        assertTrue(sallyport.feedRequests.get() <= 3, "feed requests: " + sallyport.feedRequests.get());
    }

    @Test
    void thePageOfAPersonWhoIsCutOffSaysSoAndTheSessionIsGone() {
        signIn("acme");
        assertEquals(200, browser.get(app.url() + "/me").statusCode());
        sallyport.cutOff("acme", "user", PlayedSallyport.SUBJECT, Instant.now().getEpochSecond() + 1.5);
        assertTrue(within(ONE_SECOND, () -> browser.get(app.url() + "/me").statusCode() == 401));
        assertEquals(0, app.liveSessions());
    }

    private String token(Instant issuedAt) {
        return sallyport.sign(
                "acme",
                "at+jwt",
                sallyport
                        .accessClaims("acme")
                        .issueTime(Date.from(issuedAt))
                        .claim("fam", "f-1")
                        .claim("api_key_id", "k-1")
                        .build());
    }
}
