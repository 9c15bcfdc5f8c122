package dev.sallyport.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.admin.AdminCaller.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an operator does with the API, family by family; each answer is compared with the document by the caller itself. */
class AdminJourneyTest {
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
    void aTenantIsCreatedReadChangedListedAndDeleted() {
        JsonObject wanted = new JsonObject()
                .put("slug", "umbra")
                .put("name", "Umbra")
                .put("admission", new JsonObject().put("mode", "group").put("groups", new JsonArray().add("all")))
                .put("lifetimes", new JsonObject().put("access_token", 60));
        Answer made = operator.post("/tenants", wanted).expect(201);
        assertEquals("pending", made.text("status"));
        assertEquals(house.broker.publicUrl + "/t/umbra", made.text("issuer"));
        assertEquals(60, made.json().getJsonObject("lifetimes").getInteger("access_token"));
        assertEquals(
                house.broker.publicUrl + "/admin/v1/tenants/umbra",
                made.headers().get("location"));
        Answer changed = operator.patch(
                        "/tenants/umbra", new JsonObject().put("name", "Umbra SE"), "If-Match", made.etag())
                .expect(200);
        assertEquals("Umbra SE", changed.text("name"));
        assertEquals("group", changed.json().getJsonObject("admission").getString("mode"));
        operator.patch("/tenants/umbra", new JsonObject().put("name", "x"), "If-Match", made.etag())
                .expect(412);
        operator.post("/tenants", wanted).expect(409);
        operator.post("/tenants", wanted.copy().put("slug", "other").put("isolation", "dedicated"))
                .expect(422);
        Answer first = operator.get("/tenants?limit=2").expect(200);
        Answer second = operator.get("/tenants?limit=2&cursor=" + first.text("next_cursor"))
                .expect(200);
        assertEquals(List.of("acme", "globex"), slugs(first));
        assertEquals("umbra", slugs(second).get(0));
        operator.delete("/tenants/umbra", "If-Match", made.etag()).expect(412);
        operator.delete("/tenants/umbra", "If-Match", changed.etag()).expect(204);
        operator.get("/tenants/umbra").expect(404);
    }

    private static List<String> slugs(Answer list) {
        return list.items().stream()
                .map(JsonObject.class::cast)
                .map(tenant -> tenant.getString("slug"))
                .toList();
    }

    @Test
    @DisplayName("B13: a setup link's secret is in the first answer and nowhere else")
    void setupLinksAreMadeShownAndRevoked() {
        Answer made = operator.post("/tenants/acme/setup-links", new JsonObject().put("recipient", "it@acme.example"))
                .expect(201);
        String id = made.text("id");
        assertTrue(made.text("url").contains("/setup/" + id + "#"));
        Answer read = operator.get("/tenants/acme/setup-links/" + id).expect(200);
        assertFalse(read.json().containsKey("url"));
        assertEquals("open", read.text("state"));
        assertEquals(
                1,
                operator.get("/tenants/acme/setup-links?limit=1")
                        .expect(200)
                        .items()
                        .size());
        operator.delete("/tenants/acme/setup-links/" + id).expect(204);
        assertEquals(
                "revoked",
                operator.get("/tenants/acme/setup-links/" + id).expect(200).text("state"));
        operator.send("POST", "/admin/v1/tenants/acme/setup-links", null, null).expect(201);
    }

    @Test
    void aConnectionIsMadeTestedChangedAndDeleted() {
        JsonObject wanted = new JsonObject()
                .put("name", "Second")
                .put("protocol", "oidc")
                .put("issuer", house.idp.issuer())
                .put("client_id", "second")
                .put("client_secret", "very-secret-canary");
        Answer made = operator.post("/tenants/globex/connections", wanted).expect(201);
        String path = "/tenants/globex/connections/" + made.text("id");
        assertEquals("draft", made.text("status"));
        assertTrue(made.json().getBoolean("secret_set"));
        assertFalse(made.body().contains("canary"), "B13");
        Answer test = operator.post(path + "/test", null).expect(200);
        assertTrue(test.json().getBoolean("ok"), test.body());
        Answer active = operator.patch(path, new JsonObject().put("status", "active"), "If-Match", made.etag())
                .expect(200);
        assertEquals("active", active.text("status"));
        operator.patch(path, new JsonObject().put("name", "x"), "If-Match", made.etag())
                .expect(412);
        Answer claims = operator.patch(
                        path, new JsonObject().put("claims", new JsonObject().put("groups", "realm.roles")))
                .expect(200);
        assertEquals("realm.roles", claims.json().getJsonObject("claims").getString("groups"));
        assertEquals("sub", claims.json().getJsonObject("claims").getString("subject"));
        Answer blocked = operator.patch(path, new JsonObject().put("issuer", "https://10.0.0.1/x"))
                .expect(422);
        assertEquals("urn:sallyport:problem:blocked_address", blocked.text("type"));
        operator.delete(path).expect(204);
        operator.get(path).expect(404);
    }

