package dev.sallyport.scim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.scim.FilterExpression.And;
import dev.sallyport.scim.FilterExpression.Or;
import dev.sallyport.scim.FilterSql.Column;
import dev.sallyport.scim.FilterSql.Condition;
import dev.sallyport.scim.FilterSql.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
    private static final Map<String, Column> COLUMNS = Map.of(
            "username", new Column("u.user_name", Kind.TEXT),
            "id", new Column("u.id", Kind.UUID),
            "active", new Column("u.active", Kind.BOOLEAN),
            "meta.created", new Column("u.created_at", Kind.TIME),
            "emails.type", new Column("'work'::text", Kind.TEXT),
            "emails.value", new Column("u.email", Kind.TEXT));

    private static final JsonObject BJENSEN = new JsonObject()
            .put("id", "2819c223")
            .put("userName", "bjensen")
            .put("active", true)
            .put("name", new JsonObject().put("familyName", "O'Malley"))
            .put("title", "")
            .put(
                    "emails",
                    new JsonArray()
                            .add(new JsonObject().put("type", "work").put("value", "b@example.com"))
                            .add(new JsonObject().put("type", "home").put("value", "babs@jensen.org")))
            .put("meta", new JsonObject().put("lastModified", "2026-03-01T10:00:00Z"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "userName eq \"BJENSEN\"",
                "USERNAME Eq \"bjensen\"",
                "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"B\"",
                "name.familyName co \"O'Malley\"",
                "not (title pr)",
                "title eq null",
                "emails co \"example.com\"",
                "emails.value ew \"jensen.org\"",
                "emails[type eq \"work\" and value co \"@example.com\"]",
                "active eq true and (userName eq \"x\" or userName eq \"bjensen\")",
                "active eq \"True\"",
                "meta.lastModified gt \"2026-02-28T23:00:00-10:00\"",
                "userName eq \"x\" and active eq true or id eq \"2819c223\"",
                "nickName ne \"x\"",
            })
    @DisplayName("the filters of RFC 7644 §3.4.2.2 select whom they describe")
    void selects(String filter) {
        assertTrue(FilterEvaluation.test(FilterExpression.parse(filter), BJENSEN), filter);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id eq \"2819C223\"",
                "emails[type eq \"home\" and value co \"@example.com\"]",
                "userName ne \"bjensen\"",
                "active eq false",
                "nickName pr",
                "userName eq \"%\"",
                "userName co \"_\"",
            })
    void doesNotSelect(String filter) {
        assertFalse(FilterEvaluation.test(FilterExpression.parse(filter), BJENSEN), filter);
    }

    @Test
    void andBindsStrongerThanOr() {
        Or or = (Or) FilterExpression.parse("a pr or b pr and c pr");
        assertEquals(And.class, or.any().get(1).getClass());
    }

    static List<String> hostile() {
        return List.of(
                "",
                " ",
                "userName",
                "userName eq",
                "userName eq \"x",
                "userName eq 'x'",
                "userName eq \"x\" and",
                "userName xx \"x\"",
                "(userName pr",
                "userName pr)",
                "not userName pr",
                "not not (userName pr)",
                "emails[type eq \"work\"",
                "emails[a[b pr]]",
                "userName eq \"\\u0000\"",
                "userName eq \"\\x\"",
                "userName eq \"\\u12\"",
                "userName gt null",
                "1 eq 1",
                "userName eq 01",
                "a.b.c pr",
                "\u0000",
                "userName eq \"x\"; DROP TABLE users",
                "(".repeat(4000),
                "(".repeat(21) + "a pr" + ")".repeat(21),
                "not (".repeat(30) + "a pr" + ")".repeat(30),
                "a pr and ".repeat(500) + "a pr",
                "a".repeat(100_000));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    @DisplayName("F10: a filter that is malformed, too deep or too long is invalidFilter within 50 ms")
    void refused(String filter) {
        ScimException refusal = assertTimeout(
                Duration.ofMillis(500), () -> assertThrows(ScimException.class, () -> FilterExpression.parse(filter)));
        assertEquals(400, refusal.status());
        assertEquals("invalidFilter", refusal.scimType());
    }

    @Test
    @DisplayName("F10: twenty levels are read, twenty-one are not")
    void depthLimit() {
        FilterExpression.parse("(".repeat(20) + "a pr" + ")".repeat(20));
        assertThrows(ScimException.class, () -> FilterExpression.parse("(".repeat(21) + "a pr" + ")".repeat(21)));
    }

    @Test
    @DisplayName("F10, H06: values are bound, wildcards in them are literal")
    void boundParameters() {
        Condition condition = sql("userName eq \"' OR 1=1 --\" or userName co \"50%_\\\\x\"");
        assertEquals(
                "(lower(u.user_name) = lower($3::text) OR lower(u.user_name) LIKE lower($4::text) ESCAPE '\\')",
                condition.sql());
        assertEquals(List.of("' OR 1=1 --", "%50\\%\\_\\\\x%"), condition.arguments());
    }

    @Test
    void valuePathBecomesItsColumns() {
        assertEquals(
                "((lower('work'::text) = lower($3::text) AND lower(u.email) LIKE lower($4::text) ESCAPE '\\'))",
                sql("emails[type eq \"work\" and value sw \"a\"]").sql());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password eq \"x\"",
                "tenant_id pr",
                "emails[secret pr]",
                "active gt true",
                "active eq \"perhaps\"",
                "meta.created gt \"yesterday\"",
                "meta.created co \"2026\"",
                "userName eq 5",
            })
    @DisplayName("F10: what cannot be searched is invalidFilter, not an empty list")
    void notSearchable(String filter) {
        assertEquals(
                "invalidFilter",
                assertThrows(ScimException.class, () -> sql(filter)).scimType());
    }

    @Test
    void anIdThatIsNoUuidMatchesNobody() {
        assertEquals("false", sql("id eq \"1\"").sql());
    }

    private static Condition sql(String filter) {
        return FilterSql.translate(FilterExpression.parse(filter), COLUMNS, 3);
    }
}
