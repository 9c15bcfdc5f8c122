package dev.sallyport.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.admin.AdminCaller.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The wall between tenants at the admin API, tried on every route of the document. */
class TenantWallTest {
    private static final String RANDOM = "0192f5b0-7c1e-7abc-8def-0123456789ab";
    private static final JsonObject REASON = new JsonObject().put("reason", "test");

    private static AdminHouse house;
    private static AdminCaller admin;
    private static JsonObject document;
    private static final Map<String, String> OURS = new HashMap<>();
    private static final Map<String, String> THEIRS = new HashMap<>();

    @BeforeAll
    static void open() {
        house = AdminHouse.open();
        document = house.operator.send("GET", "/openapi.json", null, null).json();
        furnish("acme", OURS);
        furnish("globex", THEIRS);
        admin = house.admin("acme", "ada");
    }

    @AfterAll
    static void close() {
        house.close();
    }

    /** One object of every kind, by the path segment before its id. */
    private static void furnish(String tenant, Map<String, String> objects) {
        AdminCaller operator = house.operator;
        String base = "/tenants/" + tenant;
        house.token(tenant, "una", "staff");
        house.token(tenant, "otto", "staff");
        objects.put("users", house.user(tenant, "una"));
        new Rows(house.broker).change("""
                INSERT INTO outbox (tenant_id, id, kind, subject, target, state)
                SELECT id, gen_random_uuid(), 'backchannel_logout', 'x', 'https://ledger.example/out', 'dead' FROM tenants WHERE slug = '""" + tenant + "'");
        objects.put(
                "notices",
                operator.get(base + "/notices?state=dead")
                        .items()
                        .getJsonObject(0)
                        .getString("id"));
        new Rows(house.broker).change("""
                INSERT INTO alarms (tenant_id, id, kind, subject)
                SELECT id, gen_random_uuid(), 'furnished', 'x' FROM tenants WHERE slug = '""" + tenant + "'");
        objects.put(
                "alarms",
                operator.get(base + "/alarms").items().getJsonObject(0).getString("id"));
        objects.put("connections", house.connection(tenant));
        objects.put(
                "api-keys",
                operator.post(
                                base + "/api-keys",
                                new JsonObject()
                                        .put("user", objects.get("users"))
                                        .put("name", "k")
                                        .put("scopes", new JsonArray().add("reports:read")))
                        .expect(201)
                        .text("id"));
        objects.put(
                "domains",
                operator.post(base + "/domains", new JsonObject().put("domain", tenant + "-corp.example"))
                        .expect(201)
                        .text("domain"));
        objects.put(
                "offboardings",
                operator.post(base + "/users/" + house.user(tenant, "otto") + "/offboard", REASON)
                        .expect(200)
                        .text("id"));
        objects.put(
                "imports",
                operator.csv(base + "/imports", "user_name\nnew@" + tenant + ".example\n")
                        .expect(202)
                        .text("id"));
        objects.put(
                "scim-tokens",
                operator.post(base + "/scim-tokens", null).expect(201).text("id"));
        objects.put(
                "signing-keys",
                operator.get(base + "/signing-keys").items().getJsonObject(0).getString("kid"));
        operator.put(
                        base + "/directory",
                        new JsonObject()
                                .put("kind", "scim")
                                .put("base_url", house.idp.issuer() + "/scim/v2")
                                .put(
                                        "auth",
                                        new JsonObject().put("type", "bearer").put("token", "t")))
                .expect(201);
        objects.put(
                "sync-runs",
                operator.post(base + "/sync-runs", new JsonObject().put("mode", "full"))
                        .expect(202)
                        .text("id"));
    }

    private record Route(String method, String path, String operation) {}

