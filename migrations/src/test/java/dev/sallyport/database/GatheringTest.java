package dev.sallyport.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Questions that wait together travel together, each with its own answer, and none suffers from its neighbour. */
class GatheringTest {
    private static final TenantId ACME = new TenantId(Uuid7.next());
    private static final TenantId GLOBEX = new TenantId(Uuid7.next());

    private static Vertx vertx;
    private static Database database;

    private record Sent(TenantId tenant, List<Integer> questions) {}

    private final ConcurrentLinkedQueue<Sent> sent = new ConcurrentLinkedQueue<>();
    private final Gathering<Integer, String> gathering = new Gathering<>(q -> q < 0 ? (Object) q : null, this::ask);

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        database = TestDatabase.fresh().open(vertx);
    }

    @AfterAll
    static void close() {
        wait(database.close());
        wait(vertx.close());
    }

    /** Divides by the question, so that a zero is refused by the database; says which tenant was set. */
    private Future<List<String>> ask(TenantId tenant, List<Integer> questions) {
        sent.add(new Sent(tenant, questions));
        return database.tenants()
                .query(tenant, """
                        SELECT q.value || '/' || 12 / q.value || '/' || current_setting('sallyport.tenant') AS answer
                        FROM unnest($1::int[]) WITH ORDINALITY AS q (value, n) ORDER BY q.n""", Tuple.tuple().addArrayOfInteger(questions.toArray(Integer[]::new)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString("answer"))
                        .toList());
    }

    @Test
    @DisplayName("each question gets its own answer, and those that came together went together")
    void gathers() {
        List<Future<String>> answers = inOneGo(() -> IntStream.rangeClosed(1, 300)
                .mapToObj(i -> gathering.ask(ACME, i))
                .toList());
        for (int i = 1; i <= 300; i++) {
            assertEquals(i + "/" + 12 / i + "/" + ACME, wait(answers.get(i - 1)));
        }
        assertEquals(3, sent.size());
    }

    @Test
    @DisplayName("B02: tenants are never gathered together")
    void keepsTenantsApart() {
        List<Future<String>> answers = inOneGo(() -> IntStream.rangeClosed(1, 40)
                .mapToObj(i -> gathering.ask(i % 2 == 0 ? ACME : GLOBEX, i))
                .toList());
        for (int i = 1; i <= 40; i++) {
            assertTrue(wait(answers.get(i - 1)).endsWith((i % 2 == 0 ? ACME : GLOBEX).toString()));
        }
        assertEquals(2, sent.size());
        sent.forEach(each -> assertEquals(
                1, each.questions().stream().map(q -> q % 2).distinct().count()));
    }

    @Test
    @DisplayName("a question that the database refuses fails alone")
    void failsAlone() {
        List<Future<String>> answers = inOneGo(() ->
                IntStream.of(1, 0, 3).mapToObj(i -> gathering.ask(ACME, i)).toList());
        assertTrue(wait(answers.get(0)).startsWith("1/12/"));
        assertTrue(wait(answers.get(2)).startsWith("3/4/"));
        assertInstanceOf(io.vertx.pgclient.PgException.class, failure(answers.get(1)));
    }

    @Test
    @DisplayName("two questions of one key do not share a statement, and keep their order")
    void separatesOneKey() {
        List<Future<String>> answers = inOneGo(() -> IntStream.of(-1, -1, 2, -1, -2)
                .mapToObj(i -> gathering.ask(ACME, i))
                .toList());
        answers.forEach(GatheringTest::wait);
        assertEquals(
                List.of(List.of(-1, 2, -2), List.of(-1), List.of(-1)),
                sent.stream().map(Sent::questions).toList());
    }

    @Test
    @DisplayName(
            "I01: a queue of one tenant is bounded; what is over is told that the database is away, and the rest is answered")
    void bounded() {
        List<Future<String>> answers = inOneGo(() -> IntStream.rangeClosed(1, 5_000)
                .mapToObj(i -> gathering.ask(ACME, 1))
                .toList());
        long refused = 0;
        for (Future<String> answer : answers) {
            Throwable failure = failure(answer);
            if (failure != null) {
                assertInstanceOf(DatabaseUnavailable.class, failure);
                refused++;
            }
        }
        assertEquals(5_000 - 4_096, refused);
    }

    @Test
    @DisplayName("off the event loop a question goes by itself")
    void alone() {
        assertTrue(wait(gathering.ask(ACME, 4)).startsWith("4/3/"));
        assertEquals(1, sent.size());
    }

    private static <T> List<Future<T>> inOneGo(Supplier<List<Future<T>>> work) {
        Promise<List<Future<T>>> done = Promise.promise();
        Context context = vertx.getOrCreateContext();
        context.runOnContext(v -> done.complete(new ArrayList<>(work.get())));
        return wait(done.future());
    }

    private static <T> T wait(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static Throwable failure(Future<?> future) {
        return wait(future.transform(done -> Future.succeededFuture(Optional.ofNullable(done.cause()))))
                .orElse(null);
    }
}
