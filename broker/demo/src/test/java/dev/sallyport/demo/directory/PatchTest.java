package dev.sallyport.demo.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PatchTest {
    private DirectoryFixture fixture;
    private ScimCaller scim;
    private String user;

    @BeforeEach
    void start() throws Exception {
        fixture = new DirectoryFixture(DirectoryOptions.defaults()).people(3);
        scim = fixture.scim;
        user = "/Users/" + fixture.directory.idOf("e1").orElseThrow();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"op\":\"replace\",\"path\":\"active\",\"value\":false}",
                "{\"OP\":\"Replace\",\"Path\":\"ACTIVE\",\"value\":false}",
                "{\"op\":\"add\",\"value\":{\"active\":false}}",
                "{\"op\":\"replace\",\"path\":\"urn:ietf:params:scim:schemas:core:2.0:User:active\",\"value\":false}",
                "{\"op\":\"replace\",\"value\":{\"urn:ietf:params:scim:schemas:core:2.0:User\":{\"active\":false}}}"
            })
    void eachWayToSayInactiveDeactivates(String operation) throws Exception {
        HttpResponse<String> answer = scim.patch(user, new JsonObject(operation));
        assertEquals(200, answer.statusCode(), answer.body());
        assertFalse(scim.json(user).getBoolean("active"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"op":"replace","path":"active","value":"False"} | invalidValue
            {"op":"replace","path":"activ","value":false} | invalidPath
            {"op":"replace","value":{"activ":false}} | invalidPath
            {"op":"replace","path":"active.x","value":false} | invalidPath
            {"op":"replace","path":"emails[type eq","value":false} | invalidPath
            {"op":"replace","path":"emails[type eq \\"home\\"].value","value":"a"} | noTarget
            {"op":"replace","path":5,"value":false} | invalidPath
            {"op":"remove"} | noTarget
            {"op":"remove","path":"userName"} | invalidValue
            {"op":"move","path":"active","value":false} | invalidSyntax
            {"path":"active","value":false} | invalidSyntax
            {"op":"replace","path":"id","value":"x"} | mutability
            {"op":"add","path":"groups","value":[{"value":"x"}]} | mutability
            {"op":"add","path":"title"} | invalidValue
            {"op":"replace","value":"active"} | invalidValue
            {"op":"replace","path":"name","value":"Bob"} | invalidValue
            """)
    @DisplayName("F09: what is not understood is refused and changes nothing, the good operation before it included")
    void whatIsNotUnderstoodChangesNothing(String operation, String scimType) throws Exception {
        JsonObject before = scim.json(user);
        JsonObject good = new JsonObject().put("op", "add").put("path", "title").put("value", "Boss");
        HttpResponse<String> answer = scim.patch(user, good, new JsonObject(operation));
        assertEquals(400, answer.statusCode());
        assertEquals(scimType, new JsonObject(answer.body()).getString("scimType"));
        assertEquals(before, scim.json(user));
    }

    @Test
    void simpleAndNestedAttributesAreAddedReplacedAndRemoved() throws Exception {
        scim.patch(
                user,
                op("add", "title", "Boss"),
                op("replace", "name.givenName", "Zed"),
                op("remove", "displayName", null),
                op("add", ResourceKind.ENTERPRISE + ":department", "Tools"),
                op("replace", ResourceKind.ENTERPRISE + ":manager", new JsonObject().put("value", "m1")));
        JsonObject after = scim.json(user);
        assertEquals("Boss", after.getString("title"));
        assertEquals("Zed", after.getJsonObject("name").getString("givenName"));
        assertEquals("Family", after.getJsonObject("name").getString("familyName"));
        assertFalse(after.containsKey("displayName"));
        JsonObject enterprise = after.getJsonObject(ResourceKind.ENTERPRISE);
        assertEquals("Tools", enterprise.getString("department"));
        assertEquals("m1", enterprise.getJsonObject("manager").getString("value"));
    }

    @Test
    void aNewPrimaryTakesThePlaceOfTheOldOne() throws Exception {
        JsonObject home = new JsonObject()
                .put("value", "home@acme.example")
                .put("type", "home")
                .put("primary", true);
        scim.patch(user, op("add", "emails", new JsonArray().add(home)));
        scim.patch(user, op("replace", "emails[type eq \"work\"].value", "work@acme.example"));
        JsonArray emails = scim.json(user).getJsonArray("emails");
        assertEquals("work@acme.example", emails.getJsonObject(0).getString("value"));
        assertFalse(emails.getJsonObject(0).getBoolean("primary"));
        assertTrue(emails.getJsonObject(1).getBoolean("primary"));
    }

    @Test
    void membersAreAddedOnceAndRemovedByFilterOrByValue() throws Exception {
        fixture.directory.join("e1", "Staff");
        JsonObject staff = scim.json("/Groups").getJsonArray("Resources").getJsonObject(0);
        String group = "/Groups/" + staff.getString("id");
        String one = fixture.directory.idOf("e1").orElseThrow();
        String two = fixture.directory.idOf("e2").orElseThrow();
        String three = fixture.directory.idOf("e3").orElseThrow();

        scim.patch(
                group,
                op(
                        "add",
                        "members",
                        new JsonArray().add(member(one)).add(member(two)).add(member(three))));
        assertEquals(3, scim.json(group).getJsonArray("members").size());
        scim.patch(group, op("remove", "members[value eq \"" + two + "\"]", null));
        scim.patch(group, op("remove", "members", new JsonArray().add(member(three))));
        assertEquals(
                one, scim.json(group).getJsonArray("members").getJsonObject(0).getString("value"));
        assertEquals(1, scim.json(group).getJsonArray("members").size());
        assertTrue(scim.json("/Users/" + two).getJsonArray("groups").isEmpty());
        assertEquals(
                400, scim.patch(group, op("add", "members", member("nobody"))).statusCode());
        scim.patch(group, op("remove", "members", null));
        assertTrue(scim.json(group).getJsonArray("members").isEmpty());
    }

    @Test
    void aChangeRaisesTheVersionAndAChangeOfNothingDoesNot() throws Exception {
        String before = version();
        scim.patch(user, op("replace", "active", true));
        assertEquals(before, version());
        scim.patch(user, op("replace", "active", false));
        assertFalse(before.equals(version()));
    }

    private String version() {
        return scim.json(user).getJsonObject("meta").getString("version");
    }

    private static JsonObject member(String id) {
        return new JsonObject().put("value", id);
    }

    private static JsonObject op(String op, String path, Object value) {
        JsonObject operation = new JsonObject().put("op", op).put("path", path);
        return value == null ? operation : operation.put("value", value);
    }
}
