package dev.sallyport.demo.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class FilterTest {
    private static DirectoryFixture fixture;
    private static String aliceId;

    @BeforeAll
    static void start() throws Exception {
        fixture = new DirectoryFixture(DirectoryOptions.defaults());
        DemoDirectory acme = fixture.directory;
        aliceId = acme.addPerson(
                DirectoryPerson.active("E-1", "Alice@acme.example", "alice@acme.example", "Alice", "Archer", "Staff"));
        acme.addPerson(DirectoryPerson.active("e-2", "bob@acme.example", "bob@acme.example", "Bob", "O'\"Brien\\"));
        acme.addPerson(DirectoryPerson.active("e-3", "car%ol@acme.example", "carol@mail.example", "Carol", "Cole"));
        acme.deactivate("e-3");
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            userName eq "alice@ACME.example" | E-1
            USERNAME EQ "alice@acme.example" | E-1
            urn:ietf:params:scim:schemas:core:2.0:User:userName eq "bob@acme.example" | e-2
            externalId eq "E-1" | E-1
            externalId eq "e-1" |
            externalId ne "e-2" | E-1 e-3
            active eq true | E-1 e-2
            active eq false | e-3
            not (active eq true) | e-3
            name.givenName sw "al" | E-1
            userName ew "example" | E-1 e-2 e-3
            userName co "%" | e-3
            userName co "_" |
            userName gt "b" | e-2 e-3
            userName le "b" | E-1
            userName ge "bob@acme.example" and userName lt "c" | e-2
            title pr |
            title eq null | E-1 e-2 e-3
            groups pr | E-1
            groups.display eq "staff" | E-1
            emails eq "carol@mail.example" | e-3
            emails[type eq "work" and value co "mail"] | e-3
            active eq true and (userName sw "bob" or userName sw "car") | e-2
            userName sw "bob" or userName sw "car" and active eq true | e-2
            urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization eq "acme" | E-1 e-2 e-3
            meta.lastModified gt "2020-01-01T00:00:00Z" | E-1 e-2 e-3
            meta.lastModified lt "2020-01-01T00:00:00+02:00" |
            name.familyName eq "O'\\"Brien\\\\" | e-2
            """)
    void aFilterFindsThoseItDescribes(String filter, String expected) {
        List<String> wanted = expected == null ? List.of() : Arrays.asList(expected.split(" "));
        assertEquals(wanted, fixture.scim.found(filter));
    }

    @Test
    void anIdFindsItsOwner() {
        assertEquals(List.of("E-1"), fixture.scim.found("id eq \"" + aliceId + "\""));
    }

    @Test
    void laterThanTheLastChangeSeenFindsOnlyWhatChangedSince() {
        String latest = fixture.scim.json("/Users").getJsonArray("Resources").stream()
                .map(r -> ((JsonObject) r).getJsonObject("meta").getString("lastModified"))
                .max(String::compareTo)
                .orElseThrow();
        assertEquals(List.of(), fixture.scim.found("meta.lastModified gt \"" + latest + "\""));
        fixture.directory.activate("e-3");
        assertEquals(List.of("e-3"), fixture.scim.found("meta.lastModified gt \"" + latest + "\""));
        fixture.directory.deactivate("e-3");
    }

    @Test
    void nothingFoundIsAnEmptyListAndNotAnError() {
        HttpResponse<String> answer = fixture.scim.filter("userName eq \"nobody\"");
        assertEquals(200, answer.statusCode());
        assertEquals(0, new JsonObject(answer.body()).getInteger("totalResults"));
    }

    static Stream<String> badFilters() {
        String deep = "(".repeat(3000);
        String wide = Stream.generate(() -> "active eq true").limit(150).collect(Collectors.joining(" or "));
        return Stream.of(
                "",
                "userName",
                "userName eq",
                "userName eq alice",
                "userName is \"a\"",
                "userName eq \"a",
                "userName eq \"a\" userName",
                "userName eq \"a\" and",
                "userName eq \"\\q\"",
                "userName eq \"a\u0000\"",
                "userName eq 5",
                "nickName eq \"a\"",
                "name eq \"a\"",
                "name.secret eq \"a\"",
                "active eq \"true\"",
                "active gt true",
                "meta.lastModified gt \"yesterday\"",
                "meta.lastModified co \"2026\"",
                "emails[type eq \"work\"",
                "userName[value eq \"a\"]",
                "emails[userName eq \"a\"]",
                "not userName pr",
                "not not (userName pr)",
                "\"' OR 1=1",
                ")",
                deep,
                "not (".repeat(25) + "active pr" + ")".repeat(25),
                wide,
                "userName eq \"" + "a".repeat(5000) + "\"");
    }

    @ParameterizedTest
    @MethodSource("badFilters")
    @DisplayName("F10: a filter that is not understood, too deep or too long is 400 invalidFilter")
    void aBadFilterIsRefusedByName(String filter) {
        HttpResponse<String> answer = fixture.scim.filter(filter);
        JsonObject error = new JsonObject(answer.body());
        assertEquals(400, answer.statusCode());
        assertEquals("invalidFilter", error.getString("scimType"));
        assertEquals("400", error.getValue("status"), "RFC 7644 §3.12: the status is a string");
        assertTrue(error.getJsonArray("schemas").contains("urn:ietf:params:scim:api:messages:2.0:Error"));
    }
}
