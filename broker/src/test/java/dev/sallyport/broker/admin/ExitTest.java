package dev.sallyport.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.admin.AdminCaller.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Turning people and tenants off and on again through the API. */
class ExitTest {
    private static final JsonObject REASON = new JsonObject().put("reason", "because");

    private static AdminHouse house;

    @BeforeAll
    static void open() {
        house = AdminHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    @Test
    void aPersonIsSuspendedReactivatedAndOffboardedWithReceipts() {
        house.token("acme", "sue", "staff");
        AdminCaller admin = house.admin("acme", "boss");
        String user = house.user("acme", "sue");
        String path = "/tenants/acme/users/" + user;
        JsonObject access = admin.get(path + "/access").expect(200).json();
        assertEquals(new JsonArray().add("reports:read"), access.getJsonArray("permissions"));
        assertEquals(
                "staff",
                access.getJsonArray("grants")
                        .getJsonObject(0)
                        .getJsonObject("origin")
                        .getString("group"));
        Answer receipt = admin.post(path + "/suspend", REASON).expect(200);
        assertEquals("suspend", receipt.text("kind"));
        assertEquals(1, receipt.json().getJsonObject("closed").getInteger("sessions"));
        assertEquals(
                receipt.text("id"),
                admin.post(path + "/suspend", REASON).expect(200).text("id"));
        assertEquals(
                new JsonArray(), admin.get(path + "/access").expect(200).json().getJsonArray("permissions"));
        Answer back = admin.post(path + "/reactivate", REASON).expect(200);
        assertEquals("active", back.text("status"));
        admin.post(path + "/reactivate", REASON).expect(409);
        Answer off = admin.post(path + "/offboard", REASON).expect(200);
        assertEquals(
                off.text("id"),
                admin.post(path + "/offboard", REASON).expect(200).text("id"));
        admin.post(path + "/suspend", REASON).expect(409);
        assertEquals(
                off.text("id"),
                admin.get("/tenants/acme/offboardings/" + off.text("id"))
                        .expect(200)
                        .text("id"));
        Answer person = admin.get(path).expect(200);
        assertEquals("offboarded", person.text("status"));
        assertEquals(off.text("id"), person.text("offboarding"));
        assertEquals(
                1,
                admin.get("/tenants/acme/users?status=offboarded&q=SUE")
                        .expect(200)
                        .items()
                        .size());
        assertEquals(
                0, admin.get("/tenants/acme/users?q=%25").expect(200).items().size());
    }

    @Test
    @DisplayName("I11: the last admin of a tenant cannot be turned off")
    void theLastAdminStays() {
        AdminCaller only = house.admin("globex", "only");
        String user = house.user("globex", "only");
        only.post("/tenants/globex/users/" + user + "/offboard", REASON).expect(409);
        house.operator
                .post("/tenants/globex/users/" + user + "/suspend", REASON)
                .expect(409);
        house.admin("globex", "second");
        only.post("/tenants/globex/users/" + user + "/suspend", REASON).expect(200);
        only.get("/tenants/globex/users").expect(401);
    }

    @Test
    void whoeverWaitsForApprovalIsLetIn() {
        house.operator
                .post("/tenants", new JsonObject().put("slug", "gated").put("name", "Gated"))
                .expect(201);
        String tenant = new Rows(house.broker)
                .texts("SELECT id FROM tenants WHERE slug = 'gated'")
                .get(0);
        execute("INSERT INTO users (tenant_id, id, status, user_name, source, status_cause) VALUES ('" + tenant
                + "', gen_random_uuid(), 'waiting', 'newcomer', 'jit', 'sign_in')");
        String user = house.operator
                .get("/tenants/gated/users?status=waiting")
                .expect(200)
                .items()
                .getJsonObject(0)
                .getString("id");
        Answer in = house.operator
                .post("/tenants/gated/users/" + user + "/reactivate", REASON)
                .expect(200);
        assertEquals("active", in.text("status"));
    }

    @Test
    @DisplayName("B11: a suspended tenant is shut for its admins, and nothing old revives with it")
    void aSuspendedTenantIsShut() {
        house.operator
                .post("/tenants", new JsonObject().put("slug", "closing").put("name", "Closing"))
                .expect(201);
        house.operator
                .patch("/tenants/closing", new JsonObject().put("status", "active"))
                .expect(200);
        Rows rows = new Rows(house.broker);
        AdminCaller admin = house.admin("acme", "susan");
        admin.get("/tenants/acme/users").expect(200);
        long live = rows.number("SELECT count(*) FROM sessions s JOIN tenants t ON t.id = s.tenant_id"
                + " WHERE t.slug = 'acme' AND s.ended_at IS NULL");
        assertTrue(live > 0);
        house.operator
                .patch("/tenants/acme", new JsonObject().put("status", "suspended"))
                .expect(200);
        Answer shut = admin.get("/tenants/acme/users").expect(403);
        assertEquals("urn:sallyport:problem:tenant_suspended", shut.text("type"));
        assertEquals(
                0,
                rows.number("SELECT count(*) FROM sessions s JOIN tenants t ON t.id = s.tenant_id"
                        + " WHERE t.slug = 'acme' AND s.ended_at IS NULL"));
        house.operator
                .patch("/tenants/acme", new JsonObject().put("status", "active"))
                .expect(200);
        admin.get("/tenants/acme/users").expect(401);
        house.admin("acme", "susan").get("/tenants/acme/users").expect(200);
    }

    private static void execute(String sql) {
        try (var connection = house.broker.database.asOwner();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }
}
