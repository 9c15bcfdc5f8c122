package dev.sallyport.tenant.domain;

import static dev.sallyport.outbound.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.setup.House;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Proofs are looked for again without anybody asking. Time passes by moving the rows' times into the past. */
class DomainWatchTest {
    private static final Map<String, List<String>> DNS = new ConcurrentHashMap<>();
    private static volatile boolean away;

    private static House house;
    private static Domains domains;
    private static DomainWatch watch;

    @BeforeAll
    static void start() {
        house = new House();
        domains = new Domains(
                house.database,
                name -> away
                        ? Future.failedFuture(new IllegalStateException("no name server answers"))
                        : Future.succeededFuture(DNS.getOrDefault(name, List.of())),
                Clock.systemUTC());
        watch = new DomainWatch(house.vertx, house.database, domains);
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    private static void later(Tenant tenant, Duration by) {
        String sql =
                "UPDATE domains SET created_at = created_at - $2 * interval '1 second', next_check_at = next_check_at - $2 * interval '1 second',"
                        + " missing_since = missing_since - $2 * interval '1 second' WHERE tenant_id = $1";
        await(house.database
                .tenants()
                .query(tenant.id(), sql, Tuple.of(tenant.id().value(), (double) by.toSeconds())));
        await(house.database.platform(
                "UPDATE jobs SET due_at = now() - interval '1 second' WHERE kind = 'domain_watch'", Tuple.tuple()));
        await(watch.round());
    }

    private static Domain now(Tenant tenant) {
        return await(domains.list(tenant.id())).get(0);
    }

    private static Domain claim(Tenant tenant, String name) {
        return await(domains.add(tenant.id(), name, "operator"));
    }

    private static void show(Domain domain) {
        DNS.put(domain.txtName(), List.of(domain.txtValue()));
    }

    private static long openAlarms(Tenant tenant) {
        return await(house.database
                        .tenants()
                        .query(
                                tenant.id(),
                                "SELECT count(*) AS n FROM alarms WHERE kind = 'domain_proof_lost' AND resolved_at IS NULL",
                                Tuple.tuple()))
                .iterator()
                .next()
                .getLong("n");
    }

    @Test
    @DisplayName(
            "a domain is proven without a click once the record is there; until then it is looked at ever more rarely")
    void provenByItself() {
        Tenant tenant = house.tenant("waiting");
        Domain claimed = claim(tenant, "waiting.example");
        later(tenant, Duration.ofMinutes(2));
        assertFalse(now(tenant).verified());
        assertTrue(now(tenant).checkedAt().isPresent());
        show(claimed);
        later(tenant, Duration.ofSeconds(10));
        assertFalse(now(tenant).verified(), "its time has not come");
        later(tenant, Duration.ofMinutes(2));
        assertTrue(now(tenant).verified());
        assertEquals(Optional.of(tenant.id()), await(domains.owner("waiting.example")));
    }

    @Test
    @DisplayName(
            "A14 a domain whose proof is gone alarms at once, leads on for seven days, then nowhere; the proof brings it back")
    void lost() {
        Tenant tenant = house.tenant("losing");
        Domain claimed = claim(tenant, "losing.example");
        show(claimed);
        later(tenant, Duration.ofMinutes(2));
        DNS.remove(claimed.txtName());
        later(tenant, Duration.ofDays(1));
        assertTrue(now(tenant).verified());
        assertEquals(1, openAlarms(tenant));
        later(tenant, Duration.ofDays(6));
        assertTrue(now(tenant).verified());

        away = true;
        later(tenant, Duration.ofDays(2));
        away = false;
        assertTrue(now(tenant).verified(), "a name server that is away takes nothing from anybody");

        later(tenant, Duration.ofHours(2));
        assertFalse(now(tenant).verified());
        assertTrue(await(domains.owner("losing.example")).isEmpty());
        assertTrue(await(domains.verified(tenant.id())).isEmpty());
        assertEquals(1, openAlarms(tenant));
        assertTrue(house.audit(tenant.id()).contains("domain.lost"));

        show(claimed);
        later(tenant, Duration.ofDays(2));
        assertTrue(now(tenant).verified());
        assertEquals(0, openAlarms(tenant));
    }

    @Test
    @DisplayName("A14 a domain that another tenant has proven meanwhile does not change hands by the background")
    void taken() {
        Tenant first = house.tenant("first");
        Tenant second = house.tenant("second");
        show(claim(first, "both.example"));
        Domain other = claim(second, "both.example");
        later(first, Duration.ofMinutes(2));
        DNS.put(other.txtName(), List.of(other.txtValue(), now(first).txtValue()));
        later(second, Duration.ofMinutes(2));
        assertFalse(now(second).verified());
        assertEquals(Optional.of(first.id()), await(domains.owner("both.example")));
        later(first, Duration.ofDays(2));
        assertTrue(now(first).verified(), "its own proof is still there");
    }

    @Test
    @DisplayName("what was never proven is never missing")
    void neverMissing() {
        Instant now = Instant.now();
        for (Duration age : List.of(Duration.ZERO, Duration.ofHours(1), Duration.ofDays(3), Duration.ofDays(400))) {
            Domain domain = new Domain(
                    new DomainName("x.example"),
                    false,
                    "n",
                    "v",
                    now.minus(age),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            for (Proof proof : List.of(Proof.GONE, Proof.UNKNOWN)) {
                Proof.Standing standing = Proof.judge(domain, proof, now);
                assertFalse(standing.verified() || standing.missing());
                assertTrue(standing.again().compareTo(Duration.ofMinutes(1)) >= 0);
            }
        }
    }
}
