package dev.sallyport.demo.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.demo.directory.Misbehaviour.Break;
import dev.sallyport.demo.directory.Misbehaviour.Shift;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The faults of threats F01, F02 and F05 as this directory plays them: each does what it says. */
@Timeout(60)
class MisbehaviourTest {
    private static final String PAGE_2 = "/Users?count=10&startIndex=11";

    private DirectoryFixture fixture;
    private DemoDirectory directory;
    private ScimCaller scim;

    @BeforeEach
    void start() throws Exception {
        fixture = new DirectoryFixture(DirectoryOptions.defaults().withCursorPaging()).people(35);
        directory = fixture.directory;
        directory.join("e1", "Staff");
        scim = fixture.scim;
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    @DisplayName("F01: the empty list is 200 with totalResults 0, and the people are still there by id")
    void theEmptyListHidesEverybodyAndRemovesNobody() {
        directory.behave(Misbehaviour.emptyList());
        JsonObject users = scim.json("/Users");
        assertEquals(200, scim.get("/Users").statusCode());
        assertEquals(0, users.getInteger("totalResults"));
        assertEquals(0, users.getJsonArray("Resources").size());
        assertEquals(0, scim.json("/Users?cursor=").getInteger("totalResults"));
        assertEquals(0, scim.json("/Groups").getInteger("totalResults"));
        assertEquals(
                200, scim.get("/Users/" + directory.idOf("e1").orElseThrow()).statusCode());
        assertEquals(35, directory.size());
        directory.behave(Misbehaviour.none());
        assertEquals(35, scim.json("/Users").getInteger("totalResults"));
    }

    @Test
    void aBlindDirectoryDeniesSinglePeopleToo() {
        directory.behave(new Misbehaviour.Blind());
        assertEquals(0, scim.json("/Users").getInteger("totalResults"));
        assertEquals(
                404, scim.get("/Users/" + directory.idOf("e1").orElseThrow()).statusCode());
    }

    @Test
    void oneKindMayMisbehaveAlone() {
        directory.behave(Misbehaviour.emptyList(), ResourceKind.GROUP);
        assertEquals(35, scim.json("/Users").getInteger("totalResults"));
        assertEquals(0, scim.json("/Groups").getInteger("totalResults"));
    }

    @ParameterizedTest
    @EnumSource(Break.class)
    @DisplayName("F02: the page named breaks in the way named; the page before it is whole")
    void aPageBreaksAsTold(Break how) throws Exception {
        directory.behave(Misbehaviour.breakPage(2, how));
        assertEquals(10, scim.json("/Users?count=10").getJsonArray("Resources").size());
        if (how == Break.RESET) {
            assertThrows(IOException.class, () -> scim.send("GET", PAGE_2, ""));
        } else {
            HttpResponse<String> answer = scim.get(PAGE_2);
            switch (how) {
                case SERVER_ERROR -> assertEquals(500, answer.statusCode());
                case UNAUTHORIZED -> assertEquals(401, answer.statusCode());
                case TOO_MANY_REQUESTS -> {
                    assertEquals(429, answer.statusCode());
                    assertEquals("1", answer.headers().firstValue("Retry-After").orElseThrow());
                }
                default -> {
                    assertEquals(200, answer.statusCode());
                    assertThrows(DecodeException.class, () -> new JsonObject(answer.body()));
                }
            }
        }
        assertEquals(
                10,
                scim.json("/Users?count=10&startIndex=21")
                        .getJsonArray("Resources")
                        .size());
    }

    @Test
    void aPageBreaksAsOftenAsTold() {
        directory.behave(Misbehaviour.breakPage(2, Break.TOO_MANY_REQUESTS, 2));
        assertEquals(
                List.of(429, 429, 200, 200),
                Stream.generate(() -> scim.get(PAGE_2).statusCode()).limit(4).toList());
    }

    @Test
    void aPageBreaksUnderCursorPagingToo() {
        directory.behave(Misbehaviour.breakPage(2, Break.SERVER_ERROR));
        String cursor = scim.json("/Users?count=10&cursor=").getString("nextCursor");
        assertEquals(500, scim.get("/Users?count=10&cursor=" + cursor).statusCode());
    }

    @Test
    @DisplayName("F02: totals shrink from the page named on, so that a trusting reader stops early")
    void totalsShrink() {
        directory.behave(new Misbehaviour.ShrinkTotals(2, 15));
        assertEquals(35, scim.json("/Users?count=10").getInteger("totalResults"));
        assertEquals(20, scim.json(PAGE_2).getInteger("totalResults"));
        assertEquals(DirectoryFixture.ids(20).toList(), scim.readByIndex(10));
    }

    @Test
    @DisplayName("F05: one row comes twice in the place of another at each boundary, and the sum is still right")
    void swappedRowsKeepTheSumAndLosePeople() {
        directory.behave(new Misbehaviour.ShiftRows(Shift.SWAP));
        List<String> seen = scim.readByIndex(10);
        assertEquals(35, seen.size());
        assertEquals(seen.get(9), seen.get(10), "the row before the boundary came twice");
        assertEquals(List.of("e11", "e21", "e31"), missing(seen));
    }

    @Test
    @DisplayName("F05: one row comes twice at each boundary, and nobody is lost")
    void doubledRowsExceedTheSum() {
        directory.behave(new Misbehaviour.ShiftRows(Shift.DOUBLE));
        List<String> seen = scim.readByIndex(10);
        assertEquals(38, seen.size());
        assertEquals(List.of(), missing(seen));
        assertEquals(35, scim.json(PAGE_2).getInteger("totalResults"));
    }

    @Test
    @DisplayName("F05: rows move by one at each boundary, and one person is lost at each")
    void skippedRowsAreLost() {
        directory.behave(new Misbehaviour.ShiftRows(Shift.SKIP));
        List<String> seen = scim.readByIndex(10);
        assertEquals(List.of("e11", "e22", "e33"), missing(seen));
        assertEquals(32, seen.size());
        assertEquals(35, scim.json(PAGE_2).getInteger("totalResults"));
    }

    @Test
    void aRepeatedPageComesTwiceInPlaceOfItsSuccessor() {
        directory.behave(new Misbehaviour.RepeatPage(2));
        List<String> seen = scim.readByIndex(10);
        assertEquals(seen.subList(0, 10), seen.subList(10, 20));
        assertEquals(35, seen.size());
        assertEquals(DirectoryFixture.ids(20).skip(10).toList(), missing(seen));
    }

    @Test
    void aStalledPageIsNeverAnswered() {
        directory.behave(new Misbehaviour.Stall(2));
        assertEquals(200, scim.get("/Users?count=10").statusCode());
        assertThrows(HttpTimeoutException.class, () -> scim.send("GET", PAGE_2, ""));
    }

    @Test
    void aStalledCallerIsCutOffWhenTheDirectoryCloses() throws Exception {
        directory.behave(new Misbehaviour.Stall(1));
        String[] address = directory.hostAndPort().split(":", 2);
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            socket.setSoTimeout(5_000);
            String request = "GET /scim/v2/Users HTTP/1.1\r\nHost: " + directory.hostAndPort()
                    + "\r\nAuthorization: Bearer " + DirectoryFixture.TOKEN + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
                while (directory.requests().lists() == 0) {
                    Thread.onSpinWait();
                }
            });
            directory.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
            assertEquals(-1, socket.getInputStream().read(), "closed without an answer");
        }
    }

    @Test
    void endlessPagesAreAlwaysFullAndNeverRepeat() {
        directory.behave(new Misbehaviour.Endless());
        HashSet<String> seen = new HashSet<>();
        String cursor = "";
        for (int page = 0; page < 30; page++) {
            JsonObject byIndex = scim.json("/Users?count=10&startIndex=" + (page * 10 + 1));
            List<String> ids = ScimCaller.externalIds(byIndex);
            seen.addAll(ids);
            assertEquals(10, ids.size());
            assertTrue(byIndex.getInteger("totalResults") > (page + 1) * 10);
            cursor = scim.json("/Users?count=10&cursor=" + cursor).getString("nextCursor");
            assertTrue(cursor != null, "there is always a next page");
        }
        assertEquals(300, seen.size());
    }

    private static List<String> missing(List<String> seen) {
        return DirectoryFixture.ids(35).filter(id -> !seen.contains(id)).toList();
    }
}
