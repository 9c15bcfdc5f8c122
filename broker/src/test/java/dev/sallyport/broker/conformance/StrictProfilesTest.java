package dev.sallyport.broker.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.RawHttp;
import dev.sallyport.broker.outside.Relying;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What OAuth 2.1, RFC 9700, the FAPI plans and IPSIE's SL1 ask of an OP beyond OpenID Connect, most of it by refusing. */
class StrictProfilesTest {
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";

    private static Stage stage;
    private static Rows rows;
    private static RawHttp raw;
    private static Relying app;
    private static Relying spa;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        stage = new Stage();
        rows = new Rows(stage.broker);
        raw = new RawHttp("127.0.0.1", stage.broker.port);
        app = stage.relying(stage.register("ledger", "web", new JsonObject()));
        spa = stage.relying(stage.register("board", "spa", new JsonObject()));
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @BeforeEach
    void honest() {
        stage.idp.claims = claims -> {};
    }

    private static void error(String expected, Browser.Answer answer) {
        assertEquals(expected, answer.json().getString("error"), answer.toString());
        assertEquals("no-store", answer.headers().get("Cache-Control"));
        assertNotNull(answer.json().getString("error_description"));
    }

    @Test
    @DisplayName("ensure-pkce-required, -plain refused, wrong and missing verifier: no code, or no token (D03)")
    void pkce() {
        for (Relying each : List.of(app, spa)) {
            Browser.Answer none = browser.follow(
                    each.authorizeUrl("code_challenge", null, "code_challenge_method", null), each.redirectUri);
            assertEquals("invalid_request", none.parameter("error"));
            assertEquals(
                    "invalid_request",
                    browser.follow(each.authorizeUrl("code_challenge_method", "plain"), each.redirectUri)
                            .parameter("error"));
            for (String verifier : new String[] {null, "x".repeat(43), Relying.challenge(Relying.VERIFIER)}) {
                String code = each.signIn(browser).parameter("code");
                Browser.Answer answer = each.redeem(browser, code, "code_verifier", verifier);
                assertEquals(400, answer.status(), answer.toString());
                error(verifier == null ? "invalid_request" : "invalid_grant", answer);
            }
        }
    }

    @Test
    @DisplayName(
            "ensure-authorization-code-is-short-lived-and-bound: 60 s at most, one use, its own client and redirect URI")
    void code() {
        String code = app.signIn(browser).parameter("code");
        assertTrue(rows.number(
                        "SELECT count(*) FROM authorization_codes WHERE used_at IS NULL AND expires_at > now() + interval '61 seconds'")
                == 0);
        assertTrue(code.length() >= 43, "256 random bits");
        rows.change("UPDATE authorization_codes SET expires_at = now() - interval '1 second' WHERE used_at IS NULL");
        error("invalid_grant", app.redeem(browser, code));
        String bound = app.signIn(browser).parameter("code");
        error("invalid_grant", spa.redeem(browser, bound, "redirect_uri", app.redirectUri));
        error(
                "invalid_grant",
                app.redeem(browser, app.signIn(browser).parameter("code"), "redirect_uri", app.redirectUri + "/x"));
    }

    @Test
    @DisplayName(
            "refresh tokens rotate for public clients, stay their client's, never widen the scope (RFC 9700 §4.14)")
    void refresh() {
        JsonObject first = spa.tokens(browser, "scope", "openid email");
        String token = first.getString("refresh_token");
        error("invalid_grant", app.refresh(browser, token));
        error("invalid_scope", spa.refresh(browser, token, "scope", "openid email profile"));
        JsonObject next = spa.refresh(browser, token, "scope", "openid").json();
        assertFalse(token.equals(next.getString("refresh_token")));
        assertEquals("openid", next.getString("scope"));
        error("invalid_grant", spa.refresh(browser, first.getString("access_token")));
    }

    @Test
    @DisplayName(
            "one authentication per request, only as registered; repeated parameters and other bodies are refused (RFC 6749 §2.3, §3.2)")
    void tokenEndpoint() {
        String url = app.issuer + "/token";
        Map<String, String> form = Map.of("grant_type", "client_credentials");
        error("invalid_request", app.call(browser, url, form, "client_secret", app.secret, "client_id", app.clientId));
        error("invalid_client", browser.post(url, form));
        error("unsupported_grant_type", app.call(browser, url, Map.of("grant_type", "password")));
        error("invalid_request", app.call(browser, url, Map.of()));
        error("unauthorized_client", spa.call(browser, url, form));
        error("invalid_request", browser.json("POST", url, new JsonObject().put("grant_type", "client_credentials")));
        RawHttp.Answer twice =
                raw.send("POST /t/acme/token", FORM, "grant_type=refresh_token&grant_type=password&client_id=board");
        assertEquals(400, twice.status(), twice.toString());
        assertTrue(twice.body().contains("invalid_request"));
        Browser.Answer get = browser.get(url + "?grant_type=client_credentials");
        assertEquals(405, get.status());
        assertEquals("POST", get.headers().get("Allow"));
    }

