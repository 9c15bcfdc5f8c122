package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantStatus;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A tenant that the operator suspends and lets go on, on two nodes, while its people are at work. */
class SuspendedTenantTest {
    private static final String REDIRECT = "https://ledger.example/callback";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static TestBroker other;
    private static Rows rows;
    private static Tenant acme;
    private static Relying app;
    private static Relying atGlobex;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        other = broker.anotherNode(idp.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        Tenant globex = broker.liveTenant("globex", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        broker.enable(globex, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        atGlobex = new Relying(broker.issuer("globex"), "ledger", secret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        other.close();
        broker.close();
        idp.close();
        vertx.close();
    }

    @Test
    @DisplayName(
            "B11: a suspended tenant issues nothing and knows nothing, by no entrance and on no node; nothing old revives with it")
    void everyEntrance() throws Exception {
        Browser browser = new Browser();
        JsonObject tokens = app.tokens(browser);
        String access = tokens.getString("access_token");
        String own = app.token(browser, Map.of("grant_type", "client_credentials"))
                .json()
                .getString("access_token");
        String key = browser.json(
                        "POST",
                        app.issuer + "/api-keys",
                        new JsonObject().put("name", "ci"),
                        "Authorization",
                        "Bearer " + access)
                .json()
                .getString("key");
        String code = app.signIn(browser).parameter("code");
        String codeForLater = app.signIn(browser).parameter("code");
        Browser pending = new Browser();
        String callback =
                pending.get(pending.get(app.authorizeUrl()).location()).location();
        Browser elsewhere = new Browser();
        JsonObject there = atGlobex.tokens(elsewhere);
        Rows.Counts before = rows.counts();

        broker.status(acme, TenantStatus.SUSPENDED);
        awaitStatus(TenantStatus.SUSPENDED);

        for (TestBroker node : List.of(broker, other)) {
            Browser here = node.through(browser);
            assertEquals("access_denied", app.signIn(here).parameter("error"));
            assertEquals(
                    "access_denied", app.signIn(node.through(new Browser())).parameter("error"));
            assertEquals(
                    "access_denied",
                    here.get(app.authorizeUrl("prompt", "none")).parameter("error"));
            assertEquals("invalid_grant", error(app.redeem(here, code)));
            assertEquals("invalid_grant", error(app.refresh(here, tokens.getString("refresh_token"))));
            assertEquals("invalid_grant", error(app.token(here, Map.of("grant_type", "client_credentials"))));
            for (String token : List.of(access, own, key, tokens.getString("refresh_token"))) {
                assertEquals("{\"active\":false}", app.introspect(here, token).encode());
            }
            for (String path : List.of("/userinfo", "/api-keys")) {
                assertEquals(
                        401,
                        here.get(app.issuer + path, "Authorization", "Bearer " + access)
                                .status(),
                        path);
            }
        }
        Browser.Answer late = pending.get(callback);
        assertEquals(400, late.status(), late.toString());
        assertFalse(late.headers().getOrDefault("Set-Cookie", "").contains("sallyport_session"));
        assertEquals(before, rows.counts());
        assertTrue(
                atGlobex.introspect(elsewhere, there.getString("access_token")).getBoolean("active"), "globex goes on");

        broker.status(acme, TenantStatus.ACTIVE);
        awaitStatus(TenantStatus.ACTIVE);

        for (TestBroker node : List.of(broker, other)) {
            Browser here = node.through(browser);
            assertEquals("invalid_grant", error(app.redeem(here, codeForLater)));
            assertEquals("invalid_grant", error(app.refresh(here, tokens.getString("refresh_token"))));
            for (String token : List.of(access, own, key, tokens.getString("refresh_token"))) {
                assertEquals("{\"active\":false}", app.introspect(here, token).encode());
            }
            assertEquals(
                    "login_required",
                    here.get(app.authorizeUrl("prompt", "none")).parameter("error"));
        }
        JsonObject anew = app.tokens(browser);
        assertNotNull(anew.getString("access_token"));
        assertNotEquals(tokens.getString("refresh_token"), anew.getString("refresh_token"));
        assertEquals(200, app.refresh(browser, anew.getString("refresh_token")).status());
    }

    /** Until the other node has heard of it, which it does within a second; at most ten. */
    private static void awaitStatus(TenantStatus status) {
        long until = System.nanoTime() + 10_000_000_000L;
        while (other.tenant("acme").status() != status && System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        assertEquals(status, other.tenant("acme").status());
    }

    private static String error(Browser.Answer answer) {
        return answer.json().getString("error");
    }
}
