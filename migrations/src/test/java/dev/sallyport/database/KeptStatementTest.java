package dev.sallyport.database;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A statement is parsed and planned once on a connection, however long its text is. */
class KeptStatementTest {
    private static final TenantId ACME = new TenantId(Uuid7.next());

    private static Vertx vertx;
    private static Database database;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        database = TestDatabase.fresh().open(vertx);
    }

    @AfterAll
    static void close() throws Exception {
        wait(database.close());
        wait(vertx.close());
    }

    @ParameterizedTest
    @DisplayName("a statement that is used three times is prepared once and has one plan")
    @ValueSource(ints = {100, 2_047, 2_048, 2_700, 20_000})
    void isKept(int length) throws Exception {
        String sql = "SELECT slug FROM tenants WHERE id = $1 --";
        String padded = sql + "x".repeat(length - sql.length());
        Tuple used = wait(database.tenants().transaction(ACME, tx -> once(tx, padded)
                .compose(v -> once(tx, padded))
                .compose(v -> once(tx, padded))
                .compose(v -> tx.preparedQuery(
                                "SELECT count(*), sum(generic_plans)::bigint, sum(custom_plans)::bigint FROM pg_prepared_statements WHERE statement = $1")
                        .execute(Tuple.of(padded)))
                .map(rows -> rows.iterator().next())));
        assertEquals(1, used.getLong(0), "times prepared");
        assertEquals(3, used.getLong(1), "executions by the plan that is kept");
        assertEquals(0, used.getLong(2), "plans that were made for one execution");
    }

    @Test
    @DisplayName("a report that says so is not kept, nor is the plan that was good for fewer rows")
    void isPlannedAnew() throws Exception {
        String report = Database.PLANNED_ANEW + "SELECT slug FROM tenants WHERE id = $1";
        long kept = wait(database.tenants().transaction(ACME, tx -> once(tx, report)
                .compose(v -> once(tx, report))
                .compose(v -> tx.preparedQuery("SELECT count(*) FROM pg_prepared_statements WHERE statement = $1")
                        .execute(Tuple.of(report)))
                .map(rows -> rows.iterator().next().getLong(0))));
        assertEquals(0, kept);
    }

    private static Future<?> once(SqlConnection tx, String sql) {
        return tx.preparedQuery(sql).execute(Tuple.of(ACME.value()));
    }

    private static <T> T wait(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