    @Test
    @DisplayName(
            "bearer tokens: not in the query, not twice; an ID token, a refresh token and an altered one are nothing (RFC 6750 §2.3, RFC 9068 §4)")
    void bearer() {
        JsonObject tokens = app.tokens(browser);
        String access = tokens.getString("access_token");
        String url = app.issuer + "/userinfo";
        assertEquals(400, browser.get(url + "?access_token=" + access).status());
        assertEquals(
                400,
                browser.post(url, Map.of("access_token", access), "Authorization", "Bearer " + access)
                        .status());
        String altered = access.substring(0, access.length() - 6) + (access.endsWith("AAAAAA") ? "BBBBBB" : "AAAAAA");
        for (String bad : List.of(tokens.getString("id_token"), tokens.getString("refresh_token"), altered, "x")) {
            Browser.Answer answer = browser.get(url, "Authorization", "Bearer " + bad);
            assertEquals(401, answer.status());
            assertTrue(answer.headers().get("WWW-Authenticate").contains("error=\"invalid_token\""));
            assertEquals(
                    "{\"active\":false}",
                    app.introspect(browser, bad.equals(tokens.getString("refresh_token")) ? "x" : bad)
                            .encode());
        }
    }

    @Test
    @DisplayName(
            "pushed requests: no request_uri inside, another client's or an altered one is a page, foreign ones are refused (RFC 9126)")
    void pushed() {
        Map<String, String> request = Map.of(
                "response_type",
                "code",
                "client_id",
                app.clientId,
                "redirect_uri",
                app.redirectUri,
                "scope",
                "openid",
                "code_challenge",
                Relying.challenge(Relying.VERIFIER),
                "code_challenge_method",
                "S256");
        String par = app.issuer + "/par";
        error("invalid_request", app.call(browser, par, request, "request_uri", "urn:ietf:params:oauth:request_uri:x"));
        error("invalid_client", browser.post(par, request));
        Browser.Answer made = app.call(browser, par, request);
        assertEquals(201, made.status());
        assertEquals("no-store", made.headers().get("Cache-Control"));
        String uri = made.json().getString("request_uri");
        for (String wrong : List.of(
                "client_id=" + spa.clientId + "&request_uri=" + uri,
                "client_id=" + app.clientId + "&request_uri=" + uri + "x")) {
            assertEquals(400, browser.get(app.issuer + "/authorize?" + wrong).status());
        }
        Browser.Answer back = browser.follow(
                app.issuer + "/authorize?client_id=" + app.clientId + "&request_uri=" + uri, app.redirectUri);
        assertEquals(200, app.redeem(browser, back.parameter("code")).status(), back.toString());
    }

    @Test
    @DisplayName(
            "RFC 9207: iss is in every answer of the authorization endpoint; answers are 303, and tell no referrer (RFC 9700 §4.2, §4.12)")
    void answers() {
        Browser.Answer good = app.signIn(browser);
        Browser.Answer bad = browser.get(app.authorizeUrl("response_type", "token"));
        Browser.Answer toIdp = new Browser().get(app.authorizeUrl());
        for (Browser.Answer answer : List.of(good, bad, toIdp)) {
            assertEquals(303, answer.status());
            assertEquals("no-referrer", answer.headers().get("Referrer-Policy"));
            assertEquals("no-store", answer.headers().get("Cache-Control"));
        }
        assertEquals(app.issuer, good.parameter("iss"));
        assertEquals(app.issuer, bad.parameter("iss"));
        Browser.Answer page = browser.get(app.authorizeUrl("client_id", "nobody"));
        assertTrue(page.headers().get("Content-Security-Policy").contains("frame-ancestors 'none'"), page.toString());
    }

    @Test
    @DisplayName(
            "IPSIE SL1: the ID token has one audience, as a string, and says acr, amr, auth_time, session_expiry and the nonce; so does the access token")
    void ipsie() throws Exception {
        stage.idp.claims = claims ->
                claims.put("acr", "phr").put("amr", new JsonArray().add("hwk").add("user"));
        String nonce = "n".repeat(64);
        JsonObject tokens = app.tokens(browser, "nonce", nonce, "max_age", "600", "prompt", "login");
        SignedJWT id = SignedJWT.parse(tokens.getString("id_token"));
        assertEquals(app.clientId, new JsonObject(id.getPayload().toString()).getValue("aud"), "a string, no list");
        JWTClaimsSet claims = id.getJWTClaimsSet();
        assertEquals(nonce, claims.getStringClaim("nonce"));
        assertEquals("phr", claims.getStringClaim("acr"));
        assertEquals(List.of("hwk", "user"), claims.getStringListClaim("amr"));
        long upstreamEnd = Instant.now().getEpochSecond() + 1_800;
        stage.idp.claims = c -> c.put("session_expiry", upstreamEnd);
        JWTClaimsSet bounded =
                SignedJWT.parse(app.tokens(new Browser()).getString("id_token")).getJWTClaimsSet();
        assertEquals(upstreamEnd, bounded.getLongClaim("session_expiry"), "the IdP's end of the session bounds ours");
        long ownEnd = claims.getLongClaim("session_expiry") - Instant.now().getEpochSecond();
        assertTrue(ownEnd > 86_400 - 60 && ownEnd <= 86_400, "a session of a day: " + ownEnd);
        JWTClaimsSet access = SignedJWT.parse(tokens.getString("access_token")).getJWTClaimsSet();
        for (String claim : List.of("sub", "sid", "acr", "amr", "auth_time")) {
            assertEquals(claims.getClaim(claim), access.getClaim(claim), claim);
        }
        stage.idp.claims = c -> c.putNull("acr").putNull("amr");
        JWTClaimsSet silent =
                SignedJWT.parse(app.tokens(new Browser()).getString("id_token")).getJWTClaimsSet();
        assertEquals("0", silent.getStringClaim("acr"), "of an IdP that says nothing: the lowest (Core §2)");
        assertEquals(List.of(), silent.getStringListClaim("amr"));
        assertNull(silent.getClaim("azp"));
    }
}