    @Test
    @DisplayName("A06: an issuer that names itself differently is not saved")
    void aConnectionToAnIssuerWithAnotherNameIsRefused() {
        int before = operator.get("/tenants/acme/connections").items().size();
        Answer refused = operator.post(
                        "/tenants/acme/connections",
                        new JsonObject()
                                .put("name", "Mistaken")
                                .put("protocol", "oidc")
                                .put("issuer", house.idp.issuer() + "/")
                                .put("client_id", "c"))
                .expect(422);
        assertEquals(
                "#/issuer",
                refused.json().getJsonArray("errors").getJsonObject(0).getString("pointer"));
        assertEquals(before, operator.get("/tenants/acme/connections").items().size());
    }

    @Test
    void domainsAreClaimedAndGivenUp() {
        Answer made = operator.post("/tenants/acme/domains", new JsonObject().put("domain", "Bücher.example"))
                .expect(201);
        assertEquals("xn--bcher-kva.example", made.text("domain"));
        assertEquals("pending", made.text("status"));
        operator.get("/tenants/acme/domains/xn--bcher-kva.example").expect(200);
        operator.post("/tenants/acme/domains", new JsonObject().put("domain", "gmail.com"))
                .expect(422);
        operator.get("/tenants/acme/domains").expect(200);
        operator.delete("/tenants/acme/domains/xn--bcher-kva.example").expect(204);
        operator.delete("/tenants/acme/domains/xn--bcher-kva.example").expect(404);
    }

    @Test
    void theCatalogueIsReplacedAndRolesComeAndGo() {
        Answer now = operator.get("/permissions").expect(200);
        JsonArray more = now.items()
                .copy()
                .add(new JsonObject().put("name", "invoice:read").put("description", "Read invoices"))
                .add(new JsonObject()
                        .put("name", "platform:all")
                        .put("description", "")
                        .put("platform", true));
        Answer put = operator.put("/permissions", more, "If-Match", now.etag()).expect(200);
        operator.put("/permissions", more, "If-Match", now.etag()).expect(412);
        assertEquals(now.items().size() + 2, put.items().size());
        JsonObject role = new JsonObject().put("permissions", new JsonArray().add("invoice:read"));
        Answer made = operator.put("/roles/invoices", role).expect(201);
        operator.put("/roles/invoices", role.copy().put("description", "d"), "If-Match", made.etag())
                .expect(200);
        operator.put("/roles/invoices", role, "If-Match", made.etag()).expect(412);
        Answer unknown = operator.put(
                        "/roles/odd", new JsonObject().put("permissions", new JsonArray().add("none:such")))
                .expect(422);
        assertEquals(
                "#/permissions",
                unknown.json().getJsonArray("errors").getJsonObject(0).getString("pointer"));
        operator.put("/permissions", now.items()).expect(409);
        operator.delete("/roles/reader").expect(409);
        operator.delete("/roles/invoices").expect(204);
        operator.delete("/roles/invoices").expect(404);
        operator.get("/roles").expect(200);
        operator.put("/permissions", now.items()).expect(200);
    }

