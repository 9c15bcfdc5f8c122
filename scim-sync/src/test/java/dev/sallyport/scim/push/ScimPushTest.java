package dev.sallyport.scim.push;

import static dev.sallyport.scim.Waiting.await;
import static dev.sallyport.scim.Waiting.failure;
import static dev.sallyport.scim.Waiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The SCIM service provider, over HTTP, on a real database. */
@Timeout(60)
class ScimPushTest {
    private PushHouse house;

    @BeforeEach
    void open() {
        house = new PushHouse();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private static void assertError(int status, String scimType, HttpResponse<Buffer> response) {
        assertEquals(status, response.statusCode(), response.bodyAsString());
        assertEquals("application/scim+json", response.getHeader("Content-Type"));
        JsonObject body = response.bodyAsJsonObject();
        assertEquals(Integer.toString(status), body.getValue("status"));
        assertEquals(scimType, body.getString("scimType", ""), response.bodyAsString());
    }

    @Test
    void createsReadsReplacesAndDeletes() {
        JsonObject sent = new JsonObject()
                .put("schemas", new JsonArray().add("urn:ietf:params:scim:schemas:core:2.0:User"))
                .put("userName", "bjensen@example.com")
                .put("externalId", "701984")
                .put("name", new JsonObject().put("givenName", "Barbara").put("familyName", "Jensen"))
                .put(
                        "emails",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("value", "b@example.com")
                                        .put("type", "work")))
                .put(
                        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
                        new JsonObject().put("department", "Tours"))
                .put("password", "canary-password");
        HttpResponse<Buffer> created = house.send(HttpMethod.POST, "/Users", sent);
        assertEquals(201, created.statusCode(), created.bodyAsString());
        JsonObject user = created.bodyAsJsonObject();
        String id = user.getString("id");
        assertEquals(user.getJsonObject("meta").getString("location"), created.getHeader("Location"));
        assertEquals(
                "https://broker.example/t/" + house.acme.slug() + "/scim/v2/Users/" + id,
                created.getHeader("Location"));
        assertFalse(created.bodyAsString().contains("canary"));
        assertEquals(user, house.get("/Users/" + id).bodyAsJsonObject());
        HttpResponse<Buffer> replaced = house.send(
                HttpMethod.PUT,
                "/Users/" + id,
                new JsonObject()
                        .put("id", id)
                        .put("userName", "babs@example.com")
                        .put("active", true));
        assertEquals(200, replaced.statusCode(), replaced.bodyAsString());
        assertEquals("babs@example.com", replaced.bodyAsJsonObject().getString("userName"));
        assertFalse(replaced.bodyAsJsonObject().containsKey("name"));
        assertEquals(204, house.send(HttpMethod.DELETE, "/Users/" + id, null).statusCode());
        assertEquals("offboarded", house.status(id));
        assertEquals("scim.deleted", house.people.removals.get(0).code());
        assertError(404, "", house.get("/Users/" + id));
        assertError(404, "", house.send(HttpMethod.DELETE, "/Users/" + id, null));
        String again = house.person("babs@example.com");
        assertNotEquals(id, again);
    }

    static List<String> deactivations() {
        return List.of(
                "{'op':'replace','path':'active','value':false}",
                "{'op':'Replace','path':'active','value':'False'}",
                "{'op':'Replace','path':'Active','value':'false'}",
                "{'op':'add','path':'active','value':'False'}",
                "{'op':'Add','path':'active','value':[false]}",
                "{'op':'replace','value':{'active':false}}",
                "{'op':'Replace','value':{'active':'False'}}",
                "{'op':'add','value':{'active':false}}",
                "{'OP':'REPLACE','VALUE':{'Active':'FALSE'}}",
                "{'op':'replace','value':{'schemas':['urn:x'],'active':false}}",
                "{'op':'replace','path':'urn:ietf:params:scim:schemas:core:2.0:User:active','value':false}",
                "{'op':'replace','value':{'urn:ietf:params:scim:schemas:core:2.0:User:active':'False'}}",
                "{'op':'replace','value':{'userName':'renamed@example.com','active':false}}",
                "{'op':'Replace','path':'displayName','value':'X'},{'op':'Replace','path':'active','value':'False'}",
                "{'op':'Add','value':{'name.givenName':'B','active':'False'}}",
                "{'op':'Replace','path':'emails[type eq \\'work\\'].value','value':'n@example.com'},{'op':'Replace','path':'active','value':'False'}",
                "{'op':'add','value':{'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department':'X','active':false}}");
    }

