package dev.sallyport.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.admin.AdminCaller.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Bad input gets an answer that names the fault, and never 500; the caller of these tests fails on 500 by itself. */
class MalformedInputTest {
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

    @Test
    void bodiesThatDoNotFitAreRefusedByField() {
        Answer answer = operator.post(
                        "/tenants",
                        new JsonObject()
                                .put("slug", "-a")
                                .put("name", "")
                                .put("lifetimes", new JsonObject().put("access_token", 1)))
                .expect(400);
        Set<String> pointers = answer.json().getJsonArray("errors").stream()
                .map(JsonObject.class::cast)
                .map(error -> error.getString("pointer"))
                .collect(java.util.stream.Collectors.toSet());
        assertTrue(pointers.containsAll(List.of("#/slug", "#/name", "#/lifetimes/access_token")), answer.body());
        Answer unknown = operator.post(
                        "/tenants",
                        new JsonObject().put("slug", "ok").put("name", "n").put("is_admin", true))
                .expect(400);
        assertTrue(unknown.json().getJsonArray("errors").size() > 0, "B10: " + unknown.body());
        Answer limit = operator.get("/tenants?limit=0").expect(400);
        assertEquals(
                "limit", limit.json().getJsonArray("errors").getJsonObject(0).getString("parameter"));
    }

    @Test
    void bodiesThatCannotBeReadAreRefused() {
        String deep = "[".repeat(100_000);
        String many = "{\"slug\":\"" + "a-".repeat(200_000) + "a\",\"name\":\"A\"}";
        for (String body : List.of(
                "{broken",
                "null",
                "[]",
                "\"x\"",
                "1",
                deep,
                many,
                "{\"slug\":\"a\\u0000b\",\"name\":\"A\"}",
                "{\"slug\":\"acme2\",\"name\":\"A\\ud800\"}",
                "{\"slug\":\"acme2\\n\",\"name\":\"A\"}",
                "{\"name\":{}}",
                "{} trailing")) {
            operator.send("POST", "/admin/v1/tenants", "application/json", body).expect(400);
        }
        operator.send("POST", "/admin/v1/tenants", "application/json", null).expect(400);
        operator.send("POST", "/admin/v1/tenants", "text/plain", "x").expect(415);
        operator.send("POST", "/admin/v1/tenants", null, "{}").expect(415);
        operator.send("POST", "/admin/v1/tenants", "text/csv", "slug\nx\n").expect(415);
        operator.send("POST", "/admin/v1/tenants", "APPLICATION/JSON; charset=utf-8", "{}")
                .expect(400);
        operator.raw("POST", "/admin/v1/tenants", "application/json", new byte[] {(byte) 0xff, (byte) 0xfe, 0})
                .expect(400);
        operator.raw("POST", "/admin/v1/tenants", "application/json", new byte[3 * 1024 * 1024])
                .expect(413);
    }

    @Test
    @DisplayName("H06: nothing that is sent as a parameter is taken for SQL or for a pattern")
    void oddParametersAreHarmless() {
        List<String> odd = List.of(
                "%27%3B%20DROP%20TABLE%20users%3B--",
                "%25",
                "_",
                "%5C",
                "%241",
                "100%25",
                "%00",
                "%0A",
                "%ED%A0%80",
                "a".repeat(2_000),
                "%F0%9F%98%80",
                "null",
                "true",
                "12.5",
                "%7B%7D",
                "-1",
                "c-_9",
                "AAAA");
        List<String> places = List.of(
                "/tenants?cursor=",
                "/applications?cursor=",
                "/roles?cursor=",
                "/tenants/acme/users?q=",
                "/tenants/acme/users?email=",
                "/tenants/acme/users?status=",
                "/tenants/acme/users?cursor=",
                "/tenants/acme/users?limit=",
                "/tenants/acme/users/",
                "/tenants/acme/setup-links?cursor=",
                "/tenants/acme/connections?cursor=",
                "/tenants/acme/domains/",
                "/tenants/acme/imports?cursor=",
                "/tenants/acme/sync-runs?cursor=",
                "/tenants/acme/ghosts?cursor=",
                "/tenants/acme/signing-keys?cursor=",
                "/tenants/acme/audit-events?cursor=",
                "/tenants/acme/audit-events?action=",
                "/tenants/acme/audit-events?actor=",
                "/tenants/acme/audit-events?from=",
                "/tenants/",
                "/roles/",
                "/applications/",
                "/audit/verify?tenant=");
        for (String place : places) {
            for (String value : odd) {
                int status = operator.get(place + value).status();
                assertTrue(Set.of(200, 400, 404).contains(status), place + value + " answers " + status);
            }
        }
        operator.get("/tenants/acme/audit-events?from=2026-13-45T00:00:00Z").expect(400);
        operator.get("/tenants/acme/audit-events?from=2026-01-01T00:00:00%2B02:00")
                .expect(200);
        assertEquals(2, operator.get("/tenants").items().size());
    }

