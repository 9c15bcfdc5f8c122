package dev.sallyport.demo.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PagingTest {
    private DirectoryFixture fixture;

    @BeforeEach
    void start() throws Exception {
        DirectoryOptions options = DirectoryOptions.defaults().withPageSize(10).withCursorPaging();
        fixture = new DirectoryFixture(options).people(23);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 50})
    void pagesByIndexSumToEverybodyOnceAndInOrder(int count) {
        assertEquals(DirectoryFixture.ids(23).toList(), fixture.scim.readByIndex(count));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 50})
    void pagesByCursorSumToEverybodyOnceAndInOrder(int count) {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonObject page = fixture.scim.json("/Users?count=" + count + "&cursor=" + cursor);
            assertEquals(23, page.getInteger("totalResults"));
            assertFalse(page.containsKey("startIndex"));
            seen.addAll(ScimCaller.externalIds(page));
            cursor = page.getString("nextCursor");
            assertTrue(cursor == null || cursor.matches("[A-Za-z0-9._~-]+"), "RFC 9865: unreserved characters only");
        }
        assertEquals(DirectoryFixture.ids(23).toList(), seen);
    }

    @Test
    void aRowDeletedBetweenTwoCursorPagesLosesNobodyElse() {
        JsonObject first = fixture.scim.json("/Users?count=10&cursor=");
        fixture.directory.remove("e2");
        JsonObject second = fixture.scim.json("/Users?count=10&cursor=" + first.getString("nextCursor"));
        assertEquals("e11", ScimCaller.externalIds(second).get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", ".", "MV8x.AAAAAAAAAAAAAAAAAAAAAA", "%00"})
    void aMadeUpCursorIsRefused(String cursor) {
        assertEquals(400, fixture.scim.get("/Users?cursor=" + cursor).statusCode());
        assertEquals(
                "invalidCursor", fixture.scim.json("/Users?cursor=" + cursor).getString("scimType"));
    }

    @Test
    void aCursorIsGoodOnlyForItsOwnFilter() {
        String cursor = fixture.scim.json("/Users?count=5&cursor=").getString("nextCursor");
        String filter = ScimCaller.encode("active eq true");
        assertEquals(
                "invalidCursor",
                fixture.scim
                        .json("/Users?count=5&filter=" + filter + "&cursor=" + cursor)
                        .getString("scimType"));
    }

    @ParameterizedTest
    @CsvSource({
        "startIndex=0&count=2, 1, 2",
        "startIndex=-7&count=2, 1, 2",
        "startIndex=22&count=5, 22, 2",
        "startIndex=24&count=5, 24, 0",
        "startIndex=2147483648&count=5, 268435455, 0",
        "count=1000000000, 1, 10",
        "count=-3, 1, 0",
        "count=0, 1, 0",
    })
    void oddPageNumbersAreReadAsRfc7644Says(String query, int startIndex, int rows) {
        JsonObject page = fixture.scim.json("/Users?" + query);
        assertEquals(23, page.getInteger("totalResults"));
        assertEquals(startIndex, page.getInteger("startIndex"));
        assertEquals(rows, page.getInteger("itemsPerPage"));
    }

    @Test
    void aPageNumberThatIsNoNumberIsRefused() {
        assertEquals(400, fixture.scim.get("/Users?startIndex=abc").statusCode());
    }
}