    @ParameterizedTest
    @MethodSource("deactivations")
    @DisplayName("F09: however a client says inactive, the account is closed and the client can bring it back")
    void deactivates(String operations) {
        HttpResponse<Buffer> created = house.send(
                HttpMethod.POST,
                "/Users",
                new JsonObject()
                        .put("userName", "p@example.com")
                        .put(
                                "emails",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("type", "work")
                                                .put("value", "p@example.com"))));
        String id = created.bodyAsJsonObject().getString("id");
        HttpResponse<Buffer> patched = house.patch("/Users/" + id, operations);
        assertEquals(200, patched.statusCode(), patched.bodyAsString());
        assertEquals(false, patched.bodyAsJsonObject().getValue("active"));
        assertEquals("offboarded", house.status(id));
        assertEquals("scim.inactive", house.people.removals.get(0).code());
        assertEquals(false, house.get("/Users/" + id).bodyAsJsonObject().getValue("active"));
        HttpResponse<Buffer> back = house.patch("/Users/" + id, "{'op':'Replace','path':'active','value':'True'}");
        assertEquals(true, back.bodyAsJsonObject().getValue("active"), back.bodyAsString());
        assertEquals("active", house.status(id));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "invalidValue|{'op':'replace','path':'active','value':'nope'}",
                "invalidPath|{'op':'replace','path':'enabled','value':false}",
                "invalidPath|{'op':'replace','value':{'disabled':true}}",
                "noTarget|{'op':'remove'}",
                "mutability|{'op':'replace','value':{'id':'x'}}",
                "invalidSyntax|{'op':'delete','path':'active'}",
                "noTarget|{'op':'replace','path':'emails[type eq \\'fax\\'].value','value':'x'}",
            })
    @DisplayName("F09: what is not understood is 400 and changes nothing, never 200 and dropped")
    void refusesPatch(String scimType, String operations) {
        String id = house.person("p@example.com");
        assertError(400, scimType, house.patch("/Users/" + id, operations));
        assertEquals("active", house.status(id));
        assertEquals(List.of(), house.people.removals);
    }

    @Test
    void okDeactivatesByPut() {
        String id = house.person("p@example.com");
        HttpResponse<Buffer> put = house.send(
                HttpMethod.PUT,
                "/Users/" + id,
                new JsonObject().put("userName", "p@example.com").put("active", false));
        assertEquals(false, put.bodyAsJsonObject().getValue("active"));
        assertEquals("offboarded", house.status(id));
    }

    @Test
    @DisplayName("A15: a client that never withdrew its word cannot reopen what an administrator closed")
    void closedHereStaysClosed() {
        String id = house.person("p@example.com");
        house.execute(
                house.acme.id(),
                "UPDATE users SET status = 'offboarded' WHERE tenant_id = $1 AND id = $2",
                UUID.fromString(id));
        assertEquals(false, house.get("/Users/" + id).bodyAsJsonObject().getValue("active"));
        assertError(400, "mutability", house.patch("/Users/" + id, "{'op':'replace','path':'active','value':true}"));
        assertEquals("offboarded", house.status(id));
    }

    @Test
    @DisplayName("I11: the last administrator is not removed by a client")
    void lastAdministrator() {
        String id = house.person("admin@example.com");
        house.people.lastAdmins.add(new UserId(UUID.fromString(id)));
        assertError(409, "", house.patch("/Users/" + id, "{'op':'replace','path':'active','value':false}"));
        assertError(409, "", house.send(HttpMethod.DELETE, "/Users/" + id, null));
        assertEquals("active", house.status(id));
    }

    @Test
    @DisplayName("B10, F06: neither id nor externalId in a body reaches another person")
    void identityCannotBeOverridden() {
        String victim = house.person("victim@example.com");
        String own = house.person("own@example.com");
        JsonObject body = new JsonObject().put("id", victim).put("userName", "own@example.com");
        assertError(400, "mutability", house.send(HttpMethod.PUT, "/Users/" + own, body));
        for (Object id : List.of(1, true, new JsonObject())) {
            assertError(
                    400,
                    "mutability",
                    house.send(HttpMethod.PUT, "/Users/" + own, body.copy().put("id", id)));
        }
        HttpResponse<Buffer> posted = house.send(
                HttpMethod.POST, "/Users", new JsonObject().put("id", victim).put("userName", "third@example.com"));
        assertNotEquals(victim, posted.bodyAsJsonObject().getString("id"));
        assertError(
                409,
                "uniqueness",
                house.send(
                        HttpMethod.PUT,
                        "/Users/" + own,
                        new JsonObject()
                                .put("userName", "own@example.com")
                                .put("externalId", "ext-victim@example.com")));
        assertError(
                409,
                "uniqueness",
                house.send(
                        HttpMethod.POST,
                        "/Users",
                        new JsonObject()
                                .put("userName", "new@example.com")
                                .put("externalId", "ext-victim@example.com")));
        assertError(
                409,
                "uniqueness",
                house.send(HttpMethod.POST, "/Users", new JsonObject().put("userName", "VICTIM@example.com")));
        assertError(
                409,
                "uniqueness",
                house.patch("/Users/" + own, "{'op':'replace','path':'userName','value':'Victim@example.com'}"));
        assertError(
                400,
                "invalidValue",
                house.send(
                        HttpMethod.POST,
                        "/Users",
                        new JsonObject().put("userName", "n@x").put("externalId", 1)));
        assertError(
                400,
                "invalidValue",
                house.send(
                        HttpMethod.POST,
                        "/Users",
                        new JsonObject().put("userName", "n@x").put("isAdmin", true)));
        // An externalId may look like anything; it is data.
        HttpResponse<Buffer> odd = house.send(
                HttpMethod.POST,
                "/Users",
                new JsonObject().put("userName", "odd@example.com").put("externalId", victim));
        assertEquals(201, odd.statusCode());
        assertNotEquals(victim, odd.bodyAsJsonObject().getString("id"));
        assertEquals(
                "victim@example.com",
                house.get("/Users/" + victim).bodyAsJsonObject().getString("userName"));
    }

    @Test
    void adoptsWhomJustInTimeMadeFirst() {
        UUID made = UUID.randomUUID();
        house.execute(house.acme.id(), """
                INSERT INTO users (tenant_id, id, status, user_name, email, source, status_cause)
                VALUES ($1, $2, 'active', 'jit@example.com', 'jit@example.com', 'jit', 'test')""", made);
        JsonObject list =
                house.get("/Users?filter=userName%20eq%20%22JIT@example.com%22").bodyAsJsonObject();
        assertEquals(1, list.getInteger("totalResults"));
        assertEquals(
                made.toString(), list.getJsonArray("Resources").getJsonObject(0).getString("id"));
        assertEquals(made.toString(), house.person("jit@example.com"));
        assertEquals(
                "ext-jit@example.com",
                house.get("/Users/" + made).bodyAsJsonObject().getString("externalId"));
    }

    @Test
    void deactivatingSomebodyWhomNoClientMadeKeepsThemVisible() {
        UUID made = UUID.randomUUID();
        house.execute(house.acme.id(), """
                INSERT INTO users (tenant_id, id, status, user_name, source, status_cause)
                VALUES ($1, $2, 'active', 'jit@example.com', 'jit', 'test')""", made);
        HttpResponse<Buffer> off = house.patch("/Users/" + made, "{'op':'replace','path':'active','value':false}");
        assertEquals(200, off.statusCode(), off.bodyAsString());
        assertEquals(false, house.get("/Users/" + made).bodyAsJsonObject().getValue("active"));
    }

    @Test
    void listsWithFilterPagingAndSelection() {
        Set<String> made = new TreeSet<>();
        for (int i = 0; i < 7; i++) {
            made.add(house.person("p" + i + "@example.com"));
        }
        List<String> walked = new ArrayList<>();
        for (int start = 1; start <= 7; start += 3) {
            JsonObject page =
                    house.get("/Users?startIndex=" + start + "&count=3").bodyAsJsonObject();
            assertEquals(7, page.getInteger("totalResults"));
            page.getJsonArray("Resources").forEach(user -> walked.add(((JsonObject) user).getString("id")));
        }
        assertEquals(made, new TreeSet<>(walked));
        assertEquals(7, walked.size());
        assertEquals(
                0,
                house.get("/Users?filter=userName%20eq%20%22nobody%22")
                        .bodyAsJsonObject()
                        .getInteger("totalResults"));
        JsonObject none = house.get("/Users?count=0").bodyAsJsonObject();
        assertEquals(7, none.getInteger("totalResults"));
        assertEquals(0, none.getJsonArray("Resources").size());
        assertEquals(
                7,
                house.get("/Users?startIndex=-5&count=1000000000")
                        .bodyAsJsonObject()
                        .getInteger("itemsPerPage"));
        assertEquals(
                0, house.get("/Users?startIndex=2147483648").bodyAsJsonObject().getInteger("itemsPerPage"));
        JsonObject slim = house.get("/Users?attributes=userName&count=1")
                .bodyAsJsonObject()
                .getJsonArray("Resources")
                .getJsonObject(0);
        assertEquals(Set.of("schemas", "id", "userName"), slim.fieldNames());
        assertError(400, "invalidValue", house.get("/Users?startIndex=abc"));
        assertError(400, "invalidFilter", house.get("/Users?filter=password%20eq%20%22x%22"));
        assertError(400, "invalidFilter", house.get("/Users?filter=" + "(".repeat(3000)));
        assertEquals(
                0,
                house.get("/Users?filter=userName%20co%20%22%25%22")
                        .bodyAsJsonObject()
                        .getInteger("totalResults"));
        assertEquals(
                1,
                house.get("/Users?filter=externalId%20eq%20%22ext-p3@example.com%22%20and%20active%20eq%20true")
                        .bodyAsJsonObject()
                        .getInteger("totalResults"));
        assertEquals(
                7,
                house.get(
                                "/Users?filter=meta.lastModified%20gt%20%222020-01-01T00:00:00Z%22%20and%20not%20(id%20eq%20%22x%22)")
                        .bodyAsJsonObject()
                        .getInteger("totalResults"));
    }

    @Test
    void groupsAndTheirMembers() {
        String a = house.person("a@example.com");
        String b = house.person("b@example.com");
        HttpResponse<Buffer> created = house.send(
                HttpMethod.POST,
                "/Groups",
                new JsonObject()
                        .put("displayName", "Staff")
                        .put("externalId", "g-1")
                        .put("members", PushHouse.memberList(a)));
        assertEquals(201, created.statusCode(), created.bodyAsString());
        String group = created.bodyAsJsonObject().getString("id");
        assertEquals(Set.of(a), house.members(group));
        assertEquals(
                200,
                house.patch("/Groups/" + group, "{'op':'Add','path':'members','value':[{'value':'" + b + "'}]}")
                        .statusCode());
        assertEquals(new TreeSet<>(Set.of(a, b)), house.members(group));
        assertEquals(
                "Staff",
                house.get("/Users/" + b)
                        .bodyAsJsonObject()
                        .getJsonArray("groups")
                        .getJsonObject(0)
                        .getString("display"));
        assertFalse(house.get("/Groups/" + group + "?excludedAttributes=members")
                .bodyAsJsonObject()
                .containsKey("members"));
        assertEquals(
                1,
                house.get("/Groups?filter=id%20eq%20%22" + group + "%22%20and%20members%20eq%20%22" + a
                                + "%22&excludedAttributes=members")
                        .bodyAsJsonObject()
                        .getInteger("totalResults"));
        house.patch("/Groups/" + group, "{'op':'remove','path':'members[value eq \\'" + a + "\\']'}");
        assertEquals(Set.of(b), house.members(group));
        HttpResponse<Buffer> renamed =
                house.patch("/Groups/" + group, "{'op':'replace','value':{'id':'" + group + "','displayName':'Crew'}}");
        assertEquals("Crew", renamed.bodyAsJsonObject().getString("displayName"), renamed.bodyAsString());
        assertEquals(Set.of(b), house.members(group));
        assertError(
                409, "uniqueness", house.send(HttpMethod.POST, "/Groups", new JsonObject().put("displayName", "Crew")));
        assertError(
                400,
                "invalidValue",
                house.patch(
                        "/Groups/" + group,
                        "{'op':'add','path':'members','value':[{'value':'" + UUID.randomUUID() + "'}]}"));
        assertError(
                400,
                "invalidValue",
                house.patch("/Groups/" + group, "{'op':'add','path':'members','value':[{'value':'x'}]}"));
        house.send(
                HttpMethod.PUT,
                "/Groups/" + group,
                new JsonObject().put("displayName", "Crew").put("members", PushHouse.memberList(a)));
        assertEquals(Set.of(a), house.members(group));
        assertEquals(
                204, house.send(HttpMethod.DELETE, "/Groups/" + group, null).statusCode());
        assertError(404, "", house.get("/Groups/" + group));
    }

    @Test
    @DisplayName("somebody who is off cannot be put into a group")
    void nobodyJoinsWhileOff() {
        String id = house.person("a@example.com");
        house.patch("/Users/" + id, "{'op':'replace','path':'active','value':false}");
        assertError(
                400,
                "invalidValue",
                house.send(
                        HttpMethod.POST,
                        "/Groups",
                        new JsonObject().put("displayName", "Staff").put("members", PushHouse.memberList(id))));
        assertEquals(0, house.get("/Groups").bodyAsJsonObject().getInteger("totalResults"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Users",
                "/Users/x",
                "/Groups",
                "/Groups/x",
                "/Schemas",
                "/ResourceTypes",
                "/ServiceProviderConfig",
                "/Me",
                "/Bulk",
                "/.search",
                "/",
                ""
            })
    @DisplayName("F07, B02: no route says anything without a live token of exactly this tenant")
    void withoutAToken(String path) {
        String foreign = house.token(house.globex);
        String revoked = house.token(house.acme);
        UUID id = await(house.tokens.list(house.acme.id())).get(0).id();
        assertTrue(await(house.tokens.revoke(house.acme.id(), id, "operator")));
        String expired = house.token(house.acme);
        house.execute(
                house.acme.id(),
                "UPDATE scim_tokens SET expires_at = now() WHERE tenant_id = $1 AND id <> $2 AND revoked_at IS NULL AND last_used_at IS NULL",
                id);
        Set<String> answers = new TreeSet<>();
        for (HttpMethod method :
                List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE)) {
            for (String credential : new String[] {
                null,
                "Bearer ",
                "Bearer " + foreign,
                "Bearer " + revoked,
                "Bearer " + expired,
                "Bearer sps_x",
                "Basic eDp5",
                "Bearer eyJhbGciOiJub25lIn0.e30."
            }) {
                HttpResponse<Buffer> response = house.send(
                        method,
                        house.acme,
                        path,
                        credential,
                        "application/json",
                        method.equals(HttpMethod.GET) ? null : new JsonObject());
                assertError(401, "", response);
                assertEquals("Bearer realm=\"scim\"", response.getHeader("WWW-Authenticate"));
                answers.add(response.bodyAsString());
            }
        }
        assertEquals(1, answers.size());
    }

    @Test
    @DisplayName("B01: somebody of another tenant is like nobody, and their token still works at home")
    void foreignIds() {
        String own = house.person("a@example.com");
        String foreign = "Bearer " + house.token(house.globex);
        HttpResponse<Buffer> theirs = house.send(HttpMethod.GET, house.globex, "/Users/" + own, foreign, "", null);
        HttpResponse<Buffer> nobody =
                house.send(HttpMethod.GET, house.globex, "/Users/" + UUID.randomUUID(), foreign, "", null);
        assertError(404, "", theirs);
        assertEquals(nobody.bodyAsString(), theirs.bodyAsString());
        assertError(404, "", house.send(HttpMethod.DELETE, house.globex, "/Users/" + own, foreign, "", null));
        assertEquals("active", house.status(own));
    }

    @Test
    @DisplayName("B11: a suspended tenant answers 403 to its own token")
    void suspendedTenant() {
        await(house.database.platform(
                "UPDATE tenants SET status = 'suspended' WHERE id = $1",
                Tuple.of(house.acme.id().value())));
        HttpResponse<Buffer> response = until(
                house.vertx, () -> Future.succeededFuture(house.get("/Users")), answer -> answer.statusCode() == 403);
        assertError(403, "", response);
    }

    @Test
    void twoTokensAtMost() {
        house.token(house.acme);
        failure(TooManyTokens.class, house.tokens.create(house.acme.id(), ScimTokens.LIFE, "operator"));
        UUID first = await(house.tokens.list(house.acme.id())).get(1).id();
        assertTrue(await(house.tokens.revoke(house.acme.id(), first, "operator")));
        assertFalse(await(house.tokens.revoke(house.acme.id(), first, "operator")));
        assertFalse(await(house.tokens.revoke(house.globex.id(), first, "operator")));
        house.token(house.acme);
    }

    @Test
    void saysWhatItCanDo() {
        JsonObject config = house.get("/ServiceProviderConfig").bodyAsJsonObject();
        assertEquals(true, config.getJsonObject("patch").getValue("supported"));
        assertEquals(false, config.getJsonObject("bulk").getValue("supported"));
        Set<String> schemas = house.get("/Schemas").bodyAsJsonObject().getJsonArray("Resources").stream()
                .map(schema -> ((JsonObject) schema).getString("name"))
                .collect(Collectors.toSet());
        assertEquals(Set.of("User", "EnterpriseUser", "Group"), schemas);
        assertEquals(
                "User",
                house.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User")
                        .bodyAsJsonObject()
                        .getString("name"));
        assertEquals(
                "/Groups", house.get("/ResourceTypes/Group").bodyAsJsonObject().getString("endpoint"));
        assertError(404, "", house.get("/ResourceTypes/Robot"));
        assertError(403, "", house.get("/Schemas?filter=name%20eq%20%22User%22"));
        assertError(405, "", house.send(HttpMethod.POST, "/Schemas", new JsonObject()));
        assertError(405, "", house.send(HttpMethod.PUT, "/Users", new JsonObject()));
        assertError(404, "", house.get("/Me"));
        assertError(404, "", house.get("/Users/x/y"));
    }

    @Test
    @DisplayName("C09: bodies that are no JSON, of another type, too deep or too large are refused, never 500")
    void badBodies() {
        String id = house.person("p@example.com");
        for (String body : List.of(
                "",
                "[]",
                "null",
                "\"x\"",
                "{",
                "{\"userName\":\"\\u0000\"}",
                "{\"userName\":5}",
                "{\"a\":".repeat(900) + "1" + "}".repeat(900))) {
            for (HttpMethod method : List.of(HttpMethod.PUT, HttpMethod.PATCH)) {
                HttpResponse<Buffer> response = await(house.client
                        .request(
                                method,
                                house.server.actualPort(),
                                "127.0.0.1",
                                "/t/" + house.acme.slug() + "/scim/v2/Users/" + id)
                        .putHeader("Authorization", "bearer " + house.token)
                        .putHeader("Content-Type", "application/json")
                        .sendBuffer(Buffer.buffer(body)));
                assertEquals(400, response.statusCode(), method + " " + body.substring(0, Math.min(60, body.length())));
            }
        }
        assertError(
                415,
                "",
                house.send(
                        HttpMethod.POST,
                        house.acme,
                        "/Users",
                        "Bearer " + house.token,
                        "text/plain",
                        new JsonObject()));
        HttpResponse<Buffer> large =
                house.send(HttpMethod.POST, "/Users", new JsonObject().put("userName", "x".repeat(5_000_000)));
        assertError(413, "", large);
        assertEquals("active", house.status(id));
    }
}
