package dev.sallyport.broker.op;

import static dev.sallyport.broker.op.ExchangeHouse.ACCESS_TOKEN;
import static dev.sallyport.broker.op.ExchangeHouse.claims;
import static dev.sallyport.broker.op.ExchangeHouse.exchange;
import static dev.sallyport.broker.op.ExchangeHouse.token;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.Relying;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How far a person's token goes in the hands of somebody whom the person trusts a little. */
class ThirdPartyReachTest {
    private static ExchangeHouse house;
    private static Relying guest;

    private final Browser browser = new Browser();

    @BeforeAll
    static void open() {
        house = new ExchangeHouse();
        JsonObject made = house.operator
                .post(
                        "/applications",
                        new JsonObject()
                                .put("name", "Guest")
                                .put("type", "web")
                                .put("redirect_uris", new JsonArray().add("https://guest.example/callback"))
                                .put("resource", "https://guest.example")
                                .put("third_party", true))
                .expect(201)
                .json();
        guest = new Relying(
                house.broker.issuer("acme"),
                made.getString("client_id"),
                made.getString("client_secret"),
                "https://guest.example/callback");
        house.broker.enable(house.acme, guest.clientId);
    }

    @AfterAll
    static void close() {
        house.close();
    }

    /** Signs in and allows. */
    private JsonObject allowed(Browser who) {
        Browser.Answer page = who.follow(guest.authorizeUrl(), guest.redirectUri);
        Browser.Answer back = who.post(
                guest.issuer + "/consent", Map.of("request", Browser.hidden(page, "request"), "decision", "allow"));
        return guest.redeem(who, back.parameter("code")).json();
    }

    @Test
    @DisplayName("B08, B14: what an admin let a third-party application have administers nothing and keeps no API keys")
    void notTheAdmin() {
        house.be("ada", "admins", "staff");
        String access = allowed(browser).getString("access_token");
        List<String> routes = List.of("/tenants/acme/users", "/tenants/acme", "/tenants/globex", "/nothing");
        for (String route : routes) {
            AdminCaller.Answer answer =
                    AdminCaller.at(house.broker.publicUrl, access).get(route);
            assertEquals(403, answer.status(), route);
            assertTrue(answer.json().getString("detail").contains("third-party"), answer.body());
        }
        String keys = guest.issuer + "/api-keys";
        assertEquals(403, browser.get(keys, "Authorization", "Bearer " + access).status());
        assertEquals(
                403,
                browser.json("POST", keys, new JsonObject().put("name", "x"), "Authorization", "Bearer " + access)
                        .status());
        String own = house.app("acme", "ledger").tokens(browser).getString("access_token");
        assertEquals(
                200,
                AdminCaller.at(house.broker.publicUrl, own)
                        .get("/tenants/acme/users")
                        .status());
    }

    @Test
    @DisplayName("E11: a person's API key is nothing to a third-party application that asks what it stands for")
    void keysAreTheVendors() {
        house.be("kim", "staff");
        Relying ledger = house.app("acme", "ledger");
        String access = ledger.tokens(browser).getString("access_token");
        String key = ExchangeHouse.key(browser, ledger, access).getString("key");
        assertEquals("{\"active\":false}", guest.introspect(browser, key).encode());
        assertTrue(ledger.introspect(browser, key).getBoolean("active"));
    }

    @Test
    @DisplayName(
            "E01, E10: a refresh token given back takes with it, at introspection and in the feed, what was got on the person's behalf")
    void familyReachesDelegates() throws Exception {
        house.be("fay", "staff");
        Relying ledger = house.app("acme", "ledger");
        Relying notes = house.app("acme", "notes");
        Relying archive = house.app("acme", "archive");
        JsonObject tokens = ledger.tokens(browser);
        String access = tokens.getString("access_token");
        String forNotes = token(exchange(browser, ledger, ACCESS_TOKEN, access, "audience", "notes"));
        String forArchive = token(exchange(browser, notes, ACCESS_TOKEN, forNotes, "audience", "archive"));
        String family = claims(access).getStringClaim("fam");
        assertNotNull(family);
        assertEquals(family, claims(forNotes).getStringClaim("fam"));
        assertEquals(family, claims(forArchive).getStringClaim("fam"));
        assertTrue(notes.introspect(browser, forNotes).getBoolean("active"));
        assertTrue(archive.introspect(browser, forArchive).getBoolean("active"));
        ledger.call(browser, ledger.issuer + "/revoke", Map.of("token", tokens.getString("refresh_token")));
        for (TestBroker node : List.of(house.broker, house.other)) {
            Browser here = node.through(browser);
            assertFalse(notes.introspect(here, forNotes).getBoolean("active"));
            assertFalse(archive.introspect(here, forArchive).getBoolean("active"));
            assertTrue(here.get(ledger.issuer + "/revocations").body().contains(family));
        }
    }

    @Test
    @DisplayName("E10: a consent taken back reaches what another application got with the third party's token")
    void consentReachesDelegates() throws Exception {
        house.be("uma", "staff");
        // The two answer at one address, as an application and its helper do; the third party's token is one for the
        // ledger's API.
        AdminCaller.Answer shared = house.operator.put(
                "/tenants/acme/applications/" + guest.clientId,
                new JsonObject().put("audience", "https://ledger.example/t/acme"));
        assertTrue(shared.status() < 300, shared.body());
        try {
            JsonObject tokens = allowed(browser);
            Relying ledger = house.app("acme", "ledger");
            Browser.Answer got =
                    exchange(browser, ledger, ACCESS_TOKEN, tokens.getString("access_token"), "audience", "notes");
            Relying notes = house.app("acme", "notes");
            assertTrue(notes.introspect(browser, token(got)).getBoolean("active"));
            String user = claims(token(got)).getSubject();
            house.operator
                    .delete("/tenants/acme/users/" + user + "/consents/" + guest.clientId)
                    .expect(204);
            assertFalse(notes.introspect(browser, token(got)).getBoolean("active"));
        } finally {
            house.broker.enable(house.acme, guest.clientId);
        }
    }
}
