package dev.sallyport.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The hottest statements are the longest ones. */
class LongStatementTest {
    @Test
    @DisplayName("a long statement is prepared once for a connection, and planned once")
    void isPreparedOnce() throws Exception {
        Vertx vertx = Vertx.vertx();
        Database database = TestDatabase.fresh().open(vertx);
        String sql = "SELECT $1::text AS said /* " + "long ".repeat(1_000) + "*/";
        assertTrue(sql.length() > 5_000);
        long plans = await(database.platformTransaction(tx -> tx.preparedQuery(sql)
                .execute(Tuple.of("a"))
                .compose(v -> tx.preparedQuery(sql).execute(Tuple.of("b")))
                .compose(v -> tx.preparedQuery(
                                "SELECT generic_plans + custom_plans AS n FROM pg_prepared_statements WHERE length(statement) > 5000")
                        .execute())
                .map(rows -> {
                    assertEquals(1, rows.size(), "it is kept");
                    return rows.iterator().next().getLong("n");
                })));
        assertEquals(2, plans, "both times by the one that is kept");
        await(database.close());
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
