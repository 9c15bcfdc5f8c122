package dev.sallyport.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.bench.flow.Scenario;
import dev.sallyport.bench.report.Machine;
import dev.sallyport.bench.report.Report;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("peers")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KeycloakPeerTest {
    private static final Plan PLAN = new Plan(
            List.of(Scenario.values()),
            1,
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            1,
            1,
            1,
            Path.of(System.getProperty("sallyport.jar")),
            List.of("-Xmx256m"),
            Optional.of(new Plan.Peer(Path.of(System.getProperty("keycloak.home")), "-Xmx512m")));

    @Test
    @DisplayName(
            "Keycloak answers every scenario that it has, on the same PostgreSQL, and the table has both and the ratio")
    void isMeasuredBesideTheBroker() {
        List<String> told = new ArrayList<>();
        try (Bed bed = new Bed()) {
            bed.open(PLAN);
            Report report = new Report("the command", Machine.describe(bed.database(), bed.folder()));
            new Measuring(PLAN, bed).run(report, told::add);
            assertEquals(0, report.errors(), () -> String.join("\n", told));
            assertTrue(report.ratio(Scenario.CLIENT_CREDENTIALS).isPresent());
            String table = report.markdown();
            assertTrue(table.contains("| scenario | sallyport per second | p50 | p99 | keycloak per second |"), table);
            assertTrue(table.contains("fsync on"), table);
        }
    }
}
