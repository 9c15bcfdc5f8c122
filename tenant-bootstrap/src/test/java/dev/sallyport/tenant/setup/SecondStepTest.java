package dev.sallyport.tenant.setup;

import static dev.sallyport.outbound.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Bearer;
import dev.sallyport.tenant.setup.SecondStep.Verdict;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The second step of a setup link")
class SecondStepTest {
    private static House house;

    @BeforeAll
    static void start() {
        house = new House();
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    private static NewSetupLink link(Tenant tenant) {
        return await(house.links.create(
                tenant,
                new LinkWanted(
                        SetupLinks.DEFAULT_LIFETIME,
                        Set.of(SetupPurpose.FEDERATE),
                        Optional.of("it@acme.example"),
                        true),
                "operator"));
    }

    private static SetupLink now(Tenant tenant, NewSetupLink link) {
        return await(house.links.find(tenant.id(), link.link().id())).orElseThrow();
    }

    @Test
    @DisplayName("G01 asks for the code before the link is used up, and takes it however it is typed")
    void asksForTheCode() {
        Tenant tenant = house.tenant("coded");
        NewSetupLink link = link(tenant);
        String code = link.code().orElseThrow();
        assertTrue(code.matches("[0-9A-Z]{4}-[0-9A-Z]{4}"), code);
        Browser browser = new Browser();
        String page = link.url().substring(0, link.url().indexOf('#'));
        assertTrue(browser.get(page).body().contains("name=\"code\""));
        HttpResponse<String> without = browser.redeem(link.url());
        assertEquals(422, without.statusCode());
        assertTrue(without.headers().allValues("Set-Cookie").isEmpty());
        assertTrue(without.body().contains("Enter the code, too."), without.body());
        assertEquals(SetupLink.State.OPEN, now(tenant, link).state());
        assertEquals(0, now(tenant, link).wrongCodes(), "none given is not a wrong one");
        String typed = " " + code.toLowerCase(java.util.Locale.ROOT).replace('-', ' ');
        assertEquals(303, browser.redeem(link.url(), typed).statusCode());
        assertEquals(410, new Browser().redeem(link.url(), code).statusCode());
        assertTrue(house.audit(tenant.id())
                .containsAll(List.of("setup_link.refused code_missing", "setup_link.redeemed")));
    }

    @Test
    @DisplayName("G01 five wrong codes end the link and raise an alarm, in however many browsers at once")
    void wrongCodesEndTheLink() {
        Tenant tenant = house.tenant("guessed");
        NewSetupLink link = link(tenant);
        List<Integer> statuses = IntStream.range(0, 40)
                .parallel()
                .mapToObj(i -> new Browser().redeem(link.url(), "WRONG-" + i).statusCode())
                .toList();
        assertEquals(4, statuses.stream().filter(status -> status == 422).count(), statuses.toString());
        assertEquals(36, statuses.stream().filter(status -> status == 410).count(), statuses.toString());
        assertEquals(SetupLink.State.REVOKED, now(tenant, link).state());
        assertEquals(5, now(tenant, link).wrongCodes());
        assertEquals(
                410, new Browser().redeem(link.url(), link.code().orElseThrow()).statusCode());
        assertTrue(house.audit(tenant.id()).contains("alarm.raised setup_code_guessed"));
    }

    @Test
    @DisplayName("G01 whoever knows only the address cannot use up the tries")
    void theAddressAloneDoesNotCount() {
        Tenant tenant = house.tenant("nagged");
        NewSetupLink link = link(tenant);
        String altered = link.url().substring(0, link.url().length() - 4) + "AAAA";
        for (int i = 0; i < 8; i++) {
            assertEquals(410, new Browser().redeem(altered, "WRONG").statusCode());
        }
        assertEquals(0, now(tenant, link).wrongCodes());
        assertEquals(
                303, new Browser().redeem(link.url(), link.code().orElseThrow()).statusCode());
    }

    @Test
    @DisplayName("G04 the code is stored nowhere in a form that it could be found from")
    void theCodeIsNotKept() {
        Tenant tenant = house.tenant("secretive");
        NewSetupLink link = link(tenant);
        String code = link.code().orElseThrow();
        assertFalse(link.link().toString().contains(code));
        String plain = code.replace("-", "");
        byte[] stored = house.rows(tenant.id(), "SELECT code_hash FROM setup_links WHERE tenant_id = $1")
                .get(0)
                .getBuffer("code_hash")
                .getBytes();
        assertFalse(Arrays.equals(Bearer.hash(plain), stored) || Arrays.equals(Bearer.hash(code), stored));
        for (String table : List.of("setup_links", "audit_events", "alarms")) {
            for (var row : house.rows(tenant.id(), "SELECT r::text AS t FROM " + table + " r WHERE tenant_id = $1")) {
                assertFalse(
                        row.getString("t").contains(plain) || row.getString("t").contains(code), table);
            }
        }
    }

    @Test
    @DisplayName("is judged so that nothing but the right secret and the right code of an open link ever enters")
    void everyCombination() {
        Optional<byte[]> expected = SecondStep.hash("secret", "AAAA");
        for (boolean right : List.of(true, false)) {
            for (SetupLink.State state : SetupLink.State.values()) {
                for (Optional<byte[]> wanted : List.of(Optional.<byte[]>empty(), expected)) {
                    for (Optional<byte[]> given :
                            List.of(Optional.<byte[]>empty(), expected, SecondStep.hash("secret", "BBBB"))) {
                        for (int wrong = 0; wrong <= SecondStep.TRIES + 1; wrong++) {
                            Verdict verdict = SecondStep.judge(right, state, wanted, given, wrong);
                            boolean mayEnter = right
                                    && state == SetupLink.State.OPEN
                                    && (wanted.isEmpty() || (wrong < SecondStep.TRIES && given.equals(expected)));
                            assertEquals(mayEnter, verdict == Verdict.ENTER);
                            boolean counts = verdict == Verdict.CODE_WRONG || verdict == Verdict.CODE_SPENT;
                            assertTrue(!counts || (right && wrong < SecondStep.TRIES && given.isPresent()));
                            assertEquals(counts && wrong + 1 == SecondStep.TRIES, verdict == Verdict.CODE_SPENT);
                        }
                    }
                }
            }
        }
    }

    @Test
    void codesAreNotRepeated() {
        Set<String> codes = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            codes.add(SecondStep.mint());
        }
        assertEquals(1_000, codes.size());
    }
}