    private static List<Route> tenantRoutes() {
        List<Route> routes = new ArrayList<>();
        document.getJsonObject("paths").forEach(path -> ((JsonObject) path.getValue()).forEach(operation -> {
            if (operation.getValue() instanceof JsonObject object
                    && "tenant".equals(object.getString("x-sallyport-scope"))) {
                routes.add(new Route(
                        operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), object.getString("operationId")));
            }
        }));
        return routes;
    }

    private static JsonObject body(String operation) {
        return switch (operation) {
            case "createConnection" ->
                new JsonObject()
                        .put("name", "x")
                        .put("protocol", "oidc")
                        .put("issuer", house.idp.issuer())
                        .put("client_id", "c");
            case "updateConnection" -> new JsonObject().put("name", "taken over");
            case "createDomain" -> new JsonObject().put("domain", "walled.example");
            case "replaceRoleMapping", "previewRoleMapping" -> new JsonObject().put("rules", new JsonArray());
            case "createImport" ->
                new JsonObject().put("people", new JsonArray().add(new JsonObject().put("user_name", "w")));
            case "putDirectory" ->
                new JsonObject()
                        .put("kind", "scim")
                        .put("base_url", house.idp.issuer())
                        .put("auth", new JsonObject().put("type", "bearer").put("token", "t"));
            case "limitApiKey" -> new JsonObject().put("name", "taken over");
            case "startSyncRun" -> new JsonObject().put("mode", "full");
            case "suspendUser", "offboardUser", "reactivateUser", "revokeSigningKey" -> REASON;
            default -> null;
        };
    }

    private static Answer call(Route route, String tenant, String id) {
        JsonObject body = body(route.operation());
        String path = route.path().replace("{tenant}", tenant).replaceAll("\\{[^}]+}", id);
        return admin.send(
                route.method(), path, body == null ? null : "application/json", body == null ? null : body.encode());
    }

    @Test
    @DisplayName("B01: an id of another tenant answers byte for byte like one that was never given, on every route")
    void foreignIdsAnswerLikeUnknownOnes() {
        String before = stateOf("globex");
        int tried = 0;
        for (Route route : tenantRoutes()) {
            String rest = route.path().substring("/admin/v1/tenants/{tenant}/".length());
            if (!rest.contains("{")) {
                continue;
            }
            tried++;
            String kind = rest.substring(0, rest.indexOf('/'));
            String random = kind.equals("domains") ? "never-given.example" : RANDOM;
            Answer foreign = call(route, "acme", THEIRS.get(kind));
            Answer unknown = call(route, "acme", random);
            assertEquals(404, unknown.status(), route + " " + unknown.body());
            assertEquals(unknown, foreign, route.toString());
            if (route.method().equals("GET")) {
                assertEquals(200, call(route, "acme", OURS.get(kind)).status(), route.toString());
            }
        }
        assertEquals(31, tried, "routes with an id");
        assertEquals(before, stateOf("globex"));
    }

    @Test
    @DisplayName("B01: another tenant answers like one that does not exist, on every route")
    void foreignTenantsAnswerLikeUnknownOnes() {
        String before = stateOf("globex");
        for (Route route : tenantRoutes()) {
            Answer foreign = call(route, "globex", RANDOM);
            Answer unknown = call(route, "no-such-tenant", RANDOM);
            assertEquals(404, foreign.status(), route.toString());
            assertEquals(unknown, foreign, route.toString());
        }
        assertEquals(before, stateOf("globex"));
    }

    @Test
    @DisplayName("B01: references to another tenant's objects in bodies and queries answer like unknown ones")
    void foreignReferencesAnswerLikeUnknownOnes() {
        for (String kind : List.of("rules", "directory", "import", "key")) {
            List<Answer> answers = new ArrayList<>();
            if (kind.equals("key")) {
                for (String user : List.of(THEIRS.get("users"), RANDOM)) {
                    answers.add(admin.post(
                            "/tenants/acme/api-keys",
                            new JsonObject()
                                    .put("user", user)
                                    .put("name", "k")
                                    .put("scopes", new JsonArray().add("reports:read"))));
                }
            }
            for (String connection : List.of(THEIRS.get("connections"), RANDOM)) {
                answers.add(
                        switch (kind) {
                            case "rules" ->
                                admin.put(
                                        "/tenants/acme/role-mapping",
                                        new JsonObject()
                                                .put(
                                                        "rules",
                                                        new JsonArray()
                                                                .add(AdminHouse.rule(connection, "staff", "reader"))));
                            case "directory" ->
                                admin.put(
                                        "/tenants/acme/directory",
                                        body("putDirectory").put("connection", connection));
                            case "key" -> answers.get(0);
                            default -> admin.csv("/tenants/acme/imports?connection=" + connection, "user_name\nx\n");
                        });
            }
            assertEquals(422, answers.get(0).status(), kind);
            assertEquals(answers.get(1), answers.get(0), kind);
        }
    }

    @Test
    @DisplayName("B14: for somebody who is no admin all admin routes look the same")
    void plainPeopleSeeNothing() {
        AdminCaller plain = house.operator.as(house.token("acme", "pip", "staff"));
        List<Answer> answers = new ArrayList<>();
        for (Route route : tenantRoutes()) {
            for (String tenant : List.of("acme", "globex", "no-such-tenant")) {
                String path = route.path().replace("{tenant}", tenant).replaceAll("\\{[^}]+}", RANDOM);
                answers.add(plain.send(route.method(), path, null, null));
            }
        }
        answers.add(plain.get("/tenants"));
        answers.add(plain.get("/nothing/here"));
        assertEquals(1, answers.stream().distinct().count());
        assertEquals(403, answers.get(0).status());
    }

    @Test
    void whatIsTheOperatorsIsForbiddenToAdmins() {
        admin.get("/tenants").expect(403);
        Answer own = admin.get("/tenants/acme").expect(403);
        assertEquals(own, admin.get("/tenants/globex").expect(403));
        admin.put("/permissions", new JsonArray()).expect(403);
        admin.patch("/tenants/acme", new JsonObject().put("name", "mine")).expect(403);
        admin.get("/audit/verify").expect(403);
    }

    @Test
    void whoCallsIsAskedBeforeWhatIsSent() {
        AdminCaller nobody = house.operator.as(null);
        Answer answer = nobody.send("POST", "/admin/v1/tenants", "text/plain", "{broken")
                .expect(401);
        assertEquals("Bearer", answer.headers().get("www-authenticate"));
        for (String wrong : List.of("x", "spo_wrong", "a.b.c", "\u00e4", house.token("acme", "zoe", "admins") + "x")) {
            Answer refused = house.operator
                    .as(wrong)
                    .send("PUT", "/admin/v1/permissions", null, "{")
                    .expect(401);
            assertEquals("Bearer error=\"invalid_token\"", refused.headers().get("www-authenticate"));
        }
        Answer basic =
                house.operator.as(null).send("GET", "/admin/v1/tenants", null, null, "Authorization", "Basic eDp5");
        assertEquals(401, basic.status());
        admin.send("POST", "/admin/v1/tenants", "text/plain", "{broken").expect(403);
    }

    @Test
    @DisplayName("E10: a permission that was taken away is gone at the next request, whatever the token says")
    void takenPermissionsAreGoneAtOnce() {
        AdminCaller keeper = house.operator.as(house.token("acme", "kim", "keepers"));
        keeper.get("/tenants/acme/users").expect(200);
        JsonArray rules =
                house.operator.get("/tenants/acme/role-mapping").json().getJsonArray("rules");
        JsonArray fewer = new JsonArray(rules.stream()
                .map(JsonObject.class::cast)
                .filter(rule -> !rule.getString("group").equals("keepers"))
                .toList());
        assertNotEquals(rules.size(), fewer.size());
        house.operator
                .put("/tenants/acme/role-mapping", new JsonObject().put("rules", fewer))
                .expect(200);
        keeper.get("/tenants/acme/users").expect(403);
        house.operator
                .put("/tenants/acme/role-mapping", new JsonObject().put("rules", rules))
                .expect(200);
    }

    @Test
    @DisplayName("B08: an admin cannot give what they do not hold, by rules or by file, and can keep what is there")
    void nobodyGivesWhatTheyDoNotHold() {
        AdminCaller keeper = house.operator.as(house.token("acme", "kit", "keepers"));
        JsonArray rules =
                keeper.get("/tenants/acme/role-mapping").expect(200).json().getJsonArray("rules");
        JsonObject more = new JsonObject()
                .put("rules", rules.copy().add(AdminHouse.rule(OURS.get("connections"), "keepers", "writer")));
        Answer refused = keeper.put("/tenants/acme/role-mapping", more).expect(403);
        assertEquals(
                "#/rules/3/roles",
                refused.json().getJsonArray("errors").getJsonObject(0).getString("pointer"));
        keeper.put("/tenants/acme/role-mapping", new JsonObject().put("rules", rules))
                .expect(200);
        keeper.csv("/tenants/acme/imports", "user_name,roles\nmole@acme.example,writer\n")
                .expect(403);
        keeper.csv("/tenants/acme/imports", "user_name,groups\nmole@acme.example,admins\n")
                .expect(403);
        keeper.csv("/tenants/acme/imports", "user_name,groups\nmole@acme.example,keepers\n")
                .expect(202);
        String file = house.operator
                .csv("/tenants/acme/imports", "user_name,roles\nmole@acme.example,writer\n")
                .expect(202)
                .text("id");
        keeper.post("/tenants/acme/imports/" + file + "/approve", null).expect(403);
    }

    private static String stateOf(String tenant) {
        Rows rows = new Rows(house.broker);
        String id = rows.texts("SELECT id FROM tenants WHERE slug = '" + tenant + "'")
                .get(0);
        StringBuilder state = new StringBuilder();
        for (String table : List.of(
                "users",
                "connections",
                "domains",
                "imports",
                "import_rows",
                "scim_tokens",
                "directories",
                "role_rules",
                "role_mappings",
                "signing_keys",
                "offboardings",
                "grants",
                "memberships",
                "setup_links",
                "api_keys")) {
            state.append(table)
                    .append(rows.texts("SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM "
                            + table + " t WHERE tenant_id = '" + id + "'"));
        }
        assertTrue(state.length() > 100);
        return state.toString();
    }
}
