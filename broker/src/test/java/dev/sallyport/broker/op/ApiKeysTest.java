package dev.sallyport.broker.op;

import static dev.sallyport.broker.op.ExchangeHouse.API_KEY;
import static dev.sallyport.broker.op.ExchangeHouse.claims;
import static dev.sallyport.broker.op.ExchangeHouse.error;
import static dev.sallyport.broker.op.ExchangeHouse.exchange;
import static dev.sallyport.broker.op.ExchangeHouse.key;
import static dev.sallyport.broker.op.ExchangeHouse.token;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.broker.outside.Together;
import dev.sallyport.tenant.UserId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A person's own API keys, from making to the end. */
class ApiKeysTest {
    private static final JsonObject REASON = new JsonObject().put("reason", "test");

    private static ExchangeHouse house;
    private static Relying ledger;

    private final Browser browser = new Browser();

    @BeforeAll
    static void open() {
        house = new ExchangeHouse();
        ledger = house.app("acme", "ledger");
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private String signIn(String name, String... groups) {
        browser.forget();
        house.be(name, groups);
        return ledger.tokens(browser).getString("access_token");
    }

    private Browser.Answer make(String token, JsonObject body) {
        return browser.json("POST", ledger.issuer + "/api-keys", body, "Authorization", "Bearer " + token);
    }

    private Browser.Answer patch(String token, String id, JsonObject body) {
        return browser.json("PATCH", ledger.issuer + "/api-keys/" + id, body, "Authorization", "Bearer " + token);
    }

    private static JsonObject named() {
        return new JsonObject().put("name", "ci");
    }

    @Test
    @DisplayName("RFC 9470: making a key needs a recent sign-in, unless the operator trusts the application with keys")
    void stepUp() {
        house.idp.claims = body -> body.put("auth_time", Instant.now().getEpochSecond() - 16 * 60);
        try {
            String old = signIn("old", "staff");
            Browser.Answer refused = make(old, named());
            assertEquals(401, refused.status());
            assertEquals("insufficient_user_authentication", refused.json().getString("error"));
            String challenge = refused.headers().get("WWW-Authenticate");
            assertTrue(challenge.contains("error=\"insufficient_user_authentication\""), challenge);
            assertTrue(challenge.contains("max_age=\"900\""), challenge);
            assertEquals(
                    200,
                    browser.get(ledger.issuer + "/api-keys", "Authorization", "Bearer " + old)
                            .status());
            house.operator
                    .patch("/applications/plain", new JsonObject().put("manages_api_keys", true))
                    .expect(200);
            String trusted = house.app("acme", "plain").tokens(new Browser()).getString("access_token");
            assertEquals(201, make(trusted, named()).status());
        } finally {
            house.idp.claims = body -> {};
            house.operator
                    .patch("/applications/plain", new JsonObject().put("manages_api_keys", false))
                    .expect(200);
        }
    }

    @Test
    @DisplayName("B08: a third-party application's token has nothing to do with keys")
    void thirdParty() {
        house.be("thea", "staff");
        String token = house.app("acme", "archive").tokens(browser).getString("access_token");
        assertEquals(201, make(token, named()).status());
        house.operator
                .patch("/applications/archive", new JsonObject().put("third_party", true))
                .expect(200);
        house.rows.change(
                "INSERT INTO consents (tenant_id, user_id, client_id, scopes) SELECT tenant_id, id, 'archive', '{openid}'"
                        + " FROM users WHERE id = '" + claims(token).getSubject() + "'");
        try {
            assertEquals(403, make(token, named()).status());
            assertEquals(
                    403,
                    browser.get(ledger.issuer + "/api-keys", "Authorization", "Bearer " + token)
                            .status());
        } finally {
            house.operator
                    .patch("/applications/archive", new JsonObject().put("third_party", false))
                    .expect(200);
        }
    }

    @Test
    void aKeyEndsByItselfAndHasAMaximum() {
        String token = signIn("max", "staff");
        Instant end = Instant.parse(make(token, named()).json().getString("expires_at"));
        assertTrue(
                Duration.between(Instant.now().plus(Duration.ofDays(90)), end)
                                .abs()
                                .toSeconds()
                        < 60,
                end.toString());
        for (Object wrong : List.of(59, 366 * 86_400 + 1, "600", 1.5, -1)) {
            Browser.Answer answer = make(token, named().put("expires_in", wrong));
            assertEquals(400, answer.status(), wrong.toString());
            assertTrue(answer.json().getString("error_description").startsWith("expires_in"), answer.body());
        }
        for (JsonObject wrong : List.of(
                new JsonObject(),
                named().put("name", " "),
                named().put("name", "a\u0000b"),
                named().put("name", "x".repeat(201)),
                named().put("scopes", new JsonArray()),
                named().put("scopes", "reports:read"),
                named().put("scopes", new JsonArray().add(1)),
                named().put("user", "somebody"))) {
            assertEquals(400, make(token, wrong).status(), wrong.encode());
        }
        JsonObject short60 = make(token, named().put("expires_in", 60)).json();
        house.rows.change("UPDATE api_keys SET expires_at = now() WHERE id = '" + short60.getString("id") + "'");
        assertFalse(ledger.introspect(browser, short60.getString("key")).getBoolean("active"));
        assertEquals("invalid_grant", error(exchange(browser, ledger, API_KEY, short60.getString("key"))));
    }

    @Test
    @DisplayName("B08: scopes are held when the key is made, and held again whenever it is used")
    void scopes() {
        String token = signIn("sue", "writers");
        Browser.Answer beyond = make(token, named().put("scopes", new JsonArray().add("tenant:admin")));
        assertEquals(403, beyond.status());
        assertEquals("insufficient_scope", beyond.json().getString("error"));
        String key =
                key(browser, ledger, token, "reports:read", "reports:write").getString("key");
        assertEquals(
                new JsonArray().add("reports:read").add("reports:write"),
                ledger.introspect(browser, key).getJsonArray("permissions"));
        signIn("sue", "staff");
        assertEquals(
                new JsonArray().add("reports:read"),
                ledger.introspect(browser, key).getJsonArray("permissions"));
        assertEquals(
                403,
                make(token, named().put("scopes", new JsonArray().add("reports:write")))
                        .status(),
                "the token is older than the loss");
    }

    @Test
    void atMostFiftyLiveKeysEvenWhenManyAreMadeAtOnce() {
        String token = signIn("many", "staff");
        for (int i = 0; i < 48; i++) {
            assertEquals(201, make(token, named()).status());
        }
        List<Browser.Answer> last = Together.run(8, i -> {
            TestBroker node = i % 2 == 0 ? house.broker : house.other;
            return node.through(new Browser())
                    .json("POST", ledger.issuer + "/api-keys", named(), "Authorization", "Bearer " + token);
        });
        assertEquals(2, last.stream().filter(a -> a.status() == 201).count(), last.toString());
        assertEquals(6, last.stream().filter(a -> a.status() == 409).count(), last.toString());
        String one = browser.get(ledger.issuer + "/api-keys", "Authorization", "Bearer " + token)
                .json()
                .getJsonArray("items")
                .getJsonObject(0)
                .getString("id");
        assertEquals(
                204,
                browser.json("DELETE", ledger.issuer + "/api-keys/" + one, null, "Authorization", "Bearer " + token)
                        .status());
        assertEquals(201, make(token, named()).status());
    }

    @Test
    @DisplayName("B08: a key is narrowed and never widened; another person's key is not there")
    void narrowing() {
        String token = signIn("nina", "writers");
        JsonObject key = key(browser, ledger, token);
        String id = key.getString("id");
        JsonObject limited = patch(
                        token,
                        id,
                        new JsonObject()
                                .put("name", "smaller")
                                .put("scopes", new JsonArray().add("reports:read"))
                                .put("expires_in", 3_600))
                .json();
        assertEquals("smaller", limited.getString("name"));
        assertEquals(new JsonArray().add("reports:read"), limited.getJsonArray("scopes"));
        assertTrue(Instant.parse(limited.getString("expires_at"))
                .isBefore(Instant.now().plusSeconds(3_700)));
        for (JsonObject wrong : List.of(
                new JsonObject()
                        .put("scopes", new JsonArray().add("reports:read").add("reports:write")),
                new JsonObject().put("scopes", new JsonArray()),
                new JsonObject().put("expires_in", 7_200),
                new JsonObject())) {
            assertEquals(400, patch(token, id, wrong).status(), wrong.encode());
        }
        assertEquals(
                403,
                patch(
                                token,
                                key(browser, ledger, token).getString("id"),
                                new JsonObject().put("scopes", new JsonArray().add("tenant:admin")))
                        .status());
        String stranger = signIn("stan", "writers");
        assertEquals(404, patch(stranger, id, named()).status());
        assertEquals(404, patch(token, "no-id", named()).status());
        assertEquals(
                404,
                browser.json("DELETE", ledger.issuer + "/api-keys/" + id, null, "Authorization", "Bearer " + stranger)
                        .status());
        assertTrue(ledger.introspect(browser, key.getString("key")).getBoolean("active"));
    }

    @Test
    @DisplayName("B12, E05: a key dies with its owner by every channel, on both nodes, and nothing revives it")
    void everyChannel() {
        String push = house.operator
                .post("/tenants/acme/scim-tokens", null)
                .expect(201)
                .text("token");
        Map<String, Consumer<UUID>> channels = new LinkedHashMap<>();
        channels.put("admin.suspend", user -> house.operator
                .post("/tenants/acme/users/" + user + "/suspend", REASON)
                .expect(200));
        channels.put("admin.offboard", user -> house.operator
                .post("/tenants/acme/users/" + user + "/offboard", REASON)
                .expect(200));
        channels.put("sync", user -> house.broker.vanish(house.acme, new UserId(user)));
        channels.put("scim.inactive", user -> {
            String at = pushed(push, "scim.inactive");
            JsonObject off = new JsonObject()
                    .put("schemas", new JsonArray().add("urn:ietf:params:scim:api:messages:2.0:PatchOp"))
                    .put(
                            "Operations",
                            new JsonArray()
                                    .add(new JsonObject()
                                            .put("op", "replace")
                                            .put("path", "active")
                                            .put("value", false)));
            Browser.Answer done = browser.json("PATCH", at, off, "Authorization", "Bearer " + push);
            assertEquals(2, done.status() / 100, done.toString());
        });
        channels.put("scim.deleted", user -> {
            Browser.Answer done =
                    browser.json("DELETE", pushed(push, "scim.deleted"), null, "Authorization", "Bearer " + push);
            assertEquals(204, done.status(), done.toString());
        });
        channels.forEach((name, channel) -> {
            String access = signIn(name, "staff");
            String key = key(browser, ledger, access).getString("key");
            String exchanged = token(exchange(browser, ledger, API_KEY, key));
            UUID user = UUID.fromString(claims(access).getSubject());
            channel.accept(user);
            dead(name, key, exchanged);
            if (house.broker.reopen(house.acme, new UserId(user))) {
                dead(name + ", let in again", key, exchanged);
            }
        });
    }

    private String pushed(String push, String name) {
        Browser.Answer made = browser.json(
                "POST",
                ledger.issuer + "/scim/v2/Users",
                new JsonObject()
                        .put("schemas", new JsonArray().add("urn:ietf:params:scim:schemas:core:2.0:User"))
                        .put("userName", name + "@example.com")
                        .put("active", true),
                "Authorization",
                "Bearer " + push);
        assertEquals(201, made.status(), made.toString());
        return ledger.issuer + "/scim/v2/Users/" + made.json().getString("id");
    }

    private void dead(String when, String key, String exchanged) {
        for (TestBroker node : List.of(house.broker, house.other)) {
            Browser here = node.through(browser);
            assertEquals("{\"active\":false}", ledger.introspect(here, key).encode(), when);
            assertEquals(
                    "{\"active\":false}", ledger.introspect(here, exchanged).encode(), when);
            assertEquals("invalid_grant", error(exchange(here, ledger, API_KEY, key)), when);
        }
    }

    @Test
    @DisplayName("B11, B12: keys of a suspended tenant are dead, and stay so when it is live again")
    void suspendedTenant() {
        String ended = "SELECT count(*) FROM api_keys WHERE end_cause = 'tenant.suspended'";
        assertEquals(0, house.rows.number(ended));
        Relying there = house.app("globex", "ledger");
        house.be("greg", "staff");
        String access = there.tokens(browser).getString("access_token");
        String key = key(browser, there, access).getString("key");
        String exchanged = token(exchange(browser, there, API_KEY, key));
        for (String status : List.of("suspended", "active")) {
            house.operator
                    .patch("/tenants/globex", new JsonObject().put("status", status))
                    .expect(200);
            assertEquals("{\"active\":false}", there.introspect(browser, key).encode(), status);
            assertEquals(
                    "{\"active\":false}", there.introspect(browser, exchanged).encode(), status);
            assertEquals("invalid_grant", error(exchange(browser, there, API_KEY, key)), status);
        }
        assertEquals(1, house.rows.number(ended));
    }

    @Test
    void theLastUseIsWrittenLaterOnceAMinuteAndNeverForAnEndedKey() {
        String access = signIn("una", "staff");
        JsonObject used = key(browser, ledger, access);
        JsonObject ended = key(browser, ledger, access);
        for (int i = 0; i < 5; i++) {
            ledger.introspect(browser, used.getString("key"));
            exchange(browser, ledger, API_KEY, used.getString("key"));
        }
        ledger.introspect(browser, ended.getString("key"));
        browser.json(
                "DELETE",
                ledger.issuer + "/api-keys/" + ended.getString("id"),
                null,
                "Authorization",
                "Bearer " + access);
        assertNull(lastUse(used));
        house.broker.flushKeyUses();
        String first = lastUse(used);
        assertTrue(Duration.between(Instant.parse(first), Instant.now()).abs().toSeconds() < 30, first);
        assertEquals(
                0,
                house.rows.number(
                        "SELECT count(last_used_at) FROM api_keys WHERE id = '" + ended.getString("id") + "'"));
        ledger.introspect(browser, used.getString("key"));
        house.broker.flushKeyUses();
        assertEquals(first, lastUse(used), "within a minute it is not written again");
        house.rows.change("UPDATE api_keys SET last_used_at = now() - interval '2 minutes' WHERE id = '"
                + used.getString("id") + "'");
        ledger.introspect(house.other.through(browser), used.getString("key"));
        house.other.flushKeyUses();
        assertTrue(Duration.between(Instant.parse(lastUse(used)), Instant.now())
                        .abs()
                        .toSeconds()
                < 30);
    }

    private String lastUse(JsonObject key) {
        return house.operator
                .get("/tenants/acme/api-keys/" + key.getString("id"))
                .expect(200)
                .text("last_used_at");
    }
}
