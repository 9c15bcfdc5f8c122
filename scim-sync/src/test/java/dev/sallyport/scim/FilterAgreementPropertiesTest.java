package dev.sallyport.scim;

import static dev.sallyport.scim.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.database.Database;
import dev.sallyport.database.TestDatabase;
import dev.sallyport.scim.FilterSql.Column;
import dev.sallyport.scim.FilterSql.Condition;
import dev.sallyport.scim.FilterSql.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** The same filter selects the same people in memory and in PostgreSQL. */
class FilterAgreementPropertiesTest {
    private static final List<String> VALUES = List.of("a", "A", "ab", "a%", "_", "\\", "b'c", "ü", "");
    private static final Map<String, Column> COLUMNS = Map.of(
            "username", new Column("t.name", Kind.TEXT),
            "externalid", new Column("t.external", Kind.EXACT_TEXT),
            "active", new Column("t.active", Kind.BOOLEAN));
    private static final List<JsonObject> PEOPLE = people();
    private static Vertx vertx;
    private static Database database;

    @BeforeContainer
    static void open() {
        vertx = Vertx.vertx();
        database = TestDatabase.fresh().open(vertx);
    }

    @AfterContainer
    static void close() {
        await(database.close());
        await(vertx.close());
    }

    @Property(tries = 200)
    @Label("F10: filters mean the same in memory and in SQL, and no value breaks out")
    void agree(@ForAll("filters") String text) {
        FilterExpression filter = FilterExpression.parse(text);
        Set<Integer> inMemory = PEOPLE.stream()
                .filter(person -> FilterEvaluation.test(filter, person))
                .map(person -> person.getInteger("n"))
                .collect(Collectors.toCollection(TreeSet::new));
        Condition condition = FilterSql.translate(filter, COLUMNS, 2);
        Tuple arguments = Tuple.of(new JsonArray(PEOPLE));
        condition.arguments().forEach(arguments::addValue);
        Set<Integer> inDatabase = new TreeSet<>();
        await(database.platform("""
                        SELECT t.n FROM (SELECT (p ->> 'n')::integer AS n, p ->> 'userName' AS name, p ->> 'externalId' AS external,
                          (p ->> 'active')::boolean AS active FROM jsonb_array_elements($1::jsonb) AS p) AS t
                                WHERE""" + " " + condition.sql(), arguments))
                .forEach(row -> inDatabase.add(row.getInteger("n")));
        assertEquals(inDatabase, inMemory, text);
    }

    @Provide
    Arbitrary<String> filters() {
        return filter(3);
    }

    private static Arbitrary<String> filter(int depth) {
        Arbitrary<String> value = Arbitraries.of(VALUES)
                .map(text -> new JsonArray().add(text).encode())
                .map(json -> json.substring(1, json.length() - 1));
        Arbitrary<String> text = Combinators.combine(
                        Arbitraries.of("userName", "externalId", "USERNAME"),
                        Arbitraries.of("eq", "ne", "co", "sw", "ew", "Eq"),
                        value)
                .as((attribute, operator, literal) -> attribute + " " + operator + " " + literal);
        Arbitrary<String> leaf = Arbitraries.oneOf(
                text,
                text,
                Arbitraries.of(
                        "userName pr",
                        "externalId pr",
                        "active eq true",
                        "active ne true",
                        "active eq \"False\"",
                        "userName eq null",
                        "externalId ne null"));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<String> inner = filter(depth - 1);
        return Arbitraries.oneOf(
                leaf,
                inner.map(filter -> "not (" + filter + ")"),
                Combinators.combine(inner, inner).as((one, other) -> "(" + one + ") and " + other),
                Combinators.combine(inner, inner).as((one, other) -> one + " or (" + other + ")"));
    }

    private static List<JsonObject> people() {
        List<JsonObject> people = new ArrayList<>();
        for (String name : VALUES) {
            for (String external : new String[] {null, "a", "A", "a%"}) {
                for (Boolean active : new Boolean[] {null, true, false}) {
                    JsonObject person = new JsonObject().put("n", people.size()).put("userName", name);
                    if (external != null) {
                        person.put("externalId", external);
                    }
                    if (active != null) {
                        person.put("active", active);
                    }
                    people.add(person);
                }
            }
        }
        return people;
    }
}
