package dev.sallyport.tenant.alarm;

import static dev.sallyport.outbound.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionSettings;
import dev.sallyport.tenant.setup.House;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is about to expire")
class ExpiryWatchTest {
    private static House house;
    private static ExpiryWatch watch;

    @BeforeAll
    static void start() {
        house = new House();
        watch = new ExpiryWatch(house.database);
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    private static Connection connection(Tenant tenant, Duration left) {
        ConnectionSettings settings = ConnectionSettings.of("SSO", house.idp.issuer(), "c", Optional.of("s"))
                .change()
                .secretExpiresAt(Optional.of(Instant.now().plus(left)))
                .build();
        return await(house.connections.create(tenant.id(), new ConnectionId(UUID.randomUUID()), settings, "operator"));
    }

    private static void change(Tenant tenant, Connection connection, Optional<Instant> end) {
        await(house.connections.update(
                tenant.id(),
                connection.id(),
                connection.settings().change().secretExpiresAt(end).build(),
                Optional.empty(),
                "operator"));
    }

    private static List<String> warnings(Tenant tenant) {
        return house.audit(tenant.id()).stream()
                .filter(line -> line.startsWith("credential.expiring"))
                .toList();
    }

    private static List<Alarm> open(Tenant tenant) {
        return await(house.database
                .tenants()
                .transaction(tenant.id(), tx -> Alarms.list(tx, tenant.id(), true, new UUID(-1, -1), 10)));
    }

    @Test
    void isWarnedOfOnceAtEachThresholdHoweverManyLook() {
        Tenant tenant = house.tenant("warned");
        Connection connection = connection(tenant, Duration.ofDays(31));
        await(watch.look(tenant.id()));
        assertEquals(List.of(), warnings(tenant));
        int[] left = {29, 13, 2, -1};
        String[] causes = {"30_days", "14_days", "3_days", "expired"};
        Instant end = Instant.now();
        for (int i = 0; i < left.length; i++) {
            // One secret whose end comes nearer: the clock is the database's, so that its end is moved and not the
            // clock.
            change(tenant, connection, Optional.of(end.plus(Duration.ofDays(left[i]))));
            List<Future<Void>> nodes =
                    IntStream.range(0, 8).mapToObj(n -> watch.look(tenant.id())).toList();
            await(Future.all(nodes));
            assertEquals(i + 1, warnings(tenant).size(), causes[i]);
            assertTrue(warnings(tenant).contains("credential.expiring " + causes[i]), causes[i]);
            assertEquals(1, open(tenant).size());
            assertEquals("client_secret_expiring", open(tenant).get(0).kind());
        }
        change(tenant, connection, Optional.of(end.plus(Duration.ofDays(365))));
        await(watch.look(tenant.id()));
        assertEquals(List.of(), open(tenant), "a renewed secret needs nobody's attention");
        assertTrue(house.audit(tenant.id()).contains("alarm.resolved client_secret_expiring"));
    }

    @Test
    void thresholdsAreInclusiveAndNothingIsDueBefore() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertEquals(
                OptionalInt.empty(),
                ExpiryWatch.due(now, now.plus(Duration.ofDays(30)).plusMillis(1)));
        assertEquals(OptionalInt.of(30), ExpiryWatch.due(now, now.plus(Duration.ofDays(30))));
        assertEquals(OptionalInt.of(14), ExpiryWatch.due(now, now.plus(Duration.ofDays(14))));
        assertEquals(OptionalInt.of(3), ExpiryWatch.due(now, now.plus(Duration.ofDays(3))));
        assertEquals(OptionalInt.of(3), ExpiryWatch.due(now, now.plusMillis(1)));
        assertEquals(OptionalInt.of(0), ExpiryWatch.due(now, now));
    }

    @Test
    void openAlarmsAreCountedForTheMetrics() {
        Tenant tenant = house.tenant("counted");
        Connection connection = connection(tenant, Duration.ofDays(2));
        long before = counted();
        await(watch.look(tenant.id()));
        assertEquals(before + 1, counted());
        change(tenant, connection, Optional.empty());
        await(watch.look(tenant.id()));
        assertEquals(before, counted());
    }

    private static long counted() {
        var rows = await(house.database.platform(
                "SELECT coalesce(sum(open), 0)::bigint FROM open_alarms", io.vertx.sqlclient.Tuple.tuple()));
        return rows.iterator().next().getLong(0);
    }
}
