package dev.sallyport.tenant.domain;

import static dev.sallyport.outbound.Waiting.await;
import static dev.sallyport.outbound.Waiting.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.domain.DomainRefused.Reason;
import dev.sallyport.tenant.setup.House;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A domain")
class DomainsTest {
    private static House house;
    private static Tenant acme;
    private static Tenant globex;

    @BeforeAll
    static void start() {
        house = new House();
        acme = house.tenant("acme");
        globex = house.tenant("globex");
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    private static Domain claimed(Tenant tenant, String name) {
        Domain domain = await(house.domains.add(tenant.id(), name, "operator"));
        house.dns.merge(domain.txtName(), List.of(domain.txtValue()), (some, more) -> Stream.concat(
                        some.stream(), more.stream())
                .toList());
        return domain;
    }

    private static Optional<Domain> verify(Tenant tenant, String name) {
        return await(house.domains.verify(tenant.id(), name, "operator"));
    }

    @Test
    @DisplayName("A14 leads nobody anywhere before it was proven")
    void leadsAfterItsProof() {
        Domain domain = await(house.domains.add(acme.id(), "Acme.Example", "operator"));
        assertEquals("acme.example", domain.name().ascii());
        assertEquals("_sallyport-challenge.acme.example", domain.txtName());
        assertTrue(await(house.domains.owner("acme.example")).isEmpty());
        assertFalse(verify(acme, "acme.example").orElseThrow().verified());
        house.dns.put(
                domain.txtName(), List.of("something else", domain.txtValue().toUpperCase(java.util.Locale.ROOT)));
        assertFalse(verify(acme, "acme.example").orElseThrow().verified());
        assertTrue(await(house.domains.owner("acme.example")).isEmpty());
        house.dns.put(domain.txtName(), List.of("something else", domain.txtValue()));
        assertTrue(verify(acme, "acme.example").orElseThrow().verified());
        assertEquals(Optional.of(acme.id()), await(house.domains.owner("acme.example")));
        assertTrue(await(house.domains.owner("sub.acme.example")).isEmpty(), "a subdomain is another domain");
        assertTrue(verify(acme, "acme.example").orElseThrow().verified(), "checking again changes nothing");
        assertTrue(await(house.domains.remove(acme.id(), "acme.example", "operator")));
        assertTrue(await(house.domains.owner("acme.example")).isEmpty());
        assertTrue(house.audit(acme.id()).containsAll(List.of("domain.added", "domain.verified", "domain.removed")));
    }

    @Test
    @DisplayName("A14 has one owner: whoever proves it first")
    void oneOwner() {
        claimed(acme, "shared.example");
        claimed(globex, "shared.example");
        List<Future<Optional<Domain>>> both = List.of(
                house.domains.verify(acme.id(), "shared.example", "operator"),
                house.domains.verify(globex.id(), "shared.example", "operator"));
        await(Future.join(both).otherwiseEmpty());
        assertEquals(1, both.stream().filter(Future::succeeded).count());
        Future<Optional<Domain>> lost =
                both.stream().filter(Future::failed).findFirst().orElseThrow();
        assertEquals(Reason.TAKEN, failure(DomainRefused.class, lost).reason());
        Tenant loser = lost.equals(both.get(0)) ? acme : globex;
        assertFalse(await(house.domains.find(loser.id(), "shared.example"))
                .orElseThrow()
                .verified());
        Tenant third = house.tenant("third");
        assertEquals(
                Reason.TAKEN,
                failure(DomainRefused.class, house.domains.add(third.id(), "shared.example", "operator"))
                        .reason());
    }

    @Test
    @DisplayName("B01 cannot be checked or removed by another tenant")
    void othersCannotTouchIt() {
        claimed(acme, "mine.example");
        assertTrue(verify(globex, "mine.example").isEmpty());
        assertFalse(await(house.domains.remove(globex.id(), "mine.example", "operator")));
        assertTrue(await(house.domains.find(acme.id(), "mine.example")).isPresent());
    }

    @DisplayName("A14 is refused when nobody or everybody owns it")
    @ParameterizedTest
    @CsvSource({
        "gmail.com, FREE_MAIL",
        "GMail.com, FREE_MAIL",
        "outlook.com, FREE_MAIL",
        "yahoo.co.uk, FREE_MAIL",
        "co.uk, PUBLIC_SUFFIX",
        "com.au, PUBLIC_SUFFIX",
        "github.io, PUBLIC_SUFFIX",
        "onmicrosoft.com, PUBLIC_SUFFIX",
        "com, INVALID",
        "localhost, INVALID",
        "'', INVALID",
        "a..example, INVALID",
        "-a.example, INVALID",
        "a_b.example, INVALID",
        "acme.example., INVALID",
        "*.example, INVALID",
        "ann@acme.example, INVALID",
        "https://acme.example, INVALID",
        "acme.example/x, INVALID",
        "127.0.0.1, INVALID",
        "'acme .example', INVALID",
        "acme.123, INVALID"
    })
    void isRefused(String text, Reason reason) {
        assertEquals(
                reason,
                assertThrows(DomainRefused.class, () -> DomainName.of(text)).reason());
    }

    @ParameterizedTest
    @CsvSource({"Bücher.example, xn--bcher-kva.example", "xn--bcher-kva.example, xn--bcher-kva.example"})
    void internationalNamesAreKeptInAscii(String text, String ascii) {
        assertEquals(ascii, DomainName.of(text).ascii());
    }

    @ParameterizedTest
    @ValueSource(strings = {"аcme.example", "acmе.example", "ａcme.example"})
    @DisplayName("A14 a look-alike is another domain, or the very same after normalising")
    void lookAlikesDoNotPass(String text) {
        String ascii = DomainName.of(text).ascii();
        assertTrue(ascii.startsWith("xn--") || ascii.equals("acme.example"), ascii);
        assertTrue(ascii.chars().allMatch(c -> c < 128));
    }

    @Test
    void aNameServerThatIsAwayProvesNothing() {
        Domains failing = new Domains(
                house.database,
                name -> Future.failedFuture(new IllegalStateException("away")),
                java.time.Clock.systemUTC());
        await(failing.add(acme.id(), "away.example", "operator"));
        assertFalse(await(failing.verify(acme.id(), "away.example", "operator"))
                .orElseThrow()
                .verified());
    }
}
