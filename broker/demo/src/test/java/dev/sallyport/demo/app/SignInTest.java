package dev.sallyport.demo.app;

import static dev.sallyport.demo.page.Browser.location;
import static dev.sallyport.demo.page.Browser.parameters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.demo.page.Browser;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SignInTest extends AppFixture {

    @Test
    void theJourneyFromTheFrontDoorToTheSignedInPageAndOut() {
        assertTrue(browser.get(app.url() + "/").body().contains("href=\"/login/acme\""));
        assertEquals("/me", location(signIn("acme")));
        HttpResponse<String> me = browser.get(app.url() + "/me");
        assertEquals(200, me.statusCode());
        assertTrue(me.body().contains("<li class=\"chip permission\">reports:read</li>"), me.body());
        assertTrue(me.body().contains("Alice &lt;b&gt;Moreau&lt;/b&gt;"), "D11: names are escaped");
        assertTrue(me.headers().firstValue("Content-Security-Policy").orElse("").contains("default-src 'none'"));
        assertEquals(1, app.liveSessions());
        assertEquals("/", location(browser.post(app.url() + "/sign-out", Map.of("form", "forged"))));
        assertEquals(1, app.liveSessions(), "D16: a forged sign-out does nothing");
        HttpResponse<String> out =
                browser.post(app.url() + "/sign-out", Map.of("form", Browser.hidden(me.body(), "form")));
        assertTrue(location(out).startsWith(sallyport.issuer("acme") + "/logout?"), location(out));
        assertEquals(app.postLogoutRedirectUri(), parameters(location(out)).get("post_logout_redirect_uri"));
        assertFalse(parameters(location(out)).get("id_token_hint").isEmpty());
        assertEquals(0, app.liveSessions());
        assertEquals("/", location(browser.get(app.url() + "/me")));
    }

    @Test
    void theRequestCarriesEverythingThatMakesItSafe() {
        Map<String, String> request = parameters(location(browser.get(app.url() + "/login/acme")));
        assertEquals("S256", request.get("code_challenge_method"));
        assertEquals(app.redirectUri("acme"), request.get("redirect_uri"));
        for (String name : List.of("state", "nonce", "code_challenge")) {
            assertEquals(43, request.get(name).length(), name);
        }
    }

    @Test
    @DisplayName("A09 D05: an answer is good once, and only in the browser that asked")
    void answersAreBoundToTheBrowserAndGoodOnce() {
        String answer = location(browser.get(location(browser.get(app.url() + "/login/acme"))));
        assertEquals(400, new Browser().get(answer).statusCode(), "another browser");
        assertEquals(400, browser.get(answer).statusCode(), "and the attempt is burnt");
        String second = location(browser.get(location(browser.get(app.url() + "/login/acme"))));
        assertEquals(303, browser.get(second).statusCode());
        assertEquals(400, browser.get(second).statusCode());
        assertEquals(1, app.liveSessions());
    }

    @Test
    @DisplayName("A03: an answer of another issuer, or for another tenant, is refused")
    void mixUpIsRefused() {
        sallyport.issuerInAnswer = sallyport.issuer("globex");
        assertEquals(400, signIn("acme").statusCode());
        sallyport.issuerInAnswer = "";
        String answer = location(browser.get(location(browser.get(app.url() + "/login/acme"))));
        assertEquals(
                400,
                browser.get(answer.replace("/callback/acme", "/callback/globex"))
                        .statusCode());
        String withoutIssuer = location(browser.get(location(browser.get(app.url() + "/login/acme"))));
        assertEquals(400, browser.get(withoutIssuer.replaceFirst("&iss=.*", "")).statusCode());
        assertEquals(0, app.liveSessions());
    }

    @Test
    @DisplayName("A09: an ID token with another nonce is refused")
    void aForeignNonceIsRefused() {
        sallyport.nonceInToken = "another";
        assertEquals(400, signIn("acme").statusCode());
        assertEquals(0, app.liveSessions());
    }

    @Test
    void aRefusalOfTheCompanyIsToldInPlainWords() {
        String request = location(browser.get(app.url() + "/login/acme"));
        HttpResponse<String> response = browser.get(app.url() + "/callback/acme?error=access_denied&state="
                + parameters(request).get("state") + "&iss=" + sallyport.issuer("acme"));
        assertEquals(403, response.statusCode());
        assertTrue(response.body().contains("does not let you in"));
        assertEquals(404, browser.get(app.url() + "/login/nobody").statusCode());
    }

    @Test
    void anExpiringTokenIsRenewedOnceAndARefusedRenewalEndsTheSession() {
        signIn("acme");
        String first = app.sessions().get(0).refreshToken();
        assertEquals(200, browser.get(app.url() + "/me").statusCode());
        assertEquals(first, app.sessions().get(0).refreshToken(), "a fresh token is kept");
        clock.forward(Duration.ofSeconds(275));
        assertEquals(200, browser.get(app.url() + "/me").statusCode());
        assertNotEquals(first, app.sessions().get(0).refreshToken(), "a spent token is not kept");
        assertEquals(1, app.liveSessions());
        sallyport.refreshTokens.clear();
        assertEquals(401, browser.get(app.url() + "/me").statusCode());
        assertEquals(0, app.liveSessions());
    }
}
