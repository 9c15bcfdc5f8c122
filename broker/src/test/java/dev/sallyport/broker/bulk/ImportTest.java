package dev.sallyport.broker.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.admin.AdminCaller.Answer;
import dev.sallyport.broker.admin.AdminHouse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** People in bulk, from the file to the first sign-in. */
class ImportTest {
    private static final String PATH = "/tenants/acme/imports";

    private static AdminHouse house;
    private static AdminCaller sender;
    private static AdminCaller operator;

    @BeforeAll
    static void open() {
        house = AdminHouse.open();
        operator = house.operator;
        sender = house.admin("acme", "sender");
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static Answer applied(String id) {
        return AdminHouse.eventually(
                () -> Optional.of(operator.get(PATH + "/" + id).expect(200))
                        .filter(answer -> !answer.text("status").equals("applying")));
    }

    private static Answer apply(String csv) {
        String id = sender.csv(PATH, csv).expect(202).text("id");
        operator.post(PATH + "/" + id + "/approve", null).expect(202);
        Answer done = applied(id);
        assertEquals("applied", done.text("status"));
        return done;
    }

    private static JsonObject user(String name) {
        return operator.get("/tenants/acme/users?q=" + name.replace("@", "%40"))
                .expect(200)
                .items()
                .getJsonObject(0);
    }

    private static List<String> plans(Answer report) {
        return report.json().getJsonObject("report").getJsonArray("items").stream()
                .map(JsonObject.class::cast)
                .map(row -> row.getString("plan"))
                .toList();
    }

    @Test
    @DisplayName("F16: whoever sent a file cannot approve it, nobody decides twice, and nothing happens before")
    void aFileIsJudgedApprovedBySomebodyElseAndApplied() {
        String csv = "\uFEFFuser_name,email,display_name,groups,roles\r\n"
                + "dana@acme.example,dana@acme.example,\"Dana, the \"\"new\"\" one\",staff;night shift,reader\r\n"
                + "eve@acme.example,,=cmd|' /C calc'!A0,,\r\n";
        Answer sent = sender.csv(PATH, csv).expect(202);
        assertEquals("pending_approval", sent.text("status"));
        assertEquals(2, sent.json().getInteger("rows"));
        assertEquals(0, sent.json().getInteger("errors"));
        assertEquals(0, operator.get("/tenants/acme/users?q=dana").items().size());
        String one = PATH + "/" + sent.text("id");
        sender.post(one + "/approve", null).expect(403);
        assertEquals(0, operator.get("/tenants/acme/users?q=dana").items().size());
        assertEquals(
                "applying", operator.post(one + "/approve", null).expect(202).text("status"));
        Answer done = applied(sent.text("id"));
        assertEquals("applied", done.text("status"));
        assertEquals("operator", done.text("decided_by"));
        operator.post(one + "/approve", null).expect(409);
        operator.post(one + "/reject", null).expect(409);

        JsonObject dana = user("dana@acme.example");
        assertEquals("staged", dana.getString("status"));
        assertEquals("import", dana.getString("source"));
        assertEquals("Dana, the \"new\" one", dana.getString("display_name"));
        assertEquals("=cmd|' /C calc'!A0", user("eve@acme.example").getString("display_name"));
        Answer detail =
                operator.get("/tenants/acme/users/" + dana.getString("id")).expect(200);
        assertEquals(2, detail.json().getJsonArray("groups").size());

        house.token("acme", "dana", "staff");
        assertEquals(1, operator.get("/tenants/acme/users?q=dana").items().size());
        JsonObject after = user("dana@acme.example");
        assertEquals(dana.getString("id"), after.getString("id"));
        assertEquals("active", after.getString("status"));
        JsonObject access = operator.get("/tenants/acme/users/" + dana.getString("id") + "/access")
                .json();
        assertTrue(
                access.getJsonArray("grants").stream()
                        .map(JsonObject.class::cast)
                        .map(grant -> grant.getJsonObject("origin"))
                        .anyMatch(origin -> origin.getString("kind").equals("grant")
                                && origin.getString("reason").equals("import " + sent.text("id"))),
                access.encode());
        assertEquals(
                2,
                operator.get("/tenants/acme/audit-events?action=person.created&actor=operator").items().stream()
                        .map(JsonObject.class::cast)
                        .filter(event -> event.getString("cause").equals("import:" + sent.text("id")))
                        .count());
    }

    @Test
    @DisplayName("F15: the same file again changes nothing, whether CSV or JSON")
    void theSameFileAgainIsUnchanged() {
        String csv =
                "user_name,email,given_name,groups,roles,subject\nfay,fay@acme.example,Fay,staff,reader,fay-at-idp\n";
        assertEquals(List.of("create"), plans(apply(csv)));
        assertEquals(List.of("unchanged"), plans(apply(csv)));
        JsonObject fay = new JsonObject()
                .put("user_name", "FAY")
                .put("email", "fay@acme.example")
                .put("given_name", "Fay")
                .put("groups", new JsonArray().add("staff"))
                .put("roles", new JsonArray().add("reader"))
                .put("subject", "fay-at-idp");
        Answer json = sender.post(PATH, new JsonObject().put("people", new JsonArray().add(fay)))
                .expect(202);
        assertEquals(1, json.json().getJsonObject("counts").getInteger("unchanged"));
        Answer changed = apply("user_name,email\nfay,faye@acme.example\n");
        assertEquals(List.of("update"), plans(changed));
        assertEquals("faye@acme.example", user("fay").getString("email"));
        assertEquals("Fay", user("fay").getString("given_name"));
    }

    @Test
    @DisplayName("F15: wrong rows are named with line and column, and the others are applied")
    void wrongRowsAreReportedAndTheOthersApplied() {
        String csv = "user_name,email,roles\n"
                + "gil@acme.example,gil@acme.example,\n"
                + ",nobody@acme.example,\n"
                + "hal@acme.example,no-address,\n"
                + "gil@ACME.example,,\n"
                + "ivy@acme.example,,no-such-role\n"
                + "jan@acme.example\n"
                + "k\u0007im,,\n";
        Answer done = apply(csv);
        assertEquals(List.of("create", "error", "error", "error", "error", "error", "error"), plans(done));
        String report = done.body();
        assertTrue(report.contains("line 3, user_name: is missing"), report);
        assertTrue(report.contains("line 4, email: is no address"), report);
        assertTrue(report.contains("is that of row 1"), report);
        assertEquals(6, done.json().getInteger("errors"));
        assertEquals("staged", user("gil@acme.example").getString("status"));
        assertEquals(0, operator.get("/tenants/acme/users?q=hal").items().size());
        Answer page = operator.get(PATH + "/" + done.text("id") + "?limit=3").expect(200);
        String cursor = page.json().getJsonObject("report").getString("next_cursor");
        assertEquals(
                4,
                plans(operator.get(PATH + "/" + done.text("id") + "?limit=5&cursor=" + cursor))
                        .size());
    }

    @Test
    @DisplayName("A15: a file lets nobody in again who is off, by name or by address")
    void whoIsOffStaysOff() {
        house.token("acme", "lou", "staff");
        operator.post(
                        "/tenants/acme/users/" + house.user("acme", "lou") + "/offboard",
                        new JsonObject().put("reason", "left"))
                .expect(200);
        house.token("acme", "mia", "staff");
        operator.post(
                        "/tenants/acme/users/" + house.user("acme", "mia") + "/suspend",
                        new JsonObject().put("reason", "lost laptop"))
                .expect(200);
        Answer done = apply("user_name,email\nlou@acme.example,\nother-lou,lou@acme.example\nmia@acme.example,\n");
        assertEquals(List.of("conflict", "conflict", "conflict"), plans(done));
        assertEquals("offboarded", user("lou@acme.example").getString("status"));
        assertEquals("suspended", user("mia@acme.example").getString("status"));
    }

    @Test
    @DisplayName("F16: a row whose account appeared after the judgement is not applied as if nothing had happened")
    void whatChangedAfterTheJudgementIsAConflict() {
        String id = sender.csv(PATH, "user_name,roles\nned@acme.example,writer\n")
                .expect(202)
                .text("id");
        house.token("acme", "ned", "staff");
        operator.post(PATH + "/" + id + "/approve", null).expect(202);
        assertEquals(List.of("conflict"), plans(applied(id)));
        JsonObject access = operator.get("/tenants/acme/users/" + house.user("acme", "ned") + "/access")
                .json();
        assertEquals(new JsonArray().add("reports:read"), access.getJsonArray("permissions"));
    }

    @Test
    @DisplayName("F16: an approval does not outlive the approver")
    void anApproverWhoIsGoneHasApprovedNothing() {
        AdminCaller approver = house.admin("acme", "approver");
        String user = house.user("acme", "approver");
        String id =
                sender.csv(PATH, "user_name\nola@acme.example\n").expect(202).text("id");
        Rows rows = new Rows(house.broker);
        // The approval and the end of the approver, with the work beginning only afterwards.
        rows.change("UPDATE imports SET status = 'applying', decided_by = 'user:" + user
                + "', decided_at = now() WHERE id = '" + id + "'");
        approver.get("/tenants/acme/users").expect(200);
        operator.post("/tenants/acme/users/" + user + "/offboard", new JsonObject().put("reason", "left"))
                .expect(200);
        rows.change(
                "INSERT INTO jobs (tenant_id, kind, key) SELECT tenant_id, 'import', id::text FROM imports WHERE id = '"
                        + id + "'");
        assertEquals("failed", applied(id).text("status"));
        assertEquals(0, operator.get("/tenants/acme/users?q=ola").items().size());
    }

    @Test
    @DisplayName("I06: an import that broke off in the middle is finished once, and nothing twice")
    void anImportGoesOnAfterACrash() {
        String csv = "user_name\n"
                + IntStream.range(0, 250).mapToObj(i -> "bulk-" + i).collect(Collectors.joining("\n"));
        Answer done = apply(csv);
        String id = done.text("id");
        assertEquals(250, done.json().getJsonObject("counts").getInteger("create"));
        Rows rows = new Rows(house.broker);
        // As a crash after the second batch leaves it.
        rows.change("DELETE FROM users WHERE id IN (SELECT user_id FROM import_rows WHERE import_id = '" + id
                + "' AND row_no > 200)");
        rows.change("UPDATE import_rows SET applied_at = NULL, user_id = NULL WHERE import_id = '" + id
                + "' AND row_no > 200");
        rows.change("UPDATE imports SET status = 'applying', applied_at = NULL WHERE id = '" + id + "'");
        rows.change(
                "INSERT INTO jobs (tenant_id, kind, key) SELECT tenant_id, 'import', id::text FROM imports WHERE id = '"
                        + id + "'");
        assertEquals("applied", applied(id).text("status"));
        assertEquals(250, rows.number("SELECT count(*) FROM users WHERE user_name LIKE 'bulk-%'"));
        assertEquals(
                300,
                rows.number("SELECT count(*) FROM audit_events WHERE action = 'person.created' AND cause = 'import:"
                        + id + "'"));
        assertEquals(0, rows.number("SELECT count(*) FROM jobs WHERE kind = 'import'"));
    }

    @Test
    void aRejectedFileIsNeverApplied() {
        String id =
                sender.csv(PATH, "user_name\npat@acme.example\n").expect(202).text("id");
        assertEquals(
                "rejected",
                operator.post(PATH + "/" + id + "/reject", new JsonObject().put("reason", "wrong list"))
                        .expect(200)
                        .text("status"));
        operator.post(PATH + "/" + id + "/approve", null).expect(409);
        assertEquals(0, operator.get("/tenants/acme/users?q=pat").items().size());
        operator.get(PATH + "?limit=1").expect(200);
    }
}
