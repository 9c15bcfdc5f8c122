package dev.sallyport.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller.Answer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A request with an Idempotency-Key is done once. */
class IdempotencyTest {
    private static final String HEADER = "Idempotency-Key";

    private static TestBroker broker;
    private static AdminCaller operator;

    @BeforeAll
    static void open() {
        broker = TestBroker.start();
        operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        operator.post("/tenants", new JsonObject().put("slug", "acme").put("name", "Acme"))
                .expect(201);
    }

    @AfterAll
    static void close() {
        broker.close();
    }

    @Test
    @DisplayName("B13: the repetition gets the same answer without the secret, and the secret is stored nowhere")
    void aRepetitionGetsTheSameAnswerWithoutTheSecret() {
        Answer first = operator.post("/tenants/acme/setup-links", new JsonObject(), HEADER, "one")
                .expect(201);
        Answer again = operator.post("/tenants/acme/setup-links", new JsonObject(), HEADER, "one")
                .expect(201);
        assertEquals(first.text("id"), again.text("id"));
        assertEquals(first.headers().get("location"), again.headers().get("location"));
        assertTrue(first.json().containsKey("url"));
        assertFalse(again.json().containsKey("url"));
        String secret = first.text("url").substring(first.text("url").indexOf('#') + 1);
        assertEquals(
                0,
                new Rows(broker)
                        .number("SELECT count(*) FROM idempotency_keys WHERE convert_from(body, 'UTF8') LIKE '%"
                                + secret + "%'"));
        operator.post("/tenants/acme/setup-links", new JsonObject().put("recipient", "x"), HEADER, "one")
                .expect(422);
        operator.post("/tenants", new JsonObject(), HEADER, "one").expect(400);
    }

    @Test
    void aRefusalDoesNotUseTheKeyUp() {
        JsonObject body = new JsonObject().put("slug", "late").put("name", "Late");
        operator.post("/tenants", body).expect(201);
        operator.post("/tenants", body, HEADER, "two").expect(409);
        operator.delete("/tenants/late").expect(204);
        operator.post("/tenants", body, HEADER, "two").expect(201);
        operator.post("/tenants", body, HEADER, "two").expect(201);
    }

    @Test
    void manyAtOnceDoItOnce() throws Exception {
        long before = new Rows(broker).number("SELECT count(*) FROM setup_links");
        var pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<Answer>> all = IntStream.range(0, 16)
                    .mapToObj(i -> pool.submit(() ->
                            operator.send("POST", "/admin/v1/tenants/acme/setup-links", null, null, HEADER, "many")))
                    .toList();
            int made = 0;
            for (Future<Answer> answer : all) {
                int status = answer.get().status();
                assertTrue(status == 201 || status == 409, "answered " + status);
                made += status == 201 ? 1 : 0;
            }
            assertTrue(made > 0);
        } finally {
            pool.shutdownNow();
        }
        assertEquals(before + 1, new Rows(broker).number("SELECT count(*) FROM setup_links"));
    }
}
