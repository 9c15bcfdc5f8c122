package dev.sallyport.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.admin.AdminCaller.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** All API keys of a tenant, as its admins and the operator see them. */
class ApiKeyEndpointsTest {
    private static final String KEYS = "/tenants/acme/api-keys";

    private static AdminHouse house;

    @BeforeAll
    static void open() {
        house = AdminHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static JsonObject wish(String user, String... scopes) {
        return new JsonObject()
                .put("user", user)
                .put("name", "nightly export")
                .put("scopes", new JsonArray(java.util.List.of(scopes)));
    }

    private static String person(String name, String... groups) {
        house.token("acme", name, groups);
        return house.user("acme", name);
    }

    @Test
    void anAdminMakesListsLimitsAndRevokesAKeyAndEachIsInTheAuditLogOnce() {
        AdminCaller admin = house.admin("acme", "boss");
        String user = person("paul", "staff");
        Answer made = admin.post(KEYS, wish(user, "reports:read"), "Idempotency-Key", "one")
                .expect(201);
        String id = made.text("id");
        assertTrue(made.text("key").startsWith("spk_"));
        assertEquals(user, made.text("user"));
        assertEquals("live", made.text("state"));
        assertTrue(made.text("created_by").startsWith("user:"));
        assertNull(admin.post(KEYS, wish(user, "reports:read"), "Idempotency-Key", "one")
                .expect(201)
                .text("key"));
        assertEquals(1, admin.get(KEYS + "?user=" + user).expect(200).items().size());
        assertEquals(
                0,
                admin.get(KEYS + "?state=ended&user=" + user)
                        .expect(200)
                        .items()
                        .size());
        assertFalse(admin.get(KEYS).expect(200).body().contains("spk_"));
        Answer limited = admin.patch(
                        KEYS + "/" + id, new JsonObject().put("expires_in", 60).put("name", "less"))
                .expect(200);
        assertEquals("less", limited.text("name"));
        assertTrue(
                Instant.parse(limited.text("expires_at")).isBefore(Instant.now().plusSeconds(90)));
        for (JsonObject wider : java.util.List.of(
                new JsonObject().put("expires_in", 600),
                new JsonObject()
                        .put("scopes", new JsonArray().add("reports:read").add("reports:write")))) {
            admin.patch(KEYS + "/" + id, wider).expect(422);
        }
        admin.delete(KEYS + "/" + id).expect(204);
        admin.delete(KEYS + "/" + id).expect(204);
        assertEquals("ended", admin.get(KEYS + "/" + id).expect(200).text("state"));
        assertEquals("admin", admin.get(KEYS + "/" + id).expect(200).text("end_cause"));
        admin.patch(KEYS + "/" + id, new JsonObject().put("name", "again")).expect(409);
        assertEquals(
                3,
                new Rows(house.broker)
                        .number("SELECT count(*) FROM audit_events WHERE subject = 'api_key:" + id + "'"));
    }

    @Test
    @DisplayName(
            "B08: what an admin gives by a key, both the admin and the person hold; nobody is given power over the tenant")
    void nobodyGivesWhatTheyDoNotHold() {
        AdminCaller keeper = house.operator.as(house.token("acme", "kim", "keepers"));
        AdminCaller boss = house.admin("acme", "bess");
        String writer = person("will", "admins");
        String reader = person("rita", "staff");
        Answer beyond = keeper.post(KEYS, wish(reader, "reports:read")).expect(403);
        assertEquals(
                "#/scopes",
                beyond.json().getJsonArray("errors").getJsonObject(0).getString("pointer"));
        boss.post(KEYS, wish(reader, "reports:write")).expect(422);
        boss.post(KEYS, wish(writer, "reports:write")).expect(201);
        for (AdminCaller caller : java.util.List.of(boss, house.operator)) {
            caller.post(KEYS, wish(writer, "tenant:admin")).expect(422);
            caller.post(KEYS, wish("0192f5b0-7c1e-7abc-8def-0123456789ab", "reports:read"))
                    .expect(422);
            caller.post(KEYS, wish(reader)).expect(400);
        }
        boss.post(KEYS, wish(house.user("acme", "bess"), "reports:read")).expect(422);
        house.operator
                .post("/tenants/acme/users/" + reader + "/suspend", new JsonObject().put("reason", "r"))
                .expect(200);
        house.operator.post(KEYS, wish(reader, "reports:read")).expect(422);
    }

    @Test
    @DisplayName("RFC 9470: an admin who signed in long ago makes no keys")
    void stepUp() {
        house.idp.claims = body -> body.put("auth_time", Instant.now().getEpochSecond() - 16 * 60);
        try {
            AdminCaller old = house.admin("acme", "olaf");
            Answer refused =
                    old.post(KEYS, wish(person("pia", "staff"), "reports:read")).expect(401);
            assertTrue(refused.headers().get("www-authenticate").contains("insufficient_user_authentication"));
            old.get(KEYS).expect(200);
        } finally {
            house.idp.claims = body -> {};
        }
    }
}
