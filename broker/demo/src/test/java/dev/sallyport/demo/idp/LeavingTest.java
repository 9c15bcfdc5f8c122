package dev.sallyport.demo.idp;

import static dev.sallyport.demo.page.Browser.location;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.demo.page.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeavingTest extends IdpFixture {

    @Test
    void aPersonWhoIsRemovedIsOutAtOnceAndTheClientsAreTold() throws Exception {
        JsonObject tokens = client.tokens(ALICE);
        String sid = verified(tokens.getString("id_token")).getStringClaim("sid");
        assertEquals(new LogoutNotices(1, 1), Await.result(idp.removePerson(ALICE)));
        SignedJWT notice = SignedJWT.parse(logoutTokens.poll(5, TimeUnit.SECONDS));
        JWTClaimsSet claims = verified(notice.serialize());
        assertEquals("logout+jwt", notice.getHeader().getType().getType());
        assertEquals("a7Qm2xVt", claims.getSubject());
        assertEquals(sid, claims.getStringClaim("sid"));
        assertEquals(List.of(RelyingParty.ID), claims.getAudience());
        assertTrue(claims.getJSONObjectClaim("events").containsKey(Tokens.LOGOUT_EVENT));
        assertFalse(claims.getClaims().containsKey("nonce"));
        assertEquals(400, refresh(tokens.getString("refresh_token")).statusCode());
        HttpResponse<String> form = client.authorize(client.request());
        assertEquals(200, form.statusCode(), "no single sign-on any more");
        assertEquals(200, client.submit(form, ALICE, DemoCompanies.PASSWORD).statusCode(), "no sign-in any more");
    }

    @Test
    void signingOutAtTheProviderTellsTheClientsAndReturnsOnlyToRegisteredPlaces() throws Exception {
        String idToken = client.tokens(ALICE).getString("id_token");
        String logout = idp.issuer() + "/logout?id_token_hint=" + idToken;
        assertEquals(
                400,
                client.browser
                        .get(logout + "&post_logout_redirect_uri=http://evil.example/")
                        .statusCode());
        HttpResponse<String> asked = client.browser.get(idp.issuer() + "/logout");
        assertTrue(asked.body().contains("name=\"confirm\""), "without a hint the person is asked");
        HttpResponse<String> out =
                client.browser.get(logout + "&state=s&post_logout_redirect_uri=http://127.0.0.1:1/out");
        assertEquals("http://127.0.0.1:1/out?state=s", location(out));
        assertNotNull(logoutTokens.poll(5, TimeUnit.SECONDS));
        assertEquals(200, client.authorize(client.request()).statusCode());
    }

    @Test
    void anotherProcessCanRegisterClientsAndChangePeople() throws Exception {
        String admin = idp.issuer() + "/admin";
        assertEquals(401, client.browser.get(admin + "/people").statusCode());
        String[] bearer = {"Authorization", "Bearer " + idp.adminToken(), "Content-Type", "application/json"};
        String body = new JsonObject()
                .put("client_secret", RelyingParty.SECRET)
                .put("redirect_uris", new JsonArray().add(RelyingParty.REDIRECT))
                .put("id_token_signed_response_alg", "RS256")
                .encode();
        assertEquals(
                204,
                client.browser
                        .json("PUT", admin + "/clients/sallyport", body, bearer)
                        .statusCode());
        assertEquals(
                400,
                client.browser.json("PUT", admin + "/clients/x", "{}", bearer).statusCode());
        assertEquals(
                400,
                client.browser
                        .json("PUT", admin + "/clients/x", "nonsense", bearer)
                        .statusCode());
        String groups = "{\"groups\":[\"engineering\"]}";
        assertEquals(
                204,
                client.browser
                        .json("PUT", admin + "/people/" + ALICE + "/groups", groups, bearer)
                        .statusCode());
        assertEquals(
                List.of("engineering"),
                verified(client.tokens(ALICE).getString("id_token")).getStringListClaim("groups"));
        String gil = "{\"email\":\"gil@acme.example\",\"name\":\"Gil\",\"password\":\"correct-horse\",\"groups\":[]}";
        assertEquals(
                201, client.browser.json("POST", admin + "/people", gil, bearer).statusCode());
        assertEquals(
                200,
                client.browser
                        .json("DELETE", admin + "/people/gil@acme.example", "", bearer)
                        .statusCode());
        assertEquals(
                400,
                client.browser
                        .json("DELETE", admin + "/people/gil@acme.example", "", bearer)
                        .statusCode());
    }
}
