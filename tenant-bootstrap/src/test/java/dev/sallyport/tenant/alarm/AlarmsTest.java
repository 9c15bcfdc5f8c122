package dev.sallyport.tenant.alarm;

import static dev.sallyport.outbound.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.setup.House;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An alarm")
class AlarmsTest {
    private static House house;
    private static Tenant acme;

    @BeforeAll
    static void start() {
        house = new House();
        acme = house.tenant("acme");
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    private static boolean raise(String kind) {
        return await(house.database
                .tenants()
                .transaction(acme.id(), tx -> Alarms.raise(tx, acme.id(), kind, "connection:1", new JsonObject())));
    }

    private static boolean resolve(String kind) {
        return await(house.database
                .tenants()
                .transaction(acme.id(), tx -> Alarms.resolve(tx, acme.id(), kind, "connection:1")));
    }

    private static long events(String action, String kind) {
        return await(house.database
                        .tenants()
                        .query(
                                acme.id(),
                                "SELECT count(*) FROM audit_events WHERE action = $1 AND cause = $2",
                                Tuple.of(action, kind)))
                .iterator()
                .next()
                .getLong(0);
    }

    @Test
    void isRaisedOnceHoweverOftenItIsSeen() {
        assertTrue(raise("issuer_changed"));
        assertFalse(raise("issuer_changed"));
        assertEquals(1, events("alarm.raised", "issuer_changed"));
    }

    @Test
    void canComeBackAfterItWasResolved() {
        assertTrue(raise("secret_expires"));
        assertTrue(resolve("secret_expires"));
        assertFalse(resolve("secret_expires"));
        assertTrue(raise("secret_expires"));
        assertEquals(2, events("alarm.raised", "secret_expires"));
        assertEquals(1, events("alarm.resolved", "secret_expires"));
    }
}
