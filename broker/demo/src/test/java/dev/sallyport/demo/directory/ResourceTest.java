package dev.sallyport.demo.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ResourceTest {
    private DirectoryFixture fixture;
    private ScimCaller scim;

    @BeforeEach
    void start() throws Exception {
        fixture = new DirectoryFixture(DirectoryOptions.defaults()).people(2);
        scim = fixture.scim;
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private static JsonObject user(String userName) {
        return new JsonObject()
                .put("schemas", new JsonArray().add(ResourceKind.USER.urn).add(ResourceKind.ENTERPRISE))
                .put("userName", userName);
    }

    @Test
    void aPostedUserGetsAnIdAPlaceAndAVersion() throws Exception {
        JsonObject sent = user("dora")
                .put("id", "mine")
                .put("password", "pw")
                .put("nickName", null)
                .put("emails", new JsonArray())
                .put(ResourceKind.ENTERPRISE, new JsonObject().put("Department", "Tools"));
        HttpResponse<String> answer = scim.write("POST", "/Users", sent);
        JsonObject made = new JsonObject(answer.body());
        assertEquals(201, answer.statusCode());
        assertEquals(
                "application/scim+json",
                answer.headers().firstValue("Content-Type").orElseThrow());
        String location = answer.headers().firstValue("Location").orElseThrow();
        assertEquals(location, made.getJsonObject("meta").getString("location"));
        assertEquals(fixture.directory.scimUrl() + "/Users/" + made.getString("id"), location);
        assertNotEquals("mine", made.getString("id"));
        assertFalse(made.containsKey("password"));
        assertFalse(made.containsKey("emails"));
        assertTrue(made.getBoolean("active"));
        assertEquals("Tools", made.getJsonObject(ResourceKind.ENTERPRISE).getString("department"));
        assertEquals(made, scim.json("/Users/" + made.getString("id")));
    }

    @Test
    void aUserNameIsUniqueWithoutRegardToCase() throws Exception {
        HttpResponse<String> answer = scim.write("POST", "/Users", user("E1@ACME.example"));
        assertEquals(409, answer.statusCode());
        assertEquals("uniqueness", new JsonObject(answer.body()).getString("scimType"));
        assertEquals(2, fixture.directory.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"userName":"x"} | invalidSyntax
            [] | invalidSyntax
            {"schemas": | invalidSyntax
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]} | invalidValue
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":" "} | invalidValue
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":5} | invalidValue
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x","active":"False"} | invalidValue
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x","emails":"a"} | invalidValue
            """)
    void aBodyThatIsWrongIsRefused(String body, String scimType) throws Exception {
        HttpResponse<String> answer =
                scim.send("POST", "/Users", body, "Content-Type", "application/json; charset=utf-8");
        assertEquals(400, answer.statusCode());
        assertEquals(scimType, new JsonObject(answer.body()).getString("scimType"));
        assertEquals(2, fixture.directory.size());
    }

    @Test
    void aBodyOfAnotherKindOrTooLargeIsRefused() throws Exception {
        assertEquals(
                415,
                scim.send("POST", "/Users", "{}", "Content-Type", "text/plain").statusCode());
        JsonObject large = user("x").put("title", "t".repeat(1 << 20));
        assertEquals(413, scim.write("POST", "/Users", large).statusCode());
    }

    @Test
    void putReplacesEverythingAndKeepsWhatIsReadOnly() throws Exception {
        String path = "/Users/" + fixture.directory.idOf("e1").orElseThrow();
        JsonObject before = scim.json(path);
        HttpResponse<String> answer = scim.write(
                "PUT",
                path,
                user("e1b").put("externalId", "e1").put("id", "other").put("meta", "other"));
        JsonObject after = new JsonObject(answer.body());
        assertEquals(200, answer.statusCode());
        assertEquals(before.getString("id"), after.getString("id"));
        assertEquals(
                before.getJsonObject("meta").getString("created"),
                after.getJsonObject("meta").getString("created"));
        assertEquals("e1b", after.getString("userName"));
        assertFalse(after.containsKey("name"));
        assertEquals(201, scim.write("POST", "/Users", user("e1@acme.example")).statusCode(), "the old name is free");
    }

    @Test
    void aWriteOnAnOldVersionIsRefused() throws Exception {
        String path = "/Users/" + fixture.directory.idOf("e1").orElseThrow();
        String etag = scim.get(path).headers().firstValue("ETag").orElseThrow();
        assertEquals(304, scim.send("GET", path, "", "If-None-Match", etag).statusCode());
        assertEquals(
                200, scim.write("PUT", path, user("new1"), "If-Match", etag).statusCode());
        assertEquals(
                412, scim.write("PUT", path, user("new2"), "If-Match", etag).statusCode());
        assertEquals(412, scim.send("DELETE", path, "", "If-Match", etag).statusCode());
        assertEquals("new1", scim.json(path).getString("userName"));
    }

    @Test
    void aHardDeleteIsGoneFromTheListTheGroupAndById() throws Exception {
        fixture.directory.join("e1", "Staff");
        fixture.directory.join("e2", "Staff");
        String path = "/Users/" + fixture.directory.idOf("e1").orElseThrow();
        assertEquals(204, scim.send("DELETE", path, "").statusCode());
        assertEquals(404, scim.get(path).statusCode());
        assertEquals("404", scim.json(path).getValue("status"));
        assertEquals(404, scim.send("DELETE", path, "").statusCode());
        assertEquals(1, scim.json("/Users").getInteger("totalResults"));
        JsonObject staff = scim.json("/Groups").getJsonArray("Resources").getJsonObject(0);
        assertEquals(1, staff.getJsonArray("members").size());
    }

    @Test
    void aSoftDeleteStaysInTheListAndSaysSo() {
        fixture.directory.deactivate("e1");
        assertEquals(2, fixture.directory.size());
        assertFalse(
                scim.json("/Users").getJsonArray("Resources").getJsonObject(0).getBoolean("active"));
        Assertions.assertThrows(NoSuchElementException.class, () -> fixture.directory.deactivate("nobody"));
    }

    @Test
    void aGroupShowsItsMembersAndTheMembersShowIt() throws Exception {
        String one = fixture.directory.idOf("e1").orElseThrow();
        JsonObject group = new JsonObject()
                .put("schemas", new JsonArray().add(ResourceKind.GROUP.urn))
                .put("displayName", "Staff")
                .put("members", new JsonArray().add(new JsonObject().put("value", one)));
        JsonObject made = new JsonObject(scim.write("POST", "/Groups", group).body());
        assertEquals(
                "Staff",
                scim.json("/Users/" + one)
                        .getJsonArray("groups")
                        .getJsonObject(0)
                        .getString("display"));
        scim.write("PUT", "/Groups/" + made.getString("id"), group.copy().put("displayName", "Team"));
        assertEquals(
                "Team",
                scim.json("/Users/" + one)
                        .getJsonArray("groups")
                        .getJsonObject(0)
                        .getString("display"));
        assertEquals(
                204, scim.send("DELETE", "/Groups/" + made.getString("id"), "").statusCode());
        assertTrue(scim.json("/Users/" + one).getJsonArray("groups").isEmpty());
        group.getJsonArray("members").getJsonObject(0).put("value", "nobody");
        assertEquals(400, scim.write("POST", "/Groups", group).statusCode());
    }

    @Test
    void attributesAndExcludedAttributesChooseWhatIsShown() {
        JsonObject only = scim.json("/Users?attributes=userName,name.givenName,nonsense")
                .getJsonArray("Resources")
                .getJsonObject(0);
        assertEquals(Set.of("schemas", "id", "userName", "name"), only.fieldNames());
        assertEquals(Set.of("givenName"), only.getJsonObject("name").fieldNames());
        JsonObject without = scim.json("/Users?excludedAttributes=emails,ID,groups,meta.created")
                .getJsonArray("Resources")
                .getJsonObject(0);
        assertFalse(without.containsKey("emails"));
        assertFalse(without.getJsonObject("meta").containsKey("created"));
        assertTrue(without.containsKey("id") && without.containsKey("userName"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong", DirectoryFixture.TOKEN + "x"})
    @DisplayName("F07: without the right token every endpoint is 401, known or not")
    void everyEndpointNeedsTheToken(String token) throws Exception {
        ScimCaller stranger = new ScimCaller(fixture.directory.scimUrl(), token);
        for (String path : new String[] {
            "/Users", "/Users/x", "/Groups", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/Me", "/Bulk", ""
        }) {
            for (String method : new String[] {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
                HttpResponse<String> answer = stranger.send(method, path, "");
                assertEquals(401, answer.statusCode(), method + " " + path);
                assertTrue(answer.headers()
                        .firstValue("WWW-Authenticate")
                        .orElse("")
                        .startsWith("Bearer"));
                assertEquals("401", new JsonObject(answer.body()).getValue("status"));
            }
        }
        assertEquals(45, fixture.directory.requests().refused());
    }

    @Test
    void theDirectoryDescribesItselfHonestly() throws Exception {
        JsonObject config = scim.json("/ServiceProviderConfig");
        assertTrue(config.getJsonObject("patch").getBoolean("supported"));
        assertFalse(config.getJsonObject("bulk").getBoolean("supported"));
        assertEquals(100, config.getJsonObject("filter").getInteger("maxResults"));
        assertFalse(config.getJsonObject("pagination").getBoolean("cursor"));
        assertEquals(2, scim.json("/ResourceTypes").getInteger("totalResults"));
        assertEquals("/Users", scim.json("/ResourceTypes/User").getString("endpoint"));
        for (Object schema : scim.json("/Schemas").getJsonArray("Resources")) {
            String id = ((JsonObject) schema).getString("id");
            assertEquals(schema, scim.json("/Schemas/" + id));
        }
        assertEquals(404, scim.get("/Schemas/other").statusCode());
        assertEquals(403, scim.get("/Schemas?filter=id%20pr").statusCode());
        assertEquals(405, scim.write("POST", "/Schemas", new JsonObject()).statusCode());
        assertEquals(405, scim.send("DELETE", "/Users", "").statusCode());
        assertEquals(404, scim.get("/Bulk").statusCode());
    }

    @Test
    void requestsAreCounted() throws Exception {
        long before = fixture.directory.requests().total();
        scim.get("/Users");
        scim.get("/Users/none");
        scim.get("/Schemas");
        scim.write("POST", "/Users", user("n"));
        assertEquals(new RequestCounts(before + 4, 0, 1, 1, 1, 1), fixture.directory.requests());
    }
}
