package dev.sallyport.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.admin.AdminCaller.Answer;
import dev.sallyport.broker.outside.Browser;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an admin can make of a connection, and what not. */
class ConnectionAdminTest {
    private static final String LIST = "/tenants/acme/connections";

    private static AdminHouse house;
    private static AdminCaller operator;

    @BeforeAll
    static void open() {
        house = AdminHouse.open();
        operator = house.operator;
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static JsonObject wanted() {
        return new JsonObject()
                .put("name", "Wanted")
                .put("protocol", "oidc")
                .put("issuer", house.idp.issuer())
                .put("client_id", "wanted")
                .put("client_secret", "canary-secret");
    }

    private static String made(JsonObject body) {
        return LIST + "/" + operator.post(LIST, body).expect(201).text("id");
    }

    @Test
    @DisplayName(
            "A04: there is no way to have tokens believed without a signature, or with one that the client secret can make")
    void signaturesCannotBeSwitchedOff() {
        String path = made(wanted());
        String before = operator.get(path).expect(200).body();
        for (JsonArray algorithms : new JsonArray[] {
            new JsonArray(),
            new JsonArray().add("none"),
            new JsonArray().add("None"),
            new JsonArray().add("HS256"),
            new JsonArray().add("ES256").add("HS512"),
            new JsonArray().add("RS1"),
            new JsonArray().add("")
        }) {
            Answer answer = operator.patch(path, new JsonObject().put("algorithms", algorithms));
            assertTrue(answer.status() == 400 || answer.status() == 422, algorithms + ": " + answer.body());
            Answer create = operator.post(LIST, wanted().put("algorithms", algorithms));
            assertTrue(create.status() == 400 || create.status() == 422, algorithms + ": " + create.body());
        }
        for (String name : new String[] {"verify_signature", "validate_signature", "skip_issuer_check", "jwks"}) {
            operator.patch(path, new JsonObject().put(name, false)).expect(400);
        }
        assertEquals(before, operator.get(path).body());
    }

    @Test
    @DisplayName("A02: what keys the people of a connection is chosen before it goes live; then 409, naming the field")
    void subject() {
        String path = made(wanted().put("provider", "entra"));
        assertEquals(
                "oid+tid",
                operator.get(path).json().getJsonObject("claims").getString("subject"),
                "what is usual for the product");
        JsonObject bySub = new JsonObject().put("claims", new JsonObject().put("subject", "sub"));
        operator.patch(path, bySub).expect(200);
        Answer mutable = operator.patch(path, new JsonObject().put("claims", new JsonObject().put("subject", "email")))
                .expect(422);
        assertEquals("#/claims/subject", pointer(mutable));
        operator.patch(path, new JsonObject().put("status", "active")).expect(200);
        Answer fixed = operator.patch(path, new JsonObject().put("claims", new JsonObject().put("subject", "oid+tid")))
                .expect(409);
        assertEquals("#/claims/subject", pointer(fixed));
        assertTrue(fixed.text("detail").contains("claims.subject"), fixed.body());
        operator.patch(path, bySub.put("name", "Renamed")).expect(200);
    }

    private static String pointer(Answer answer) {
        return answer.json().getJsonArray("errors").getJsonObject(0).getString("pointer");
    }

    @Test
    @DisplayName(
            "H01, B13: a connection has keys of its own, which are replaced and withdrawn; no private part is ever shown")
    void keys() {
        String path = made(wanted().put("token_endpoint_auth_method", "private_key_jwt"));
        JsonObject connection = operator.get(path).json();
        assertFalse(connection.getBoolean("secret_set"), "a secret that came along is not kept");
        Browser.Answer open = new Browser().get(connection.getString("jwks_uri"));
        assertEquals(200, open.status());
        assertEquals(1, open.json().getJsonArray("keys").size());
        String first = open.json().getJsonArray("keys").getJsonObject(0).getString("kid");
        assertEquals(409, operator.delete(path + "/keys/" + first).status(), "the only key");
        Answer second = operator.post(path + "/keys/rotate", new JsonObject().put("activate_in_seconds", 3600))
                .expect(200);
        assertEquals("published", second.text("state"));
        operator.post(path + "/keys/rotate", null).expect(409);
        Answer both = operator.get(path + "/keys").expect(200);
        assertEquals(2, both.items().size());
        assertFalse(both.body().contains("\"d\""), both.body());
        operator.delete(path + "/keys/" + first).expect(204);
        operator.delete(path + "/keys/" + first).expect(404);
        JsonObject left = operator.get(path + "/keys").items().getJsonObject(0);
        assertEquals(second.text("kid"), left.getString("kid"));
        assertEquals("active", left.getString("state"), "the successor signs at once");
        String third = operator.post(path + "/keys/rotate", new JsonObject().put("activate_in_seconds", 86_400))
                .expect(200)
                .text("kid");
        operator.delete(path + "/keys/" + third).expect(204);
        left = operator.get(path + "/keys").items().getJsonObject(0);
        assertEquals("active", left.getString("state"), "the one that signs goes on");
        assertNull(left.getString("retire_at"), "and stays");
        assertTrue(new Rows(house.broker)
                        .number(
                                "SELECT count(*) FROM audit_events WHERE action IN ('connection_key.made', 'connection_key.withdrawn')")
                >= 5);
        String bySecret = made(wanted());
        assertEquals(0, operator.get(bySecret + "/keys").expect(200).items().size());
        operator.post(bySecret + "/keys/rotate", null).expect(409);
        assertNull(operator.get(bySecret).text("jwks_uri"));
    }

    @Test
    @DisplayName("B13: a connection says where its secret goes, never the secret")
    void place() {
        Answer made = operator.post(LIST, wanted()).expect(201);
        assertEquals(house.idp.issuer() + "/token", made.text("token_endpoint"));
        assertFalse(made.body().contains("canary"));
        Answer test =
                operator.post(LIST + "/" + made.text("id") + "/test", null).expect(200);
        assertTrue(test.json().getBoolean("ok"), test.body());
        assertFalse(test.body().contains("canary"));
        assertTrue(test.body().contains("\"secret\""));
    }
}
