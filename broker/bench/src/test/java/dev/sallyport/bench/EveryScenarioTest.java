package dev.sallyport.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.bench.flow.Scenario;
import dev.sallyport.bench.load.ClosedLoop;
import dev.sallyport.bench.load.Tally;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No time is asserted here: only that everything is answered as it should be. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class EveryScenarioTest {
    private static final Plan PLAN = new Plan(
            List.of(Scenario.values()),
            3,
            Duration.ZERO,
            Duration.ofMillis(300),
            1,
            2,
            1,
            Path.of(System.getProperty("sallyport.jar")),
            List.of("-Xmx256m"),
            Optional.empty());

    private static final Bed BED = new Bed();

    @BeforeAll
    static void open() {
        BED.open(PLAN);
    }

    @AfterAll
    static void close() {
        BED.close();
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    @DisplayName("Two tenants of a real broker answer three virtual users without an error")
    void answersWithoutError(Scenario scenario) {
        Server server = BED.servers().get(0);
        ClosedLoop loop = new ClosedLoop(BED.vertx(), PLAN.concurrency(), PLAN.threads());
        try (VirtualUser.Factory users = scenario.users(server.providers(), BED.idp())) {
            Tally tally = loop.run(users, PLAN.warmUp(), PLAN.counted());
            assertEquals(Optional.empty(), tally.firstError());
            assertEquals(0, tally.errors());
            assertTrue(tally.count() > 0 || scenario == Scenario.FEED, "a cut-off happens about once in a second");
        }
    }
}
