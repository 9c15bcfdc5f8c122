package dev.sallyport.scim.push;

import static dev.sallyport.scim.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.scim.push.Refusals.Refusal;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whoever is refused can be told what to do, without anything of theirs being kept. */
class RefusalsTest {
    private static PushHouse house;
    private static Refusals refusals;

    @BeforeAll
    static void start() {
        house = new PushHouse();
        refusals = new Refusals(house.database);
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    private static List<Refusal> until(Predicate<List<Refusal>> there) {
        for (int i = 0; i < 100; i++) {
            List<Refusal> all = await(refusals.latest(house.acme.id()));
            if (there.test(all)) {
                return all;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
        }
        throw new AssertionError("not noted: " + await(refusals.latest(house.acme.id())));
    }

    @Test
    @DisplayName(
            "each way of being refused is one row of its own tenant; nothing of the request is kept, and a flood adds no rows")
    void noted() {
        JsonObject twin = new JsonObject().put("userName", "canary-person@acme.example");
        house.send(HttpMethod.POST, "/Users", twin);
        for (int i = 0; i < 30; i++) {
            assertEquals(409, house.send(HttpMethod.POST, "/Users", twin).statusCode());
        }
        house.get("/Users?filter=canary%20nonsense");
        for (int i = 0; i < 30; i++) {
            house.get("/canary-" + i + "/x/y");
            house.send(HttpMethod.GET, house.acme, "/Users", "Bearer sps_canary" + i, "application/scim+json", null);
        }
        List<Refusal> all = until(found -> found.size() >= 4);
        assertEquals(4, all.size(), all.toString());
        assertTrue(
                all.stream()
                        .anyMatch(r -> r.operation().equals("POST Users")
                                && r.status() == 409
                                && r.cause().equals("uniqueness")),
                all.toString());
        assertTrue(all.stream().anyMatch(r -> r.status() == 400 && r.cause().equals("invalidFilter")), all.toString());
        assertTrue(all.stream().anyMatch(r -> r.operation().equals("GET Users") && r.status() == 401), all.toString());
        assertTrue(all.stream().anyMatch(r -> r.operation().equals("GET") && r.status() == 404), all.toString());
        assertTrue(all.stream().allMatch(r -> r.times() < 10), "a flood is not written down one by one");
        assertTrue(!all.toString().contains("canary"), all.toString());
        assertEquals(List.of(), await(refusals.latest(house.globex.id())));
    }
}
