package dev.sallyport.broker.op;

import static dev.sallyport.broker.op.ExchangeHouse.ACCESS_TOKEN;
import static dev.sallyport.broker.op.ExchangeHouse.API_KEY;
import static dev.sallyport.broker.op.ExchangeHouse.EXCHANGE;
import static dev.sallyport.broker.op.ExchangeHouse.claims;
import static dev.sallyport.broker.op.ExchangeHouse.error;
import static dev.sallyport.broker.op.ExchangeHouse.exchange;
import static dev.sallyport.broker.op.ExchangeHouse.key;
import static dev.sallyport.broker.op.ExchangeHouse.token;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.broker.TestBroker;
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

/** Token exchange (RFC 8693) as applications see it. */
class TokenExchangeTest {
    private static ExchangeHouse house;
    private static Relying ledger;
    private static Relying notes;
    private static Relying archive;
    private static Relying plain;

    private final Browser browser = new Browser();

    @BeforeAll
    static void open() {
        house = new ExchangeHouse();
        ledger = house.app("acme", "ledger");
        notes = house.app("acme", "notes");
        archive = house.app("acme", "archive");
        plain = house.app("acme", "plain");
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static List<String> permissions(String token) throws Exception {
        return claims(token).getStringListClaim("permissions");
    }

    @Test
    @DisplayName("D09: token exchange is off until the operator says what an application may exchange")
    void offByDefault() {
        house.be("olga", "staff");
        String access = plain.tokens(browser).getString("access_token");
        String key = key(browser, plain, access).getString("key");
        assertEquals("unauthorized_client", error(exchange(browser, plain, API_KEY, key)));
        assertEquals("unauthorized_client", error(exchange(browser, plain, ACCESS_TOKEN, access, "audience", "notes")));
        assertEquals("unauthorized_client", error(exchange(browser, notes, API_KEY, key)), "only on behalf of");
        JsonObject asItIs =
                house.operator.get("/applications/plain").expect(200).json();
        assertEquals(
                new JsonObject().put("api_keys", false).put("on_behalf_of", new JsonArray()),
                asItIs.getJsonObject("token_exchange"));
        assertFalse(asItIs.getBoolean("manages_api_keys"));
        assertFalse(asItIs.getJsonArray("grant_types").contains(EXCHANGE));
        assertTrue(house.operator
                .get("/applications/ledger")
                .json()
                .getJsonArray("grant_types")
                .contains(EXCHANGE));
        assertTrue(browser.get(plain.issuer + "/.well-known/openid-configuration")
                .json()
                .getJsonArray("grant_types_supported")
                .contains(EXCHANGE));
    }

    @Test
    @DisplayName("B08, E11: an API key becomes a short access token of its owner, for what owner and key may both do")
    void apiKey() throws Exception {
        house.be("kay", "writers");
        String access = ledger.tokens(browser).getString("access_token");
        JsonObject key = key(browser, ledger, access, "reports:read");
        Browser.Answer answer = exchange(browser, ledger, API_KEY, key.getString("key"));
        assertEquals(ACCESS_TOKEN, answer.json().getString("issued_token_type"));
        assertEquals("Bearer", answer.json().getString("token_type"));
        assertEquals(300, answer.json().getInteger("expires_in"));
        assertNull(answer.json().getString("refresh_token"));
        assertEquals("no-store", answer.headers().get("Cache-Control"));
        JWTClaimsSet claims = claims(token(answer));
        assertEquals(claims(access).getSubject(), claims.getSubject());
        assertEquals(List.of("https://ledger.example/t/acme"), claims.getAudience());
        assertEquals("ledger", claims.getStringClaim("client_id"));
        assertEquals(List.of("reports:read"), claims.getStringListClaim("permissions"));
        assertEquals(List.of(), claims.getStringListClaim("roles"), "the role writer gives more than the key");
        assertEquals(key.getString("id"), claims.getStringClaim("api_key_id"));
        assertEquals("0", claims.getStringClaim("acr"));
        assertNull(claims.getClaim("sid"));
        assertNull(claims.getClaim("auth_time"));
        assertNull(claims.getClaim("act"));
        assertTrue(ledger.introspect(browser, token(answer)).getBoolean("active"));
        assertEquals(
                "{\"active\":false}", notes.introspect(browser, token(answer)).encode());
        assertEquals(
                403,
                browser.get(ledger.issuer + "/userinfo", "Authorization", "Bearer " + token(answer))
                        .status());
        String all = token(
                exchange(browser, ledger, API_KEY, key(browser, ledger, access).getString("key")));
        assertEquals(List.of("reports:read", "reports:write"), permissions(all));
        assertEquals(List.of("writer"), claims(all).getStringListClaim("roles"));
        String forNotes = token(
                exchange(browser, ledger, API_KEY, key.getString("key"), "resource", "https://notes.example/t/acme"));
        assertEquals(Map.of("sub", "client:ledger"), claims(forNotes).getJSONObjectClaim("act"));
        assertTrue(notes.introspect(browser, forNotes).getBoolean("active"));
    }

    @Test
    @DisplayName("B12, E05: with the key its access tokens are refused, here at once and by the feed")
    void keyEnds() {
        house.be("ken", "writers");
        String access = ledger.tokens(browser).getString("access_token");
        JsonObject narrowed = key(browser, ledger, access);
        JsonObject ended = key(browser, ledger, access);
        String fromNarrowed = token(exchange(browser, ledger, API_KEY, narrowed.getString("key")));
        String fromEnded = token(exchange(browser, ledger, API_KEY, ended.getString("key")));
        assertEquals(
                200,
                browser.json(
                                "PATCH",
                                ledger.issuer + "/api-keys/" + narrowed.getString("id"),
                                new JsonObject().put("scopes", new JsonArray().add("reports:read")),
                                "Authorization",
                                "Bearer " + access)
                        .status());
        assertEquals(
                204,
                browser.json(
                                "DELETE",
                                ledger.issuer + "/api-keys/" + ended.getString("id"),
                                null,
                                "Authorization",
                                "Bearer " + access)
                        .status());
        for (TestBroker node : List.of(house.broker, house.other)) {
            Browser here = node.through(browser);
            assertFalse(ledger.introspect(here, fromNarrowed).getBoolean("active"));
            assertFalse(ledger.introspect(here, fromEnded).getBoolean("active"));
            assertEquals("invalid_grant", error(exchange(here, ledger, API_KEY, ended.getString("key"))));
        }
        String feed = browser.get(ledger.issuer + "/revocations").body();
        for (JsonObject key : List.of(narrowed, ended)) {
            assertTrue(feed.contains("{\"kind\":\"api_key\",\"value\":\"" + key.getString("id") + "\""), feed);
        }
        assertEquals(
                200,
                exchange(browser, ledger, API_KEY, narrowed.getString("key")).status());
    }

    @Test
    @DisplayName("B02: a key or token of one tenant is nothing in another, and is not used up by the attempt")
    void otherTenant() {
        house.be("tess", "staff");
        String access = ledger.tokens(browser).getString("access_token");
        String key = key(browser, ledger, access).getString("key");
        Relying atGlobex = house.app("globex", "ledger");
        assertEquals("invalid_grant", error(exchange(browser, atGlobex, API_KEY, key)));
        assertEquals("{\"active\":false}", atGlobex.introspect(browser, key).encode());
        assertEquals("invalid_request", error(exchange(browser, atGlobex, ACCESS_TOKEN, access, "audience", "notes")));
        assertEquals(
                "invalid_target",
                error(exchange(browser, ledger, ACCESS_TOKEN, access, "resource", "https://notes.example/t/globex")));
        String exchanged = token(exchange(browser, ledger, API_KEY, key));
        assertEquals(
                "{\"active\":false}", atGlobex.introspect(browser, exchanged).encode());
        assertEquals(
                200,
                exchange(browser, ledger, ACCESS_TOKEN, access, "audience", "notes")
                        .status());
    }

    @Test
    @DisplayName(
            "E11: on somebody's behalf means: their token, for another application, saying who acts, on the same session")
    void onBehalfOf() throws Exception {
        house.be("bea", "writers");
        JsonObject tokens = ledger.tokens(browser);
        JWTClaimsSet before = claims(tokens.getString("access_token"));
        String first =
                token(exchange(browser, ledger, ACCESS_TOKEN, tokens.getString("access_token"), "audience", "notes"));
        JWTClaimsSet claims = claims(first);
        assertEquals(before.getSubject(), claims.getSubject());
        assertEquals(List.of("https://notes.example/t/acme"), claims.getAudience());
        assertEquals("ledger", claims.getStringClaim("client_id"));
        assertEquals(Map.of("sub", "client:ledger"), claims.getJSONObjectClaim("act"));
        for (String same : List.of("sid", "auth_time", "acr", "amr", "scope", "permissions", "roles", "tenant")) {
            assertEquals(before.getClaim(same), claims.getClaim(same), same);
        }
        assertFalse(claims.getExpirationTime()
                .toInstant()
                .isAfter(before.getExpirationTime().toInstant()));
        assertNotEquals(before.getJWTID(), claims.getJWTID());
        assertTrue(notes.introspect(browser, first).getBoolean("active"));
        assertEquals("{\"active\":false}", ledger.introspect(browser, first).encode());

        String second =
                token(exchange(browser, notes, ACCESS_TOKEN, first, "resource", "https://archive.example/t/acme"));
        assertEquals(
                Map.of("sub", "client:notes", "act", Map.of("sub", "client:ledger")),
                claims(second).getJSONObjectClaim("act"));
        assertTrue(archive.introspect(browser, second).getBoolean("active"));
        assertEquals(
                1,
                house.rows.number(
                        "SELECT count(*) FROM audit_events WHERE action = 'session.delegated' AND subject = 'session:"
                                + before.getStringClaim("sid") + "' AND actor = 'application:ledger'"));
        exchange(browser, ledger, ACCESS_TOKEN, tokens.getString("access_token"), "audience", "notes");
        assertEquals(
                2,
                house.rows.number(
                        "SELECT count(*) FROM audit_events WHERE action = 'session.delegated' AND subject = 'session:"
                                + before.getStringClaim("sid") + "'"),
                "once for each application that comes into the session");
    }

    @Test
    void theTargetMustBeAllowedAndEnabledAndAnother() {
        house.be("tim", "staff");
        String access = ledger.tokens(browser).getString("access_token");
        for (String[] target : new String[][] {
            {"audience", "archive"},
            {"audience", "far"},
            {"audience", "ledger"},
            {"audience", "nobody"},
            {"resource", "https://notes.example"},
            {"resource", "https://archive.example/t/acme"},
            {"resource", "https://notes.example/t/acme", "audience", "ledger"},
            {}
        }) {
            assertEquals(
                    "invalid_target",
                    error(exchange(browser, ledger, ACCESS_TOKEN, access, target)),
                    String.join(" ", target));
        }
        assertEquals(
                200,
                exchange(
                                browser,
                                ledger,
                                ACCESS_TOKEN,
                                access,
                                "resource",
                                "https://notes.example/t/acme",
                                "audience",
                                "notes")
                        .status());
    }

    @Test
    @DisplayName("A08: what is no person's access token for this very client is no subject")
    void wrongSubjects() {
        house.be("wes", "staff");
        JsonObject tokens = ledger.tokens(browser);
        String access = tokens.getString("access_token");
        String own = ledger.token(browser, Map.of("grant_type", "client_credentials"))
                .json()
                .getString("access_token");
        String forNotes = token(exchange(browser, ledger, ACCESS_TOKEN, access, "audience", "notes"));
        for (String wrong : List.of(
                tokens.getString("id_token"),
                tokens.getString("refresh_token"),
                own,
                forNotes,
                key(browser, ledger, access).getString("key"),
                "a.b.c",
                "x".repeat(8_000),
                access.substring(0, access.length() - 4) + "AAAA")) {
            assertEquals(
                    "invalid_request",
                    error(exchange(browser, ledger, ACCESS_TOKEN, wrong, "audience", "notes")),
                    wrong);
        }
        assertEquals("invalid_request", error(exchange(browser, ledger, API_KEY, access)));
        assertEquals("invalid_grant", error(exchange(browser, ledger, API_KEY, "spk_unknown")));
        assertEquals("invalid_grant", error(exchange(browser, ledger, API_KEY, "spk_" + "x".repeat(8_000))));
        for (String[] wrong : new String[][] {
            {"subject_token_type", "urn:ietf:params:oauth:token-type:id_token"},
            {"subject_token_type", "urn:ietf:params:oauth:token-type:jwt"},
            {"subject_token_type", null},
            {"subject_token", null},
            {"requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token"},
            {"actor_token", own},
            {"actor_token_type", ACCESS_TOKEN}
        }) {
            assertEquals(
                    "invalid_request",
                    error(exchange(browser, ledger, ACCESS_TOKEN, access, wrong[0], wrong[1], "audience", "notes")),
                    wrong[0]);
        }
        assertEquals(
                200,
                exchange(
                                browser,
                                ledger,
                                ACCESS_TOKEN,
                                access,
                                "requested_token_type",
                                ACCESS_TOKEN,
                                "audience",
                                "notes")
                        .status());
    }

    @Test
    @DisplayName("B08: scope narrows and never widens, over every step of a chain")
    void scope() throws Exception {
        house.be("sam", "writers");
        String access = ledger.tokens(browser, "scope", "openid email").getString("access_token");
        String narrow = token(
                exchange(browser, ledger, ACCESS_TOKEN, access, "audience", "notes", "scope", "email reports:read"));
        assertEquals("email reports:read", claims(narrow).getStringClaim("scope"));
        assertEquals(List.of("reports:read"), permissions(narrow));
        assertEquals(List.of(), claims(narrow).getStringListClaim("roles"));
        for (String wider : List.of("profile", "tenant:admin", "offline_access", "openid nonsense")) {
            assertEquals(
                    "invalid_scope",
                    error(exchange(browser, ledger, ACCESS_TOKEN, access, "audience", "notes", "scope", wider)),
                    wider);
        }
        for (String wider : List.of("openid", "reports:write", "reports:read reports:write")) {
            assertEquals(
                    "invalid_scope",
                    error(exchange(browser, notes, ACCESS_TOKEN, narrow, "audience", "archive", "scope", wider)),
                    wider);
        }
        String far = token(exchange(browser, notes, ACCESS_TOKEN, narrow, "audience", "archive"));
        assertEquals(List.of("reports:read"), permissions(far));
        String key = key(browser, ledger, access, "reports:read").getString("key");
        assertEquals("invalid_scope", error(exchange(browser, ledger, API_KEY, key, "scope", "reports:write")));
        assertEquals("invalid_scope", error(exchange(browser, ledger, API_KEY, key, "scope", "openid")));
        assertEquals(
                List.of("reports:read"),
                permissions(token(exchange(browser, ledger, API_KEY, key, "scope", "reports:read"))));
    }

    @Test
    @DisplayName(
            "E05, E06: when the session ends, nothing can be exchanged, what was exchanged is dead, and the other application hears of it")
    void theSessionEnds() throws Exception {
        house.be("eve", "staff");
        JsonObject tokens = ledger.tokens(browser);
        String access = tokens.getString("access_token");
        String forNotes = token(exchange(browser, ledger, ACCESS_TOKEN, access, "audience", "notes"));
        browser.get(ledger.issuer + "/logout?id_token_hint=" + tokens.getString("id_token"));
        for (TestBroker node : List.of(house.broker, house.other)) {
            Browser here = node.through(browser);
            assertEquals("invalid_grant", error(exchange(here, ledger, ACCESS_TOKEN, access, "audience", "notes")));
            assertEquals("invalid_grant", error(exchange(here, notes, ACCESS_TOKEN, forNotes, "audience", "archive")));
            assertEquals("{\"active\":false}", notes.introspect(here, forNotes).encode());
        }
        assertEquals(
                1,
                house.rows.number("SELECT count(*) FROM outbox WHERE client_id = 'notes' AND session_id = '"
                        + claims(access).getStringClaim("sid") + "'"));
    }

    @Test
    @DisplayName("E05: a revoked token is exchanged for nothing, and a disabled application's tokens are nobody's")
    void revokedAndDisabled() {
        house.be("rob", "staff");
        String access = ledger.tokens(browser).getString("access_token");
        String forNotes = token(exchange(browser, ledger, ACCESS_TOKEN, access, "audience", "notes"));
        String forArchive = token(exchange(browser, notes, ACCESS_TOKEN, forNotes, "audience", "archive"));
        ledger.call(browser, ledger.issuer + "/revoke", Map.of("token", access));
        assertEquals("invalid_grant", error(exchange(browser, ledger, ACCESS_TOKEN, access, "audience", "notes")));
        house.operator.delete("/tenants/acme/applications/archive").expect(204);
        assertEquals(
                401,
                browser.get(archive.issuer + "/userinfo", "Authorization", "Bearer " + forArchive)
                        .status());
        house.operator
                .put("/tenants/acme/applications/archive", new JsonObject())
                .expect(201);
    }

    @Test
    @DisplayName(
            "B08: a token that came from a key or on somebody's behalf makes no keys and administers nothing in their name")
    void derivedTokensAreNotThePerson() {
        house.be("ada", "admins", "staff");
        String access = ledger.tokens(browser).getString("access_token");
        JsonObject key = key(browser, ledger, access);
        String fromKey = token(exchange(browser, ledger, API_KEY, key.getString("key")));
        String delegated = token(exchange(browser, ledger, ACCESS_TOKEN, access, "audience", "notes"));
        house.be("uli", "staff");
        String uli =
                claims(ledger.tokens(new Browser()).getString("access_token")).getSubject();
        for (String derived : List.of(fromKey, delegated)) {
            assertEquals(
                    403,
                    browser.json(
                                    "POST",
                                    ledger.issuer + "/api-keys",
                                    new JsonObject().put("name", "immortal"),
                                    "Authorization",
                                    "Bearer " + derived)
                            .status());
            house.operator
                    .as(derived)
                    .post(
                            "/tenants/acme/api-keys",
                            new JsonObject()
                                    .put("user", uli)
                                    .put("name", "k")
                                    .put("scopes", new JsonArray().add("reports:read")))
                    .expect(403);
        }
        house.operator.as(fromKey).get("/tenants/acme/users").expect(200);
        house.operator.as(delegated).get("/tenants/acme/users").expect(403);
    }

    @Test
    void whatCannotBeEntrustedIsRefusedByField() {
        house.broker.publicApplication("page", "https://page.example/callback");
        JsonObject onBehalf = new JsonObject()
                .put("token_exchange", new JsonObject().put("on_behalf_of", new JsonArray().add("notes")));
        for (Map.Entry<String, JsonObject> wrong : Map.of(
                        "page",
                        onBehalf,
                        "notes",
                        onBehalf,
                        "plain",
                        new JsonObject()
                                .put(
                                        "token_exchange",
                                        new JsonObject().put("on_behalf_of", new JsonArray().add("nobody"))),
                        "archive",
                        new JsonObject().put("third_party", true).put("manages_api_keys", true))
                .entrySet()) {
            house.operator
                    .patch("/applications/" + wrong.getKey(), wrong.getValue())
                    .expect(422);
        }
        house.operator
                .patch("/applications/plain", new JsonObject().put("token_exchange", new JsonObject().put("all", true)))
                .expect(400);
    }

    @Test
    @DisplayName("RFC 9068 §5: the subject of an application's own token is never that of a person")
    void subjectsDoNotCollide() {
        house.be("cy", "staff");
        String sub = claims(ledger.tokens(browser).getString("access_token")).getSubject();
        String secret = house.broker.application(sub, "https://twin.example/callback", java.util.Optional.empty());
        house.broker.enable(house.acme, sub);
        Relying twin = new Relying(ledger.issuer, sub, secret, "https://twin.example/callback");
        String own = twin.token(browser, Map.of("grant_type", "client_credentials"))
                .json()
                .getString("access_token");
        assertNotEquals(sub, claims(own).getSubject());
        assertEquals("client:" + sub, claims(own).getSubject());
        assertEquals(
                403,
                browser.get(ledger.issuer + "/userinfo", "Authorization", "Bearer " + own)
                        .status());
        assertEquals(
                "invalid_scope",
                error(twin.token(browser, Map.of("grant_type", "client_credentials", "scope", "reports:read"))));
        assertEquals(
                "invalid_target",
                error(twin.token(browser, Map.of("grant_type", "client_credentials", "audience", "notes"))));
    }
}