    @Test
    void aPathThatCannotBeDecodedIsRefusedAsAProblem() throws java.io.IOException {
        try (var socket = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), house.broker.port)) {
            socket.setSoTimeout(10_000);
            String request = "GET /admin/v1/tenants/acme/users/%zz HTTP/1.1\r\nHost: 127.0.0.1:" + house.broker.port
                    + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            assertTrue(answer.contains("urn:sallyport:problem:validation"), answer);
        }
    }

    @Test
    void oddPreconditionsAreHarmless() {
        for (String tag : List.of("5", "\"", "\"a", "\"5\", \"6\"", "'5'")) {
            operator.patch("/tenants/acme", new JsonObject().put("name", "x"), "If-Match", tag)
                    .expect(400);
        }
        for (String tag : List.of("W/\"1\"", "\"zz\"", "\"999999999999999999999\"", "\"-1\"")) {
            operator.patch("/tenants/acme", new JsonObject().put("name", "x"), "If-Match", tag)
                    .expect(412);
        }
        operator.patch("/tenants/acme", new JsonObject().put("name", "Acme"), "If-Match", "*")
                .expect(200);
    }

    @Test
    void rulesAndDatesThatNoCalendarHasAreRefused() {
        JsonObject rule = AdminHouse.rule("scim", "g", "reader");
        for (String time : List.of("soon", "2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T25:00:00Z")) {
            int status = operator.put(
                            "/tenants/acme/role-mapping",
                            new JsonObject()
                                    .put(
                                            "rules",
                                            new JsonArray().add(rule.copy().put("expires_at", time))))
                    .status();
            assertTrue(status == 400 || status == 422, time + " answers " + status);
        }
        operator.put(
                        "/tenants/acme/role-mapping",
                        new JsonObject()
                                .put("rules", new JsonArray().add(AdminHouse.rule("scim", "g", "no-such-role"))))
                .expect(422);
    }

    @Test
    @DisplayName("F15: files that are no list of people are refused with line and column")
    void oddFilesAreRefused() {
        String path = "/admin/v1/tenants/acme/imports";
        List<String> files = List.of(
                "nothing",
                "user_name",
                "user_name\n",
                "user_name,user_name\na,b\n",
                "user_name,usеr\na,b\n",
                "email\na@b.example\n",
                "user_name\n\"open\n",
                "user_name\na\"b\n",
                "user_name\n\"a\"b\n",
                "user_name\na\rb\n",
                "x,".repeat(100_000));
        for (String file : files) {
            Answer refused = operator.send("POST", path, "text/csv", file).expect(400);
            assertEquals(1, refused.json().getJsonArray("errors").size());
        }
        Answer open = operator.send("POST", path, "text/csv", "user_name,email\nok,\nx,\"open\n")
                .expect(400);
        assertTrue(open.body().contains("line 3, column 2"), open.body());
        operator.raw("POST", path, "text/csv", "user_name\nä\n".getBytes(StandardCharsets.ISO_8859_1))
                .expect(400);
        operator.raw("POST", path, "text/csv", "user_name\nx\n".getBytes(StandardCharsets.UTF_16))
                .expect(400);
        operator.raw("POST", path, "text/csv", new byte[6 * 1024 * 1024]).expect(413);
        operator.csv("/tenants/acme/imports", "user_name\n" + "x\n".repeat(10_001))
                .expect(413);
        operator.csv("/tenants/acme/imports?connection=nope", "user_name\nx\n").expect(400);
        operator.send("POST", path, "application/zip", "PK").expect(415);
        operator.post("/tenants/acme/imports", new JsonObject().put("people", new JsonArray()))
                .expect(400);
    }

    @Test
    void whatIsNotThereIsSaidSo() {
        operator.get("/nothing").expect(404);
        operator.send("POST", "/admin/v1/tenants/acme", null, null).expect(404);
    }
}
