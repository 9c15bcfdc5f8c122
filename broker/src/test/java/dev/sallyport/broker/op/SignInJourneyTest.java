package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** From the first redirect to the last refresh, as an application and a browser see it. */
class SignInJourneyTest {
    private static final String REDIRECT = "https://ledger.example/callback";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Relying app;
    private static Relying otherApp;
    private static Relying atGlobex;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        broker.catalogue();
        Tenant acme = broker.liveTenant("acme", idp);
        Tenant globex = broker.liveTenant("globex", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        String otherSecret = broker.application("notes", "https://notes.example/callback", Optional.empty());
        for (Tenant tenant : List.of(acme, globex)) {
            broker.enable(tenant, "ledger");
            broker.enable(tenant, "notes");
        }
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        otherApp = new Relying(broker.issuer("acme"), "notes", otherSecret, "https://notes.example/callback");
        atGlobex = new Relying(broker.issuer("globex"), "ledger", secret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    @BeforeEach
    void alice() {
        idp.person = new JsonObject()
                .put("sub", "alice")
                .put("email", "alice@example.com")
                .put("email_verified", true)
                .put("name", "Alice Example")
                .put("preferred_username", "alice@example.com")
                .put("groups", new io.vertx.core.json.JsonArray().add("staff"));
    }

    @Test
    void aPersonSignsInAndTheApplicationGetsTokensForOneTenantWithMappedPermissions() throws Exception {
        Browser.Answer back = app.signIn(browser, "state", "xyz");
        assertEquals("xyz", back.parameter("state"));
        assertEquals(app.issuer, back.parameter("iss"));
        JsonObject tokens = app.redeem(browser, back.parameter("code")).json();
        var access = SignedJWT.parse(tokens.getString("access_token"));
        assertEquals("at+jwt", access.getHeader().getType().getType());
        assertEquals(
                List.of("https://ledger.example/t/acme"),
                access.getJWTClaimsSet().getAudience());
        assertEquals(List.of("reports:read"), access.getJWTClaimsSet().getStringListClaim("permissions"));
        assertEquals("acme", access.getJWTClaimsSet().getStringClaim("tenant"));
        var id = SignedJWT.parse(tokens.getString("id_token")).getJWTClaimsSet();
        assertEquals(List.of("ledger"), id.getAudience());
        assertEquals("nonce-1", id.getStringClaim("nonce"));
        assertEquals("Alice Example", id.getStringClaim("name"));
        assertFalse(id.getBooleanClaim("email_verified"), "A14: no domain was proven");
        JsonObject info = browser.get(
                        app.issuer + "/userinfo", "Authorization", "Bearer " + tokens.getString("access_token"))
                .json();
        assertEquals(access.getJWTClaimsSet().getSubject(), info.getString("sub"));
        assertTrue(app.introspect(browser, tokens.getString("access_token")).getBoolean("active"));
    }

    @Test
    void theSessionSignsInAnotherApplicationWithoutTheIdP() {
        app.tokens(browser);
        int before = idp.tokenRequests.size();
        JsonObject tokens = otherApp.tokens(browser);
        assertEquals(before, idp.tokenRequests.size());
        assertTrue(
                otherApp.introspect(browser, tokens.getString("access_token")).getBoolean("active"));
        assertEquals(
                "{\"active\":false}",
                app.introspect(browser, tokens.getString("access_token")).encode(),
                "E11");
    }

    @Test
    @DisplayName("B02: acme's credentials are nothing at globex, and still good at acme afterwards")
    void crossTenant() {
        JsonObject tokens = app.tokens(browser);
        String access = tokens.getString("access_token");
        assertEquals(
                401,
                browser.get(atGlobex.issuer + "/userinfo", "Authorization", "Bearer " + access)
                        .status());
        assertEquals("{\"active\":false}", atGlobex.introspect(browser, access).encode());
        assertEquals(
                "invalid_grant",
                atGlobex.refresh(browser, tokens.getString("refresh_token"))
                        .json()
                        .getString("error"));
        String code = app.signIn(browser).parameter("code");
        assertEquals("invalid_grant", atGlobex.redeem(browser, code).json().getString("error"));
        assertEquals(200, app.redeem(browser, code).status());
        assertEquals(
                200, app.refresh(browser, tokens.getString("refresh_token")).status());
    }

    @Test
    @DisplayName("A02: the same issuer and subject in two tenants are two people")
    void sameSubjectTwoTenants() throws Exception {
        var here = SignedJWT.parse(app.tokens(browser).getString("access_token"))
                .getJWTClaimsSet()
                .getSubject();
        var there = SignedJWT.parse(atGlobex.tokens(new Browser()).getString("access_token"))
                .getJWTClaimsSet()
                .getSubject();
        assertNotEquals(here, there);
    }

    @Test
    @DisplayName("D04: a code is good once; its replay ends what the first use started")
    void codeReplay() {
        String code = app.signIn(browser).parameter("code");
        JsonObject tokens = app.redeem(browser, code).json();
        assertEquals("invalid_grant", app.redeem(browser, code).json().getString("error"));
        assertEquals(
                "invalid_grant",
                app.refresh(browser, tokens.getString("refresh_token")).json().getString("error"));
        assertFalse(app.introspect(browser, tokens.getString("access_token")).getBoolean("active"));
    }

    @Test
    @DisplayName("D02: a code redeemed with anything changed is burnt; another client's attempt changes nothing")
    void codeBinding() {
        for (String[] wrong : new String[][] {{"code_verifier", "x".repeat(43)}, {"redirect_uri", REDIRECT + "/"}}) {
            String code = app.signIn(browser).parameter("code");
            assertEquals(
                    "invalid_grant", app.redeem(browser, code, wrong).json().getString("error"), wrong[0]);
            assertEquals("invalid_grant", app.redeem(browser, code).json().getString("error"), wrong[0]);
        }
        String code = app.signIn(browser).parameter("code");
        assertEquals(
                "invalid_grant",
                otherApp.redeem(browser, code, "redirect_uri", REDIRECT).json().getString("error"));
        assertEquals(200, app.redeem(browser, code).status());
    }

    @Test
    @DisplayName(
            "E01: replay of an old refresh token after the window kills family and session; within it the same successor comes")
    void refreshRotation() {
        JsonObject first = app.tokens(browser);
        JsonObject second =
                app.refresh(browser, first.getString("refresh_token")).json();
        JsonObject again =
                app.refresh(browser, first.getString("refresh_token")).json();
        assertEquals(second.getString("refresh_token"), again.getString("refresh_token"));
        assertNotEquals(first.getString("refresh_token"), second.getString("refresh_token"));
        assertEquals(
                "invalid_grant",
                otherApp.refresh(browser, second.getString("refresh_token"))
                        .json()
                        .getString("error"),
                "another client's attempt");
        assertEquals(
                200, app.refresh(browser, second.getString("refresh_token")).status());
    }

    @Test
    @DisplayName("A09, D05: a callback that was used, or belongs to another browser, gets a page and nothing else")
    void callbackReplayAndOtherBrowser() {
        Browser.Answer toIdp = browser.get(app.authorizeUrl());
        Browser.Answer fromIdp = browser.get(toIdp.location());
        Browser stranger = new Browser();
        assertEquals(400, stranger.get(fromIdp.location()).status());
        assertEquals(400, browser.get(fromIdp.location()).status(), "the stranger's attempt burnt it");
        toIdp = browser.get(app.authorizeUrl());
        fromIdp = browser.get(toIdp.location());
        assertEquals(303, browser.get(fromIdp.location()).status());
        Browser.Answer replay = browser.get(fromIdp.location());
        assertEquals(400, replay.status());
        assertNull(replay.location());
        assertFalse(
                replay.headers().getOrDefault("Set-Cookie", "").contains("session="),
                replay.headers().toString());
    }

    @Test
    @DisplayName("D01: an unknown client or redirect URI gets a page, never a redirect")
    void noOpenRedirect() {
        for (String uri : List.of(
                REDIRECT + "/",
                REDIRECT + "?x=1",
                "https://ledger.example.evil.example/callback",
                "https://ledger.example@evil.example/callback",
                "HTTPS://ledger.example/callback",
                "https://ledger.example/callback#f",
                "javascript:alert(1)",
                "https://ledger.example:443/callback",
                "https://ledger.example/x/../callback",
                "https://ledger.example/callback%20",
                "http://ledger.example/callback")) {
            Browser.Answer answer = browser.get(app.authorizeUrl("redirect_uri", uri));
            assertEquals(400, answer.status(), uri);
            assertNull(answer.location(), uri);
        }
        assertEquals(400, browser.get(app.authorizeUrl("client_id", "nobody")).status());
    }

    @Test
    @DisplayName("D03, D09: what is not supported is refused by its own error, to the registered address")
    void refusedFeatures() {
        for (String[] row : new String[][] {
            {"response_type", "token", "unsupported_response_type"},
            {"response_type", "code id_token", "unsupported_response_type"},
            {"code_challenge_method", "plain", "invalid_request"},
            {"code_challenge_method", null, "invalid_request"},
            {"code_challenge", null, "invalid_request"},
            {"code_challenge", "short", "invalid_request"},
            {"request", "e30.e30.", "request_not_supported"},
            {"request_uri", "https://evil.example/r", "request_uri_not_supported"},
            {"response_mode", "fragment", "invalid_request"},
            {"prompt", "none login", "invalid_request"},
            {"resource", "https://other.example", "invalid_target"},
            {"max_age", "soon", "invalid_request"}
        }) {
            Browser.Answer answer = browser.get(app.authorizeUrl(row[0], row[1], "state", "s"));
            assertTrue(
                    answer.location() != null && answer.location().startsWith(REDIRECT + "?"), row[0] + ": " + answer);
            assertEquals(row[2], answer.parameter("error"), row[0]);
            assertEquals("s", answer.parameter("state"));
            assertEquals(app.issuer, answer.parameter("iss"));
        }
        assertEquals(
                "login_required",
                browser.get(app.authorizeUrl("prompt", "none")).parameter("error"));
    }

    @Test
    void signingOutEndsTheSessionItsRefreshTokensAndItsAccessTokens() {
        JsonObject tokens = app.tokens(browser);
        Browser.Answer bye = browser.get(app.issuer + "/logout?id_token_hint=" + tokens.getString("id_token")
                + "&post_logout_redirect_uri=" + Browser.encode(REDIRECT + "/bye") + "&state=z");
        assertEquals(REDIRECT + "/bye?state=z", bye.location());
        assertEquals(
                "invalid_grant",
                app.refresh(browser, tokens.getString("refresh_token")).json().getString("error"));
        assertFalse(app.introspect(browser, tokens.getString("access_token")).getBoolean("active"));
        assertEquals(
                "login_required",
                browser.get(app.authorizeUrl("prompt", "none")).parameter("error"));
        assertEquals(
                400,
                browser.get(app.issuer + "/logout?post_logout_redirect_uri=https%3A%2F%2Fevil.example")
                        .status());
    }

    @Test
    void wrongClientCredentialsAreInvalidClient() {
        Relying wrong = new Relying(app.issuer, "ledger", "not-the-secret", REDIRECT);
        Browser.Answer answer = wrong.refresh(browser, "spr_x");
        assertEquals(401, answer.status());
        assertEquals("invalid_client", answer.json().getString("error"));
        assertTrue(answer.headers().get("WWW-Authenticate").startsWith("Basic"));
    }

    @Test
    @DisplayName("D12: another Host is not answered")
    void otherHost() {
        JsonObject discovery = browser.get(
                        app.issuer + "/.well-known/openid-configuration",
                        "X-Forwarded-Host",
                        "evil.example",
                        "Forwarded",
                        "host=evil.example")
                .json();
        assertEquals(app.issuer, discovery.getString("issuer"));
    }
}