    @Test
    void anApplicationIsRegisteredEnabledAndDeleted() {
        JsonObject wanted = new JsonObject()
                .put("name", "Notes")
                .put("type", "web")
                .put("resource", "https://notes.example")
                .put("redirect_uris", new JsonArray().add("https://notes.example/callback"));
        Answer made = operator.post("/applications", wanted).expect(201);
        String id = made.text("client_id");
        assertTrue(made.text("client_secret").startsWith("spx_"));
        Answer read = operator.get("/applications/" + id).expect(200);
        assertFalse(read.json().containsKey("client_secret"));
        assertTrue(read.json().getBoolean("secret_set"));
        Answer changed = operator.patch(
                        "/applications/" + id, new JsonObject().put("signing_alg", "RS256"), "If-Match", read.etag())
                .expect(200);
        assertEquals("RS256", changed.text("signing_alg"));
        operator.patch("/applications/" + id, new JsonObject().put("name", "x"), "If-Match", read.etag())
                .expect(412);
        Answer enabled = operator.put("/tenants/acme/applications/" + id, new JsonObject())
                .expect(201);
        assertEquals("https://notes.example/t/acme", enabled.text("audience"));
        operator.put("/tenants/acme/applications/" + id, new JsonObject().put("audience", "https://notes.acme.example"))
                .expect(200);
        operator.delete("/tenants/acme/applications/" + id).expect(204);
        operator.delete("/tenants/acme/applications/" + id).expect(404);
        operator.get("/applications?limit=1").expect(200);
        operator.delete("/applications/" + id).expect(204);
        operator.get("/applications/" + id).expect(404);
    }

    @Test
    @DisplayName("D11: an application cannot have a redirect URI that runs or leaks")
    void dangerousApplicationsAreRefused() {
        for (String uri : List.of(
                "javascript:alert(1)", "data:text/html,x", "http://notes.example/callback", "com.example.app:/x")) {
            operator.post(
                            "/applications",
                            new JsonObject()
                                    .put("name", "Bad")
                                    .put("type", "web")
                                    .put("resource", "https://bad.example")
                                    .put("redirect_uris", new JsonArray().add(uri)))
                    .expect(422);
        }
        operator.post(
                        "/applications",
                        new JsonObject()
                                .put("name", "Native")
                                .put("type", "native")
                                .put("resource", "https://native.example")
                                .put(
                                        "redirect_uris",
                                        new JsonArray()
                                                .add("com.example.app:/x")
                                                .add("http://127.0.0.1/cb")))
                .expect(201);
        Answer blocked = operator.post(
                        "/applications",
                        new JsonObject()
                                .put("name", "Inside")
                                .put("type", "web")
                                .put("resource", "https://inside.example")
                                .put("backchannel_logout_uri", "http://169.254.169.254/latest"))
                .expect(422);
        assertEquals("urn:sallyport:problem:blocked_address", blocked.text("type"));
        operator.post(
                        "/applications",
                        new JsonObject()
                                .put("name", "Odd")
                                .put("type", "spa")
                                .put("resource", "https://odd.example")
                                .put("token_endpoint_auth_method", "client_secret_basic"))
                .expect(422);
    }

    @Test
    void theRulesAreReadPreviewedAndReplaced() {
        house.token("globex", "rita", "staff");
        Answer now = operator.get("/tenants/globex/role-mapping").expect(200);
        JsonArray rules = now.json().getJsonArray("rules");
        JsonArray more = rules.copy()
                .add(AdminHouse.rule(house.connection("globex"), "staff", "writer"))
                .add(AdminHouse.rule("scim", "nobody-is-here", "reader"));
        JsonObject body = new JsonObject().put("rules", more);
        JsonObject preview = operator.post("/tenants/globex/role-mapping/preview", body)
                .expect(200)
                .json();
        assertEquals(
                "rita@globex.example",
                preview.getJsonArray("gains")
                        .getJsonObject(0)
                        .getJsonObject("user")
                        .getString("user_name"));
        assertTrue(
                preview.getJsonArray("warnings").stream()
                        .map(JsonObject.class::cast)
                        .anyMatch(w -> w.getString("code").equals("matches_nobody") && w.getInteger("rule") == 4),
                preview.encode());
        Answer put = operator.put("/tenants/globex/role-mapping", body, "If-Match", now.etag())
                .expect(200);
        operator.put("/tenants/globex/role-mapping", body, "If-Match", now.etag())
                .expect(412);
        assertEquals(5, put.json().getJsonArray("rules").size());
        JsonObject unknown = new JsonObject()
                .put("rules", new JsonArray().add(AdminHouse.rule(house.connection("acme"), "staff", "reader")));
        operator.put("/tenants/globex/role-mapping", unknown).expect(422);
        operator.put("/tenants/globex/role-mapping", new JsonObject().put("rules", rules))
                .expect(200);
    }

