package dev.sallyport.scim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PatchTest {
    static final String MESSAGE = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    private static final String ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    /** Ways in which identity providers say that somebody is to lose the account. */
    static List<String> deactivations() {
        return List.of(
                "{'op':'replace','path':'active','value':false}",
                "{'op':'Replace','path':'active','value':'False'}",
                "{'op':'REPLACE','path':'Active','value':'false'}",
                "{'op':'add','path':'active','value':false}",
                "{'op':'Add','path':'active','value':'False'}",
                "{'op':'replace','value':{'active':false}}",
                "{'op':'Replace','value':{'active':'False'}}",
                "{'op':'add','value':{'ACTIVE':'FALSE'}}",
                "{'OP':'replace','Value':{'active':false}}",
                "{'op':'replace','value':{'id':'u1','active':false}}",
                "{'op':'replace','value':{'schemas':['x'],'active':false}}",
                "{'op':'replace','path':'urn:ietf:params:scim:schemas:core:2.0:User:active','value':false}",
                "{'op':'replace','value':{'urn:ietf:params:scim:schemas:core:2.0:User:active':false}}",
                "{'op':'replace','path':'active','value':['False']}",
                "{'op':'replace','value':{'userName':'new@example.com','active':false}}",
                "{'op':'replace','value':{'active':false,'name.givenName':'B','" + ENTERPRISE + ":department':'X'}}");
    }

    @ParameterizedTest
    @MethodSource("deactivations")
    @DisplayName("F09: every known way to say inactive is understood")
    void deactivates(String operation) {
        assertEquals(false, patched(operation).getValue("active"), operation);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("invalidValue", "{'op':'replace','path':'active','value':'no'}"),
                Arguments.of("invalidValue", "{'op':'replace','path':'active','value':null}"),
                Arguments.of("invalidValue", "{'op':'replace','path':'active','value':0}"),
                Arguments.of("invalidValue", "{'op':'replace','path':'active'}"),
                Arguments.of("invalidValue", "{'op':'replace','value':'false'}"),
                Arguments.of("invalidValue", "{'op':'replace','value':[]}"),
                Arguments.of("invalidValue", "{'op':'replace','value':{}}"),
                Arguments.of("invalidPath", "{'op':'replace','path':'enabled','value':false}"),
                Arguments.of("invalidPath", "{'op':'replace','value':{'isActive':false}}"),
                Arguments.of("invalidPath", "{'op':'replace','path':'active.value.x','value':false}"),
                Arguments.of("invalidPath", "{'op':'replace','path':'active.value','value':false}"),
                Arguments.of("invalidPath", "{'op':'replace','path':'urn:other:2.0:User:active','value':false}"),
                Arguments.of("invalidPath", "{'op':'replace','path':'name[givenName eq \\'x\\']','value':'y'}"),
                Arguments.of("invalidPath", "{'op':'replace','path':'emails[foo eq 1].value','value':'y'}"),
                Arguments.of("invalidFilter", "{'op':'replace','path':'emails[type eq].value','value':'y'}"),
                Arguments.of("invalidPath", "{'op':'replace','path':'emails]x[','value':'y'}"),
                Arguments.of("invalidPath", "{'op':'replace','path':5,'value':'y'}"),
                Arguments.of("noTarget", "{'op':'replace','path':'emails[type eq \\'fax\\'].value','value':'y'}"),
                Arguments.of("noTarget", "{'op':'remove','path':'emails[type eq \\'fax\\']'}"),
                Arguments.of("noTarget", "{'op':'remove'}"),
                Arguments.of("mutability", "{'op':'remove','path':'userName'}"),
                Arguments.of("mutability", "{'op':'remove','path':'active'}"),
                Arguments.of("mutability", "{'op':'replace','path':'id','value':'u2'}"),
                Arguments.of("mutability", "{'op':'replace','value':{'id':'u2'}}"),
                Arguments.of("mutability", "{'op':'replace','path':'meta.created','value':'2026-01-01T00:00:00Z'}"),
                Arguments.of("mutability", "{'op':'add','path':'groups','value':[{'value':'g'}]}"),
                Arguments.of("invalidSyntax", "{'op':'disable','path':'active','value':true}"),
                Arguments.of("invalidSyntax", "{'path':'active','value':false}"),
                Arguments.of("invalidValue", "{'op':'replace','path':'externalId','value':1}"),
                Arguments.of("invalidValue", "{'op':'replace','path':'userName','value':''}"),
                Arguments.of("invalidValue", "{'op':'add','path':'emails','value':[{'mail':'x'}]}"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    @DisplayName("F09, B10: what is not understood is refused and changes nothing")
    void refuses(String scimType, String operation) {
        JsonObject before = user();
        ScimException refusal = assertThrows(ScimException.class, () -> apply(before, operation), operation);
        assertEquals(400, refusal.status());
        assertEquals(scimType, refusal.scimType(), operation);
        assertEquals(user(), before);
    }

    @Test
    @DisplayName("all operations or none")
    void atomic() {
        JsonObject before = user();
        assertThrows(
                ScimException.class,
                () -> apply(
                        before,
                        "{'op':'replace','path':'displayName','value':'changed'},{'op':'replace','path':'nope','value':1}"));
        assertEquals(user(), before);
    }

    @Test
    void dottedAndUrnKeys() {
        JsonObject after = patched("{'op':'Add','value':{'name.givenName':'Babs','" + ENTERPRISE
                + ":department':'Tours','" + ENTERPRISE + ":manager':'m1'}}");
        assertEquals("Babs", after.getJsonObject("name").getString("givenName"));
        assertEquals("Jensen", after.getJsonObject("name").getString("familyName"));
        assertEquals("Tours", after.getJsonObject(ENTERPRISE).getString("department"));
        assertEquals(
                "m1", after.getJsonObject(ENTERPRISE).getJsonObject("manager").getString("value"));
    }

    @Test
    void enterpriseExtensionAsAWhole() {
        JsonObject set = patched("{'op':'add','path':'" + ENTERPRISE + "','value':{'Department':'Tours'}}");
        assertEquals(new JsonObject().put("department", "Tours"), set.getJsonObject(ENTERPRISE));
        JsonObject gone = apply(set, "{'op':'remove','path':'" + ENTERPRISE + ":department'}");
        assertFalse(gone.containsKey(ENTERPRISE));
    }

    @Test
    void addMakesTheValueThatTheFilterDescribes() {
        JsonObject after = patched("{'op':'Add','path':'phoneNumbers[type eq \\'mobile\\'].value','value':'+1'}");
        assertEquals(
                new JsonArray().add(new JsonObject().put("type", "mobile").put("value", "+1")),
                after.getJsonArray("phoneNumbers"));
    }

    @Test
    @DisplayName("a new primary value takes the mark from the old one (RFC 7644 §3.5.2)")
    void primaryMoves() {
        JsonObject after = patched("{'op':'add','path':'emails','value':{'value':'new@example.com','primary':true}}");
        List<Object> primary = after.getJsonArray("emails").stream()
                .filter(email -> Boolean.TRUE.equals(((JsonObject) email).getValue("primary")))
                .map(email -> ((JsonObject) email).getValue("value"))
                .toList();
        assertEquals(List.of("new@example.com"), primary);
        assertEquals(3, after.getJsonArray("emails").size());
    }

    @Test
    void replaceOnSelectedValuesOnly() {
        JsonObject after = patched("{'op':'replace','path':'emails[type eq \\'home\\'].value','value':'h@x'}");
        assertEquals(
                "b@example.com", after.getJsonArray("emails").getJsonObject(0).getString("value"));
        assertEquals("h@x", after.getJsonArray("emails").getJsonObject(1).getString("value"));
    }

    @Test
    void membersComeAndGo() {
        JsonObject group = new JsonObject()
                .put("displayName", "Staff")
                .put("members", new JsonArray().add(member("a")).add(member("b")));
        assertEquals(
                List.of("a", "b", "c"),
                members(group, "{'op':'Add','path':'members','value':[{'value':'c'},{'value':'a'}]}"));
        assertEquals(List.of("a"), members(group, "{'op':'Remove','path':'members','value':[{'value':'b'}]}"));
        assertEquals(List.of("b"), members(group, "{'op':'remove','path':'members[value eq \\'a\\']'}"));
        assertEquals(List.of("a", "b"), members(group, "{'op':'remove','path':'members[value eq \\'zz\\']'}"));
        assertEquals(List.of(), members(group, "{'op':'remove','path':'members'}"));
        assertEquals(List.of("z"), members(group, "{'op':'replace','path':'members','value':[{'value':'z'}]}"));
        assertEquals(
                List.of("a"), members(group, "{'op':'remove','path':'members[value eq \\'b\\' or value eq \\'c\\']'}"));
    }

    @Test
    void mustSayThatItIsAPatch() {
        assertEquals(
                "invalidSyntax",
                assertThrows(ScimException.class, () -> PatchOperation.read(new JsonObject()))
                        .scimType());
        assertThrows(
                ScimException.class,
                () -> PatchOperation.read(new JsonObject().put("schemas", new JsonArray().add(MESSAGE))));
    }

    @Test
    @DisplayName("F10: a document nested a thousand levels deep is refused")
    void deepDocuments() {
        JsonObject deep = new JsonObject();
        for (int i = 0; i < 900; i++) {
            deep = new JsonObject().put("a", deep);
        }
        JsonObject body = new JsonObject()
                .put("schemas", new JsonArray().add(MESSAGE))
                .put(
                        "Operations",
                        new JsonArray().add(new JsonObject().put("op", "add").put("value", deep)));
        assertEquals(
                "invalidSyntax",
                assertThrows(ScimException.class, () -> PatchOperation.read(body))
                        .scimType());
    }

    @Test
    @DisplayName("B10, F06: POST and PUT ignore what is read-only and refuse what no schema knows")
    void reads() {
        JsonObject body = new JsonObject()
                .put("ID", "victim")
                .put("meta", new JsonObject().put("created", "2000-01-01T00:00:00Z"))
                .put("USERNAME", "b")
                .put("password", "secret")
                .put("Active", "False")
                .put("groups", new JsonArray().add(new JsonObject().put("value", "admins")));
        assertEquals(
                new JsonObject().put("userName", "b").put("active", false),
                ResourceReader.read(ResourceType.USER, body));
        for (String unknown : List.of("tenantId", "isAdmin", "urn:other:User")) {
            assertThrows(
                    ScimException.class,
                    () -> ResourceReader.read(ResourceType.USER, body.copy().put(unknown, "x")));
        }
        assertThrows(
                ScimException.class,
                () -> ResourceReader.read(ResourceType.USER, body.copy().put("userName", "twice")));
        assertThrows(
                ScimException.class,
                () -> ResourceReader.read(ResourceType.USER, body.copy().put("externalId", 1)));
    }

    @Test
    void selectionOfAttributes() {
        JsonObject all = user().put("schemas", new JsonArray()).put("meta", new JsonObject().put("created", "x"));
        assertEquals(
                List.of("id", "userName", "emails"),
                List.copyOf(Selection.of("username,emails.value", null)
                                .apply(all)
                                .fieldNames())
                        .stream()
                        .filter(name -> !name.equals("schemas"))
                        .toList());
        assertEquals(
                new JsonObject().put("value", "b@example.com"),
                Selection.of("emails.value", null)
                        .apply(all)
                        .getJsonArray("emails")
                        .getJsonObject(0));
        assertFalse(Selection.of(null, "members").wants("members"));
        assertTrue(Selection.of(null, "members").wants("displayName"));
        assertFalse(Selection.of(null, "EMAILS").apply(all).containsKey("emails"));
    }

    private static List<String> members(JsonObject group, String operation) {
        JsonObject after = Patch.apply(ResourceType.GROUP, group, PatchOperation.read(request(operation)));
        return new ScimGroup(after).members();
    }

    private static JsonObject member(String id) {
        return new JsonObject().put("value", id);
    }

    private static JsonObject patched(String operations) {
        return apply(user(), operations);
    }

    private static JsonObject apply(JsonObject user, String operations) {
        return Patch.apply(ResourceType.USER, user, PatchOperation.read(request(operations)));
    }

    private static JsonObject request(String operations) {
        String json = operations.replace("\\'", "\\\"").replace('\'', '"');
        return new JsonObject("{\"schemas\":[\"" + MESSAGE + "\"],\"Operations\":[" + json + "]}");
    }

    private static JsonObject user() {
        return new JsonObject()
                .put("id", "u1")
                .put("userName", "bjensen")
                .put("active", true)
                .put("name", new JsonObject().put("familyName", "Jensen"))
                .put(
                        "emails",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("type", "work")
                                        .put("value", "b@example.com")
                                        .put("primary", true))
                                .add(new JsonObject().put("type", "home").put("value", "babs@jensen.org")));
    }
}
