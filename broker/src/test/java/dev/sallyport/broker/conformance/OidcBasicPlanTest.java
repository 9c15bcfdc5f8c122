package dev.sallyport.broker.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the OpenID Foundation's basic plan asks of an OP, module by module; the names are the plan's. PKCE is in every request. */
class OidcBasicPlanTest {
    private static Stage stage;
    private static Rows rows;
    private static Relying app;
    private static Relying second;
    private static Relying post;
    private static Relying rsa;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        stage = new Stage();
        rows = new Rows(stage.broker);
        app = stage.relying(stage.register("ledger", "web", new JsonObject()));
        second = stage.relying(stage.register("notes", "web", new JsonObject()));
        post = stage.relying(stage.register(
                "post", "web", new JsonObject().put("token_endpoint_auth_method", "client_secret_post")));
        rsa = stage.relying(stage.register("old", "web", new JsonObject().put("signing_alg", "RS256")));
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @BeforeEach
    void honest() {
        stage.idp.claims = claims -> {};
    }

    private static JWTClaimsSet claims(JsonObject tokens) {
        try {
            return SignedJWT.parse(tokens.getString("id_token")).getJWTClaimsSet();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    private static long seconds(JsonObject tokens, String claim) {
        try {
            return new JsonObject(SignedJWT.parse(tokens.getString("id_token"))
                            .getPayload()
                            .toString())
                    .getLong(claim);
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    private int signIns() {
        return stage.idp.tokenRequests.size();
    }

    private JsonObject userInfo(JsonObject tokens) {
        Browser.Answer answer =
                browser.get(app.issuer + "/userinfo", "Authorization", "Bearer " + tokens.getString("access_token"));
        assertEquals(200, answer.status(), answer.toString());
        assertTrue(answer.headers().get("Content-Type").startsWith("application/json"));
        return answer.json();
    }

    private String error(String... extra) {
        Browser.Answer answer = browser.follow(app.authorizeUrl(extra), app.redirectUri);
        assertTrue(answer.location() != null && answer.location().startsWith(app.redirectUri), answer.toString());
        assertEquals(app.issuer, answer.parameter("iss"));
        assertNotNull(answer.parameter("state"));
        return answer.parameter("error");
    }

    @Test
    @DisplayName(
            "oidcc-server: the token response and the ID token hold what Core §3.1.3.3 and §2 ask, and may not be stored")
    void server() throws Exception {
        Browser.Answer answer = app.redeem(browser, app.signIn(browser).parameter("code"));
        assertEquals("no-store", answer.headers().get("Cache-Control"));
        JsonObject tokens = answer.json();
        assertEquals("Bearer", tokens.getString("token_type"));
        assertTrue(tokens.getInteger("expires_in") > 0);
        JWTClaimsSet claims = claims(tokens);
        assertEquals(app.issuer, claims.getIssuer());
        assertTrue(claims.getClaim("aud") instanceof List<?> audience && audience.equals(List.of(app.clientId)));
        assertTrue(claims.getSubject().length() <= 255);
        assertTrue(seconds(tokens, "exp") > seconds(tokens, "iat"));
        assertEquals("nonce-1", claims.getStringClaim("nonce"));
        assertNotNull(claims.getLongClaim("auth_time"));
        assertEquals(claims.getSubject(), userInfo(tokens).getString("sub"));
    }

    @Test
    @DisplayName(
            "oidcc-idtoken-signature, -rs256: signed by a published key that the header names, by the application's algorithm")
    void signature() throws Exception {
        JWKSet keys = JWKSet.parse(browser.get(app.issuer + "/jwks").body());
        for (Relying each : List.of(app, rsa)) {
            SignedJWT token = SignedJWT.parse(each.tokens(browser).getString("id_token"));
            JWSAlgorithm algorithm = each.equals(rsa) ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
            assertEquals(algorithm, token.getHeader().getAlgorithm());
            JWK key = keys.getKeyByKeyId(token.getHeader().getKeyID());
            assertTrue(token.verify(
                    each.equals(rsa) ? new RSASSAVerifier(key.toRSAKey()) : new ECDSAVerifier(key.toECKey())));
        }
    }

    @Test
    @DisplayName("oidcc-response-type-missing: an error for the application, no code")
    void responseTypeMissing() {
        assertEquals("invalid_request", error("response_type", null));
        assertEquals("unsupported_response_type", error("response_type", "id_token token"));
    }

    @Test
    @DisplayName("oidcc-userinfo-get, -post-header, -post-body: the same person each way")
    void userInfoEachWay() {
        String token = app.tokens(browser).getString("access_token");
        String url = app.issuer + "/userinfo";
        JsonObject got = browser.get(url, "Authorization", "Bearer " + token).json();
        assertEquals(
                got,
                browser.post(url, Map.of(), "Authorization", "Bearer " + token).json());
        assertEquals(got, browser.post(url, Map.of("access_token", token)).json());
        Browser.Answer none = browser.get(url);
        assertEquals(401, none.status());
        assertFalse(none.headers().get("WWW-Authenticate").contains("error"), "RFC 6750 §3.1");
    }

    @Test
    @DisplayName("oidcc-ensure-request-without-nonce-succeeds-for-code-flow; a long nonce comes back unchanged")
    void nonce() throws Exception {
        assertNull(claims(app.tokens(browser, "nonce", null)).getClaim("nonce"));
        String strange = "n".repeat(64) + " ü/+%&=";
        assertEquals(strange, claims(app.tokens(browser, "nonce", strange)).getStringClaim("nonce"));
    }

    @Test
    @DisplayName(
            "oidcc-scope-profile, -email, -address, -phone, -all: a scope gives its claims, an unknown one is left out")
    void scopes() {
        JsonObject tokens = app.tokens(browser, "scope", "openid");
        assertEquals(Set.of("sub"), userInfo(tokens).fieldNames());
        assertNull(claims(tokens).getClaim("email"));
        JsonObject email = userInfo(app.tokens(browser, "scope", "openid email"));
        assertEquals(Set.of("sub", "email", "email_verified"), email.fieldNames());
        JsonObject all = app.tokens(browser, "scope", "openid profile email address phone offline_access");
        assertEquals("openid profile email", all.getString("scope"), "what was granted is said (RFC 6749 §3.3)");
        JsonObject info = userInfo(all);
        assertEquals("Alice Example", info.getString("name"));
        assertTrue(info.getValue("updated_at") instanceof Number);
        assertTrue(info.getValue("email_verified") instanceof Boolean);
        assertFalse(info.containsKey("address") || info.containsKey("phone_number"));
        assertTrue(info.stream().noneMatch(member -> member.getValue() == null), "absent, not null (Core §5.3.2)");
        assertEquals(
                new JsonArray().add("openid").add("profile").add("email"),
                stage.discovery().getJsonArray("scopes_supported"));
    }

    @Test
    @DisplayName(
            "oidcc-display-page, -popup, ui-locales, claims-locales, login-hint, unknown parameter, claims-essential: the sign-in goes on")
    void harmlessParameters() {
        String[][] table = {
            {"display", "page"},
            {"display", "popup"},
            {"ui_locales", "se"},
            {"claims_locales", "se"},
            {"login_hint", "alice@example.com"},
            {"extra", "foobar"},
            {"claims", "{\"userinfo\":{\"name\":{\"essential\":true}}}"}
        };
        for (String[] row : table) {
            assertNotNull(
                    new Relying(app.issuer, app.clientId, app.secret, app.redirectUri)
                            .tokens(new Browser(), row)
                            .getString("id_token"),
                    row[0] + "=" + row[1]);
        }
    }

    @Test
    @DisplayName("oidcc-prompt-login: the person is asked again at the IdP, and auth_time is later")
    void promptLogin() throws Exception {
        stage.idp.claims = claims -> claims.put("auth_time", claims.getLong("auth_time") - 5);
        long first = claims(app.tokens(browser)).getLongClaim("auth_time");
        stage.idp.claims = claims -> {};
        int before = signIns();
        long again = claims(app.tokens(browser, "prompt", "login")).getLongClaim("auth_time");
        assertEquals(before + 1, signIns());
        assertTrue(again > first);
    }

    @Test
    @DisplayName(
            "oidcc-prompt-none-not-logged-in, -logged-in: login_required, and later the same person without a page")
    void promptNone() throws Exception {
        assertEquals("login_required", error("prompt", "none"));
        JWTClaimsSet first = claims(app.tokens(browser));
        int before = signIns();
        JWTClaimsSet silent = claims(app.tokens(browser, "prompt", "none"));
        assertEquals(before, signIns());
        assertEquals(first.getSubject(), silent.getSubject());
        assertEquals(first.getLongClaim("auth_time"), silent.getLongClaim("auth_time"));
        assertEquals("invalid_request", error("prompt", "none login"));
    }

    @Test
    @DisplayName(
            "oidcc-max-age-1: a sign-in that is older is renewed; oidcc-max-age-10000: a younger one is used, auth_time the same")
    void maxAge() throws Exception {
        JWTClaimsSet first = claims(app.tokens(browser));
        int before = signIns();
        JWTClaimsSet same = claims(app.tokens(browser, "max_age", "10000"));
        assertEquals(before, signIns());
        assertEquals(first.getLongClaim("auth_time"), same.getLongClaim("auth_time"));
        rows.change("UPDATE sessions SET auth_time = auth_time - interval '100 seconds'");
        assertEquals("login_required", error("max_age", "1", "prompt", "none"));
        JWTClaimsSet renewed = claims(app.tokens(browser, "max_age", "1"));
        assertEquals(before + 1, signIns());
        assertTrue(renewed.getLongClaim("auth_time") >= first.getLongClaim("auth_time"));
    }

    @Test
    @DisplayName(
            "oidcc-id-token-hint: prompt=none with a hint of the person signed in succeeds, of another one does not")
    void idTokenHint() {
        JsonObject alice = app.tokens(browser);
        JsonObject silent = app.tokens(browser, "prompt", "none", "id_token_hint", alice.getString("id_token"));
        assertEquals(claims(alice).getSubject(), claims(silent).getSubject());
        JsonObject person = stage.idp.person;
        stage.idp.person =
                person.copy().put("sub", "bob").put("email", "bob@example.com").put("preferred_username", "bob");
        try {
            String bob = app.tokens(new Browser()).getString("id_token");
            assertEquals("login_required", error("prompt", "none", "id_token_hint", bob));
        } finally {
            stage.idp.person = person;
        }
    }

    @Test
    @DisplayName(
            "oidcc-ensure-request-with-acr-values-succeeds: passed on, and the class that the IdP tells is in the ID token; RFC 9470: another one is an error")
    void acrValues() throws Exception {
        stage.idp.claims = claims -> claims.put("acr", "phr").put("amr", new JsonArray().add("hwk"));
        JWTClaimsSet claims = claims(app.tokens(browser, "acr_values", "phrh phr"));
        assertEquals("phr", claims.getStringClaim("acr"));
        assertEquals(List.of("hwk"), claims.getStringListClaim("amr"));
        assertEquals("unmet_authentication_requirements", error("acr_values", "phrh"));
    }

    @Test
    @DisplayName(
            "oidcc-codereuse, -30seconds: the second use is invalid_grant, soon or late, and ends what the first one started (D04)")
    void codeReuse() {
        for (boolean late : List.of(false, true)) {
            String code = app.signIn(browser).parameter("code");
            JsonObject tokens = app.redeem(browser, code).json();
            assertEquals(
                    200,
                    browser.get(app.issuer + "/userinfo", "Authorization", "Bearer " + tokens.getString("access_token"))
                            .status());
            if (late) {
                rows.change("UPDATE authorization_codes SET used_at = used_at - interval '30 seconds'");
            }
            Browser.Answer again = app.redeem(browser, code);
            assertEquals(400, again.status());
            assertEquals("invalid_grant", again.json().getString("error"));
            assertEquals(
                    401,
                    browser.get(app.issuer + "/userinfo", "Authorization", "Bearer " + tokens.getString("access_token"))
                            .status());
        }
    }

    @Test
    @DisplayName(
            "oidcc-ensure-registered-redirect-uri, -redirect-uri-query-mismatch, -query-added: a page, no redirect (D01)")
    void redirectUri() {
        for (String wrong :
                List.of(app.redirectUri + "/x", app.redirectUri + "?foo=bar", "https://elsewhere.example/cb")) {
            Browser.Answer answer = browser.get(app.authorizeUrl("redirect_uri", wrong));
            assertEquals(400, answer.status(), wrong);
            assertNull(answer.location(), wrong);
        }
        assertEquals(400, browser.get(app.authorizeUrl("redirect_uri", null)).status());
    }

    @Test
    @DisplayName("oidcc-redirect-uri-query-OK: a registered query is kept, and the answer added to it")
    void redirectUriQuery() {
        Relying query = stage.relying(stage.register(
                "query",
                "web",
                new JsonObject().put("redirect_uris", new JsonArray().add("https://query.example/cb?foo=bar"))));
        Browser.Answer back = query.signIn(browser);
        assertEquals("bar", back.parameter("foo"));
        assertEquals(200, query.redeem(browser, back.parameter("code")).status());
    }

    @Test
    @DisplayName("oidcc-ensure-post-request-succeeds: the authorization request may come as a form")
    void postRequest() {
        Map<String, String> form = new LinkedHashMap<>();
        for (String pair : URI.create(app.authorizeUrl()).getRawQuery().split("&", -1)) {
            String[] both = pair.split("=", 2);
            form.put(both[0], URLDecoder.decode(both[1], StandardCharsets.UTF_8));
        }
        Browser.Answer first = browser.post(app.issuer + "/authorize", form);
        assertEquals(303, first.status(), first.toString());
        Browser.Answer back = browser.follow(first.location(), app.redirectUri);
        assertEquals(200, app.redeem(browser, back.parameter("code")).status());
    }

    @Test
    @DisplayName("oidcc-server-client-secret-post: by its own method and by no other")
    void clientSecretPost() {
        String code = post.signIn(browser).parameter("code");
        assertEquals(401, post.redeem(browser, code).status(), "Basic is not its method");
        Relying open = new Relying(post.issuer, post.clientId, null, post.redirectUri);
        assertEquals(
                200, open.redeem(browser, code, "client_secret", post.secret).status());
        assertEquals(401, open.redeem(browser, code).status());
    }

    @Test
    @DisplayName(
            "oidcc-unsigned-request-object, -ensure-request-object-with-redirect-uri, request_uri, registration: refused by their own errors (D09)")
    void requestObjects() {
        String unsigned = "eyJhbGciOiJub25lIn0.e30.";
        assertEquals("request_not_supported", error("request", unsigned));
        assertEquals("request_uri_not_supported", error("request_uri", "https://app.example/request.jwt"));
        assertEquals("registration_not_supported", error("registration", "{}"));
    }

    @Test
    @DisplayName(
            "oidcc-refresh-token: the new ID token is of the same person, sign-in and audience; another client gets nothing")
    void refresh() throws Exception {
        JsonObject first = app.tokens(browser);
        assertEquals(
                "invalid_grant",
                second.refresh(browser, first.getString("refresh_token")).json().getString("error"));
        JsonObject next = app.refresh(browser, first.getString("refresh_token")).json();
        JWTClaimsSet before = claims(first);
        JWTClaimsSet after = claims(next);
        for (String claim : List.of("iss", "sub", "aud", "auth_time", "sid", "acr")) {
            assertEquals(before.getClaim(claim), after.getClaim(claim), claim);
        }
        assertTrue(seconds(next, "iat") >= seconds(first, "iat"));
        assertNotEquals(first.getString("access_token"), next.getString("access_token"));
    }

    @Test
    @DisplayName(
            "oidcc-refresh-token-rp-key-rotation: an application that has changed its key goes on with its refresh token")
    void rpKeyRotation() throws Exception {
        Stage.App signed = stage.register("signed", "web", stage.privateKeyJwt());
        Relying open = new Relying(app.issuer, signed.id(), null, signed.redirectUri());
        String code = open.signIn(browser).parameter("code");
        JsonObject tokens =
                open.redeem(browser, code, assertion(signed, stage.appKey)).json();
        ECKey fresh = EvilIdp.newKey();
        stage.operator
                .patch(
                        "/applications/" + signed.id(),
                        new JsonObject()
                                .put(
                                        "jwks",
                                        new JsonObject()
                                                .put(
                                                        "keys",
                                                        new JsonArray()
                                                                .add(new JsonObject(fresh.toPublicJWK()
                                                                        .toJSONObject())))))
                .expect(200);
        String refresh = tokens.getString("refresh_token");
        assertEquals(
                401,
                open.refresh(browser, refresh, assertion(signed, stage.appKey)).status());
        assertEquals(
                200, open.refresh(browser, refresh, assertion(signed, fresh)).status());
    }

    private static String[] assertion(Stage.App app, ECKey key) {
        return new String[] {
            "client_assertion",
            stage.assertion(app, key).getClientAssertion().serialize(),
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        };
    }

    @Test
    @DisplayName("oidcc-server-rotate-keys: the next key is published beside the old one, and tokens stay good")
    void rotateKeys() throws Exception {
        JsonObject before = app.tokens(browser);
        stage.operator.post("/tenants/acme/signing-keys/rotate", null).expect(200);
        String published = browser.get(app.issuer + "/jwks").body();
        assertTrue(published.contains(
                SignedJWT.parse(before.getString("id_token")).getHeader().getKeyID()));
        assertTrue(JWKSet.parse(published).size() >= 3, published);
        assertEquals(claims(before).getSubject(), userInfo(before).getString("sub"));
        assertEquals(claims(before).getSubject(), userInfo(app.tokens(browser)).getString("sub"));
    }
}