    @Test
    void aDirectoryIsAttachedAndAskedFor() {
        JsonObject wanted = new JsonObject()
                .put("kind", "scim")
                .put("base_url", house.idp.issuer() + "/scim/v2")
                .put("auth", new JsonObject().put("type", "bearer").put("token", "directory-canary"));
        operator.get("/tenants/globex/directory").expect(404);
        operator.post("/tenants/globex/sync-runs", new JsonObject().put("mode", "full"))
                .expect(409);
        Answer made = operator.put("/tenants/globex/directory", wanted).expect(201);
        assertFalse(made.body().contains("canary"), "B13");
        Answer kept = operator.put(
                        "/tenants/globex/directory",
                        wanted.copy()
                                .put("auth", new JsonObject().put("type", "bearer"))
                                .put("interval", 600),
                        "If-Match",
                        made.etag())
                .expect(200);
        assertEquals(600, kept.json().getInteger("interval"));
        operator.put("/tenants/globex/directory", wanted, "If-Match", made.etag())
                .expect(412);
        Answer moved = operator.put(
                        "/tenants/globex/directory",
                        wanted.copy()
                                .put("base_url", house.idp.issuer() + "/other")
                                .put("auth", new JsonObject().put("type", "bearer")))
                .expect(422);
        assertEquals(
                "#/auth/token",
                moved.json().getJsonArray("errors").getJsonObject(0).getString("pointer"));
        Answer run = operator.post(
                        "/tenants/globex/sync-runs",
                        new JsonObject().put("mode", "full").put("dry_run", true))
                .expect(202);
        String path = "/tenants/globex/sync-runs/" + run.text("id");
        operator.get("/tenants/globex/sync-runs").expect(200);
        AdminHouse.eventually(
                () -> java.util.Optional.of(operator.get(path).expect(200).text("state"))
                        .filter(state -> List.of("failed", "done", "held").contains(state)));
        operator.post(path + "/release", null).expect(409);
        operator.get("/tenants/globex/ghosts?limit=1").expect(200);
        operator.put("/tenants/globex/directory", wanted.copy().put("enabled", false))
                .expect(200);
    }

    @Test
    void scimTokensAreMadeTwoAtOnce() {
        Answer made = operator.post("/tenants/acme/scim-tokens", null).expect(201);
        assertTrue(made.text("token").startsWith("sps_"));
        assertEquals(house.broker.issuer("acme") + "/scim/v2", made.text("base_url"));
        operator.post("/tenants/acme/scim-tokens", new JsonObject().put("expires_in", 3_600))
                .expect(201);
        operator.post("/tenants/acme/scim-tokens", null).expect(409);
        String path = "/tenants/acme/scim-tokens/" + made.text("id");
        assertFalse(operator.get(path).expect(200).json().containsKey("token"));
        operator.delete(path).expect(204);
        assertTrue(operator.get(path).expect(200).json().containsKey("revoked_at"));
        assertEquals(
                2, operator.get("/tenants/acme/scim-tokens").expect(200).items().size());
    }

    @Test
    @DisplayName("H03: a revoked key is believed by nobody and another signs")
    void signingKeysAreRotatedAndRevoked() {
        String token = house.token("globex", "kay", "admins");
        AdminCaller kay = operator.as(token);
        kay.get("/tenants/globex/users").expect(200);
        Answer rotated =
                operator.post("/tenants/globex/signing-keys/rotate", null).expect(200);
        assertEquals("published", rotated.text("state"));
        operator.post("/tenants/globex/signing-keys/rotate", null).expect(409);
        JsonObject active = operator.get("/tenants/globex/signing-keys").expect(200).items().stream()
                .map(JsonObject.class::cast)
                .filter(key -> key.getString("state").equals("active")
                        && key.getString("alg").equals("ES256"))
                .findFirst()
                .orElseThrow();
        Answer revoked = operator.post(
                        "/tenants/globex/signing-keys/" + active.getString("kid") + "/revoke",
                        new JsonObject().put("reason", "leaked"))
                .expect(200);
        assertEquals("revoked", revoked.text("state"));
        AdminHouse.eventually(() ->
                java.util.Optional.of(kay.get("/tenants/globex/users").status()).filter(status -> status == 401));
        AdminHouse.eventually(() -> java.util.Optional.of(operator.as(house.token("globex", "kay", "admins"))
                        .get("/tenants/globex/users")
                        .status())
                .filter(status -> status == 200));
        operator.post("/tenants/globex/signing-keys/nokey/revoke", new JsonObject().put("reason", "x"))
                .expect(404);
    }
}
