package dev.sallyport.demo.idp;

import static dev.sallyport.demo.page.Browser.location;
import static dev.sallyport.demo.page.Browser.parameters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.demo.page.Secrets;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoIdpTest extends IdpFixture {

    @Test
    void discoveryNamesEveryEndpointAndPkceAndIss() {
        JsonObject document = new JsonObject(client.browser
                .get(idp.issuer() + "/.well-known/openid-configuration")
                .body());
        assertEquals(idp.issuer(), document.getString("issuer"));
        assertEquals(new JsonArray().add("S256"), document.getJsonArray("code_challenge_methods_supported"));
        assertTrue(document.getBoolean("authorization_response_iss_parameter_supported"));
        assertTrue(document.getBoolean("backchannel_logout_session_supported"));
        for (String endpoint : List.of("jwks_uri", "end_session_endpoint")) {
            assertEquals(200, client.browser.get(document.getString(endpoint)).statusCode(), endpoint);
        }
    }

    @Test
    void signInGivesAnIdTokenThatPassesEveryCheck() throws Exception {
        Map<String, String> answer = client.signIn(ALICE);
        assertEquals("the state", answer.get("state"));
        assertEquals(idp.issuer(), answer.get("iss"));
        HttpResponse<String> response = client.exchange(answer.get("code"));
        assertEquals(200, response.statusCode(), response.body());
        assertEquals("no-store", response.headers().firstValue("Cache-Control").orElse(""));
        JWTClaimsSet claims = verified(new JsonObject(response.body()).getString("id_token"));
        assertEquals(idp.issuer(), claims.getIssuer());
        assertEquals(List.of(RelyingParty.ID), claims.getAudience());
        assertEquals("a7Qm2xVt", claims.getSubject());
        assertEquals("the nonce", claims.getStringClaim("nonce"));
        assertEquals(List.of("staff", "finance"), claims.getStringListClaim("groups"));
        assertEquals(List.of("pwd"), claims.getStringListClaim("amr"));
        assertTrue(claims.getLongClaim("auth_time") > 0);
        assertFalse(claims.getStringClaim("sid").isEmpty());
    }

    @Test
    void idTokensAreSignedWithRs256OnDemand() throws Exception {
        idp.registerClient(client(JWSAlgorithm.RS256));
        String token = client.tokens(ALICE).getString("id_token");
        assertEquals(JWSAlgorithm.RS256, SignedJWT.parse(token).getHeader().getAlgorithm());
        assertEquals("a7Qm2xVt", verified(token).getSubject());
    }

    @Test
    void userinfoAndSecretInTheFormWork() {
        String code = client.signIn(ALICE).get("code");
        JsonObject tokens = new JsonObject(client.browser
                .post(
                        idp.issuer() + "/token",
                        Map.of(
                                "grant_type", "authorization_code",
                                "code", code,
                                "code_verifier", client.verifier,
                                "redirect_uri", RelyingParty.REDIRECT,
                                "client_id", RelyingParty.ID,
                                "client_secret", RelyingParty.SECRET))
                .body());
        String access = tokens.getString("access_token");
        JsonObject person = new JsonObject(client.browser
                .get(idp.issuer() + "/userinfo", "Authorization", "Bearer " + access)
                .body());
        assertEquals(ALICE, person.getString("email"));
        assertEquals(
                401,
                client.browser
                        .get(idp.issuer() + "/userinfo", "Authorization", "Bearer x")
                        .statusCode());
    }

    @Test
    void aRequestWithoutPkceIsRefusedByRedirect() {
        for (String missing : List.of("code_challenge", "code_challenge_method")) {
            Map<String, String> request = client.request();
            request.remove(missing);
            Map<String, String> answer = parameters(location(client.authorize(request)));
            assertEquals("invalid_request", answer.get("error"), missing);
            assertEquals(idp.issuer(), answer.get("iss"));
            assertEquals("the state", answer.get("state"));
        }
    }

    @Test
    void anUnknownRedirectUriIsNeverFollowed() {
        for (String other : List.of(
                RelyingParty.REDIRECT + "/",
                RelyingParty.REDIRECT + "?x=1",
                "http://127.0.0.1:1/CALLBACK",
                "http://evil.example/")) {
            Map<String, String> request = client.request();
            request.put("redirect_uri", other);
            HttpResponse<String> response = client.authorize(request);
            assertEquals(400, response.statusCode(), other);
            assertEquals("", location(response), other);
        }
    }

    @Test
    void aWrongPasswordShowsTheFormAgainAndEscapesWhatWasTyped() {
        HttpResponse<String> form = client.authorize(client.request());
        HttpResponse<String> refused = client.submit(form, "\"><script>", "wrong");
        assertEquals(200, refused.statusCode());
        assertTrue(refused.body().contains("do not belong together"));
        assertFalse(refused.body().contains("<script>"));
        assertEquals(303, client.submit(refused, ALICE, DemoCompanies.PASSWORD).statusCode());
        assertEquals(400, client.submit(refused, ALICE, DemoCompanies.PASSWORD).statusCode(), "a form is good once");
    }

    @Test
    void aFormOfAnotherBrowserIsRefused() {
        HttpResponse<String> form = client.authorize(client.request());
        RelyingParty other = new RelyingParty(idp.issuer());
        other.authorize(other.request());
        assertEquals(400, other.submit(form, ALICE, DemoCompanies.PASSWORD).statusCode());
    }

    @Test
    void aCodeIsGoodOnceAndItsSecondUseEndsTheTokens() {
        String code = client.signIn(ALICE).get("code");
        JsonObject tokens = new JsonObject(client.exchange(code).body());
        HttpResponse<String> again = client.exchange(code);
        assertEquals(400, again.statusCode());
        assertEquals("invalid_grant", new JsonObject(again.body()).getString("error"));
        assertEquals(400, refresh(tokens.getString("refresh_token")).statusCode());
        assertEquals(
                401,
                client.browser
                        .get(idp.issuer() + "/userinfo", "Authorization", "Bearer " + tokens.getString("access_token"))
                        .statusCode());
    }

    @Test
    void aCodeNeedsItsVerifierItsRedirectUriAndItsClient() {
        assertEquals(
                400,
                client.exchange(client.signIn(ALICE).get("code"), Secrets.random(), RelyingParty.REDIRECT)
                        .statusCode());
        assertEquals(
                400,
                client.exchange(client.signIn(ALICE).get("code"), client.verifier, "http://127.0.0.1:1/other")
                        .statusCode());
        HttpResponse<String> stranger = client.browser.post(
                idp.issuer() + "/token", Map.of("grant_type", "authorization_code"), "Authorization", "Basic eDp5");
        assertEquals(401, stranger.statusCode());
        assertTrue(stranger.headers().firstValue("WWW-Authenticate").isPresent());
    }

    @Test
    void promptAndMaxAgeDecideWhetherThePersonIsAsked() {
        Map<String, String> silent = client.request();
        silent.put("prompt", "none");
        assertEquals(
                "login_required", parameters(location(client.authorize(silent))).get("error"));
        client.signIn(ALICE);
        assertTrue(parameters(location(client.authorize(silent))).containsKey("code"));
        assertEquals(303, client.authorize(client.request()).statusCode(), "single sign-on");
        Map<String, String> fresh = client.request();
        fresh.put("prompt", "login");
        assertEquals(200, client.authorize(fresh).statusCode());
        Map<String, String> recent = client.request();
        recent.put("max_age", "0");
        assertEquals(200, client.authorize(recent).statusCode());
    }

    @Test
    void refreshTokensRotateAndAReplayEndsTheFamily() {
        String first = client.tokens(ALICE).getString("refresh_token");
        HttpResponse<String> rotated = refresh(first);
        assertEquals(200, rotated.statusCode());
        String second = new JsonObject(rotated.body()).getString("refresh_token");
        assertNotEquals(first, second);
        assertEquals(400, refresh(first).statusCode());
        assertEquals(400, refresh(second).statusCode());
    }

    @Test
    void revocationEndsARefreshToken() {
        String token = client.tokens(ALICE).getString("refresh_token");
        HttpResponse<String> response = client.browser.post(
                idp.issuer() + "/revoke", Map.of("token", token), "Authorization", RelyingParty.basic());
        assertEquals(200, response.statusCode());
        assertEquals(400, refresh(token).statusCode());
    }
}
