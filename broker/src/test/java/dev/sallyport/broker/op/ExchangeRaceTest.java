package dev.sallyport.broker.op;

import static dev.sallyport.broker.op.ExchangeHouse.ACCESS_TOKEN;
import static dev.sallyport.broker.op.ExchangeHouse.API_KEY;
import static dev.sallyport.broker.op.ExchangeHouse.claims;
import static dev.sallyport.broker.op.ExchangeHouse.exchange;
import static dev.sallyport.broker.op.ExchangeHouse.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.broker.outside.Together;
import dev.sallyport.tenant.UserId;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Exchanges that run, on two nodes, while what they exchange is being ended. */
class ExchangeRaceTest {
    private static ExchangeHouse house;
    private static Relying ledger;
    private static Relying notes;

    private final Browser browser = new Browser();

    @BeforeAll
    static void open() {
        house = new ExchangeHouse();
        ledger = house.app("acme", "ledger");
        notes = house.app("acme", "notes");
    }

    @AfterAll
    static void close() {
        house.close();
    }

    /** Exchanges on six threads and two nodes until refused, while one more thread ends it; answers all tokens. */
    private static List<String> race(Function<Browser, Browser.Answer> exchange, Runnable end) {
        CountDownLatch underWay = new CountDownLatch(8);
        List<List<String>> all = Together.run(7, i -> {
            List<String> tokens = new ArrayList<>();
            if (i == 6) {
                awaitAll(underWay);
                end.run();
                return tokens;
            }
            TestBroker node = i % 2 == 0 ? house.broker : house.other;
            Browser own = node.through(new Browser());
            for (int n = 0; n < 40; n++) {
                Browser.Answer answer = exchange.apply(own);
                if (answer.status() != 200) {
                    assertEquals("invalid_grant", answer.json().getString("error"), answer.toString());
                    return tokens;
                }
                tokens.add(answer.json().getString("access_token"));
                underWay.countDown();
            }
            return tokens;
        });
        return all.stream().flatMap(List::stream).toList();
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS), "nothing could be exchanged");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private double cutOff(String kind, String value) {
        return browser.get(ledger.issuer + "/revocations").json().getJsonArray("cutoffs").stream()
                .map(JsonObject.class::cast)
                .filter(c ->
                        c.getString("kind").equals(kind) && c.getString("value").equals(value))
                .mapToDouble(c -> c.getDouble("not_before"))
                .max()
                .orElseThrow();
    }

    @Test
    @DisplayName("B12, I06: nothing is issued past the cut-off of a key that is revoked meanwhile")
    void keyRevoked() {
        house.be("rae", "staff");
        String access = ledger.tokens(browser).getString("access_token");
        JsonObject key = key(browser, ledger, access);
        List<String> tokens = race(
                b -> exchange(b, ledger, API_KEY, key.getString("key")),
                () -> browser.json(
                        "DELETE",
                        ledger.issuer + "/api-keys/" + key.getString("id"),
                        null,
                        "Authorization",
                        "Bearer " + access));
        double cutOff = cutOff("api_key", key.getString("id"));
        for (String token : tokens) {
            assertTrue(claims(token).getIssueTime().toInstant().getEpochSecond() <= cutOff, token);
            assertFalse(ledger.introspect(browser, token).getBoolean("active"));
        }
    }

    @Test
    @DisplayName("E05, F12: nothing is issued past the offboarding, and each application that got a token hears of it")
    void personOffboarded() throws Exception {
        house.be("ona", "staff");
        String access = ledger.tokens(browser).getString("access_token");
        String key = key(browser, ledger, access).getString("key");
        UserId ona = new UserId(UUID.fromString(claims(access).getSubject()));
        List<String> delegated = new ArrayList<>();
        List<String> fromKey = race(
                b -> {
                    Browser.Answer other = exchange(b, ledger, ACCESS_TOKEN, access, "audience", "notes");
                    if (other.status() == 200) {
                        synchronized (delegated) {
                            delegated.add(other.json().getString("access_token"));
                        }
                    }
                    return exchange(b, ledger, API_KEY, key);
                },
                () -> house.broker.offboard(house.acme, ona, "race"));
        double cutOff = cutOff("user", ona.toString());
        for (String token : fromKey) {
            assertTrue(claims(token).getIssueTime().toInstant().getEpochSecond() <= cutOff, token);
            assertEquals("{\"active\":false}", ledger.introspect(browser, token).encode());
        }
        for (String token : delegated) {
            assertEquals("{\"active\":false}", notes.introspect(browser, token).encode());
        }
        assertEquals(
                delegated.isEmpty() ? 0 : 1,
                house.rows.number("SELECT count(*) FROM outbox WHERE client_id = 'notes' AND session_id = '"
                        + claims(access).getStringClaim("sid") + "'"));
    }
}
