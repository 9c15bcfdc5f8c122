package dev.sallyport.demo.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.demo.page.Browser;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("D16: back-channel logout")
class BackchannelLogoutTest extends AppFixture {

    @Test
    void aNoticeEndsTheSessionAndARepeatedOneDoesNothingMore() {
        signIn("acme");
        String token = sallyport.sign(
                "acme", "logout+jwt", sallyport.logoutClaims("acme").build());
        HttpResponse<String> response = post(app.backchannelLogoutUri("acme"), token);
        assertEquals(200, response.statusCode(), response.body());
        assertEquals("no-store", response.headers().firstValue("Cache-Control").orElse(""));
        assertEquals(0, app.liveSessions());
        ReceivedLogout received = app.receivedLogouts().get(0);
        assertEquals("acme", received.tenant());
        assertEquals(PlayedSallyport.SUBJECT, received.subject());
        assertEquals(PlayedSallyport.SID, received.sid());
        assertEquals(1, received.sessionsEnded());
        signIn("acme");
        assertEquals(200, post(app.backchannelLogoutUri("acme"), token).statusCode());
        assertEquals(1, app.liveSessions());
        assertEquals(1, app.receivedLogouts().size());
    }

    @Test
    void aNoticeForAPersonEndsAllTheirSessionsInThisTenantOnly() {
        signIn("acme");
        signIn(new Browser(), "globex");
        String token = sallyport.sign(
                "acme",
                "logout+jwt",
                sallyport.logoutClaims("acme").claim("sid", null).build());
        assertEquals(200, post(app.backchannelLogoutUri(), token).statusCode());
        assertEquals("globex", app.sessions().get(0).tenant());
        assertEquals(1, app.liveSessions());
    }

    @Test
    void anythingButAnExactLogoutTokenIsRefused() {
        signIn("acme");
        JWTClaimsSet good = sallyport.logoutClaims("acme").build();
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("nothing", "");
        bad.put("wrong kind", sallyport.sign("acme", "JWT", good));
        bad.put("wrong key", sallyport.sign("globex", "logout+jwt", good));
        bad.put(
                "other tenant",
                sallyport.sign(
                        "globex", "logout+jwt", sallyport.logoutClaims("globex").build()));
        bad.put("wrong audience", token(sallyport.logoutClaims("acme").audience("x")));
        bad.put("no event", token(sallyport.logoutClaims("acme").claim("events", Map.of())));
        bad.put("nonce", token(sallyport.logoutClaims("acme").claim("nonce", "n")));
        bad.put("no id", token(sallyport.logoutClaims("acme").jwtID(null)));
        bad.put("nobody", token(sallyport.logoutClaims("acme").subject(null).claim("sid", null)));
        bad.put(
                "expired",
                token(sallyport
                        .logoutClaims("acme")
                        .expirationTime(Date.from(Instant.now().minusSeconds(60)))));
        bad.put(
                "old",
                token(sallyport
                        .logoutClaims("acme")
                        .issueTime(Date.from(Instant.now().minusSeconds(3600)))));
        bad.forEach((what, token) -> {
            HttpResponse<String> response = post(app.backchannelLogoutUri("acme"), token);
            assertEquals(400, response.statusCode(), what);
            assertEquals(
                    "no-store", response.headers().firstValue("Cache-Control").orElse(""), what);
        });
        assertEquals(1, app.liveSessions());
        assertEquals(0, app.receivedLogouts().size());
    }

    private String token(JWTClaimsSet.Builder claims) {
        return sallyport.sign("acme", "logout+jwt", claims.build());
    }

    private HttpResponse<String> post(String address, String token) {
        return browser.post(address, Map.of("logout_token", token));
    }
}
