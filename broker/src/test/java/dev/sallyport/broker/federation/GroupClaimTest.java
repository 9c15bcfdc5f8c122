package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.connection.ClaimNames;
import dev.sallyport.tenant.connection.GroupsFrom;
import dev.sallyport.tenant.connection.ProviderKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A group claim")
class GroupClaimTest {
    private static List<String> read(String claims, String name, GroupsFrom from) {
        return GroupClaim.read(new JsonObject(claims.replace('\'', '"')), ClaimNames.DEFAULT.withGroups(name, from));
    }

    private static String reason(String claims, String name, GroupsFrom from) {
        return assertThrows(IdTokenCheck.Untrusted.class, () -> read(claims, name, from), claims)
                .getMessage();
    }

    @ParameterizedTest(name = "{0} of {1} as {2} is {3}")
    @DisplayName("is read wherever and however the IdP writes it")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "groups|{'groups':['a','b']}|LIST|a b",
                "groups|{'groups':'a'}|LIST|a",
                "groups|{'groups':''}|LIST|``",
                "groups|{}|LIST|``",
                "groups|{'groups':null}|LIST|``",
                "groups|{'groups':['a','a']}|LIST|a",
                "realm_access.roles|{'realm_access':{'roles':['a','b']}}|LIST|a b",
                "resource_access.app.roles|{'resource_access':{'app':{'roles':['a']},'other':{'roles':['b']}}}|LIST|a",
                "resource_access.my.app.roles|{'resource_access':{'my.app':{'roles':['a']}}}|LIST|a",
                "https://example.com/groups|{'https://example.com/groups':['a']}|LIST|a",
                "https://example.com/groups|{'https://example':{'com/groups':['b']},'https://example.com/groups':['a']}|LIST|a",
                "a.b|{'a':{'b':['path']},'a.b':['exact']}|LIST|exact",
                "realm_access.roles|{'realm_access':['a']}|LIST|``",
                "realm_access.roles|{'realm_access':{'groups':['a']}}|LIST|``",
                "groups|{'groups':{'a':{},'b':true,'c':['x'],'d':false,'e':null}}|KEYS|a b c",
                "groups|{'groups':{'0':'a','1':'b'}}|VALUES|a b",
                "org.roles|{'org':{'roles':{'a':{'1':'x'}}}}|KEYS|a",
            })
    void isRead(String name, String claims, GroupsFrom from, String expected) {
        assertEquals(expected.isEmpty() ? List.of() : List.of(expected.split(" ")), read(claims, name, from));
    }

    @ParameterizedTest(name = "{0} as {1}")
    @DisplayName("B06: that is written otherwise than was said, or holds what is no name, stops the sign-in")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'groups':{'a':true}}|LIST",
                "{'groups':[['a']]}|LIST",
                "{'groups':[{'name':'a'}]}|LIST",
                "{'groups':['a',null]}|LIST",
                "{'groups':[1]}|LIST",
                "{'groups':['']}|LIST",
                "{'groups':7}|LIST",
                "{'groups':true}|LIST",
                "{'groups':['a']}|KEYS",
                "{'groups':'a'}|KEYS",
                "{'groups':{'a':'false'}}|KEYS",
                "{'groups':{'a':0}}|KEYS",
                "{'groups':{'':true}}|KEYS",
                "{'groups':{'a':true}}|VALUES",
                "{'groups':{'a':['b']}}|VALUES",
                "{'groups':['a']}|VALUES",
            })
    void isRefused(String claims, GroupsFrom from) {
        assertEquals("groups_claim", reason(claims, "groups", from));
    }

    @Test
    @DisplayName("B06, C09: of more than 1,000 groups, or with a name of more than 500 characters, stops the sign-in")
    void isBounded() {
        String many = IntStream.range(0, 1_001).mapToObj(i -> "'g" + i + "'").collect(Collectors.joining(","));
        assertEquals("too_many_groups", reason("{'groups':[" + many + "]}", "groups", GroupsFrom.LIST));
        assertEquals(
                "too_many_groups",
                reason("{'groups':{" + many.replace(",", ":true,") + ":true}}", "groups", GroupsFrom.KEYS));
        assertEquals("groups_claim", reason("{'groups':['" + "g".repeat(501) + "']}", "groups", GroupsFrom.LIST));
        assertEquals(
                500,
                read("{'groups':['" + "g".repeat(500) + "']}", "groups", GroupsFrom.LIST)
                        .get(0)
                        .length());
    }

    @ParameterizedTest
    @DisplayName("that is kept elsewhere because it is too long stops the sign-in, whatever else the token holds")
    @ValueSource(
            strings = {
                "{'_claim_names':{'groups':'src1'},'_claim_sources':{'src1':{'endpoint':'https://graph.example/x'}}}",
                "{'_claim_names':{'groups':'src1'}}",
                "{'_claim_names':{'groups':'src1'},'groups':['a']}",
                "{'_claim_names':{'groups':'src1'},'groups':[]}",
                "{'hasgroups':true}",
                "{'hasgroups':'true'}",
                "{'hasgroups':true,'roles':['a']}"
            })
    void overage(String claims) {
        assertEquals("group_overage", reason(claims, "groups", GroupsFrom.LIST));
    }

    @Test
    @DisplayName("is complete when something else is kept elsewhere")
    void noOverage() {
        assertEquals(List.of("a"), read("{'_claim_names':{'photo':'src1'},'groups':['a']}", "groups", GroupsFrom.LIST));
        assertEquals(List.of("a"), read("{'hasgroups':false,'groups':['a']}", "groups", GroupsFrom.LIST));
        assertEquals(
                List.of("a"),
                read("{'_claim_names':{'groups':'src1'},'hasgroups':true,'roles':['a']}", "roles", GroupsFrom.LIST),
                "app roles are another claim and never left out");
        assertEquals(
                "group_overage",
                reason("{'_claim_names':{'realm_access':'src1'}}", "realm_access.roles", GroupsFrom.LIST));
        assertEquals("groups_claim", reason("{'_claim_names':'groups','groups':['a']}", "groups", GroupsFrom.LIST));
    }

    @Property
    @Label("B06: is the same list of names, whichever way it is written; no name is split, cut or made up")
    void oneMeaning(@ForAll @Size(max = 20) List<@AlphaChars @StringLength(min = 1, max = 8) String> words) {
        List<String> names =
                words.stream().map(w -> w + ", " + w + "/x.y").distinct().toList();
        JsonObject keys = new JsonObject();
        JsonObject values = new JsonObject();
        names.forEach(name -> keys.put(name, true));
        IntStream.range(0, names.size()).forEach(i -> values.put("k" + i, names.get(i)));
        Map<GroupsFrom, Object> written =
                Map.of(GroupsFrom.LIST, new JsonArray(names), GroupsFrom.KEYS, keys, GroupsFrom.VALUES, values);
        written.forEach((from, value) -> {
            JsonObject claims = new JsonObject().put("x", new JsonObject().put("y.z", value));
            assertEquals(names, GroupClaim.read(claims, ClaimNames.DEFAULT.withGroups("x.y.z", from)));
        });
    }

    @Test
    @DisplayName("has a usual name for each product")
    void presets() {
        assertEquals("oid+tid", ProviderKind.ENTRA.claims().subject());
        assertTrue(ProviderKind.OKTA.scopes().contains("groups"));
        assertTrue(ProviderKind.KEYCLOAK.groupClaims("app").contains("resource_access.app.roles"));
        for (ProviderKind kind : ProviderKind.values()) {
            assertTrue(kind.scopes().contains("openid"), kind.word());
        }
    }
}
