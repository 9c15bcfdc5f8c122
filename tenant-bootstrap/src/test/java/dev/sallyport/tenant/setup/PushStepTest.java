package dev.sallyport.tenant.setup;

import static dev.sallyport.outbound.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.ConnectionSettings;
import dev.sallyport.tenant.setup.PushSettings.Refusal;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The step Directory, for one that pushes")
class PushStepTest {
    private static House house;

    @BeforeAll
    static void start() {
        house = new House();
        house.catalogue();
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    @Test
    @DisplayName("shows the address and a token once; two may be good at once; one is ended")
    void tokens() {
        Tenant tenant = house.tenant("pushing");
        NewSetupLink link = house.link(tenant);
        String step = house.publicUrl + "/setup/" + link.link().id() + "/directory";
        Browser browser = new Browser();
        browser.redeem(link.url());
        assertTrue(browser.get(step).body().contains("/t/pushing/scim/v2"));

        HttpResponse<String> made = browser.submit(step, List.of(Map.entry("action", "make_token")));
        assertEquals(200, made.statusCode());
        assertTrue(made.body().contains("sps_canary-"), made.body());
        assertTrue(made.headers().firstValue("Cache-Control").orElseThrow().contains("no-store"));
        String again = browser.get(step).body();
        assertFalse(again.contains("sps_canary-"), "shown once");
        assertTrue(again.contains("Your directory has not been here yet."));

        browser.submit(step, List.of(Map.entry("action", "make_token")));
        assertFalse(browser.get(step).body().contains("make_token"));
        HttpResponse<String> third = browser.submit(step, List.of(Map.entry("action", "make_token")));
        assertEquals(409, third.statusCode());
        assertTrue(third.body().contains("Two tokens are good already"));

        Matcher id = Pattern.compile("name=\"token\" value=\"([^\"]+)\"")
                .matcher(browser.get(step).body());
        assertTrue(id.find());
        browser.submit(step, List.of(Map.entry("action", "end_token"), Map.entry("token", id.group(1))));
        browser.submit(step, List.of(Map.entry("action", "end_token"), Map.entry("token", "nonsense")));
        assertTrue(browser.get(step).body().contains("make_token"));
    }

    @Test
    @DisplayName(
            "G01 a renewal link renews a token that is there: it makes none where none is, and does not end the last one")
    void renewal() {
        Tenant tenant = house.tenant("renewing");
        await(house.connections.create(
                tenant.id(),
                ConnectionSettings.of("IdP", house.idp.issuer(), "sallyport", Optional.of("s3cret")),
                "operator"));
        NewSetupLink link = house.link(tenant, SetupPurpose.RENEW);
        String step = house.publicUrl + "/setup/" + link.link().id() + "/renew";
        Browser browser = new Browser();
        browser.redeem(link.url());
        assertEquals(
                409,
                browser.submit(step, List.of(Map.entry("action", "make_token"))).statusCode());
        assertFalse(browser.get(step).body().contains("make_token"));

        String first =
                await(house.push.make(tenant.id(), "operator")).orElseThrow().secret();
        assertFalse(browser.get(step).body().contains(first));
        Matcher only = Pattern.compile("name=\"token\" value=\"([^\"]+)\"")
                .matcher(browser.get(step).body());
        assertTrue(only.find());
        List<Map.Entry<String, String>> end =
                List.of(Map.entry("action", "end_token"), Map.entry("token", only.group(1)));
        assertEquals(409, browser.submit(step, end).statusCode());
        assertEquals(1, await(house.push.live(tenant.id())).size());

        HttpResponse<String> made = browser.submit(step, List.of(Map.entry("action", "make_token")));
        assertEquals(200, made.statusCode());
        assertTrue(made.body().contains("sps_canary-"));
        assertEquals(303, browser.submit(step, end).statusCode());
        assertEquals(1, await(house.push.live(tenant.id())).size());
    }

    @Test
    @DisplayName("a directory that is read can be tried out: it says who was found and who is not there")
    void dryRun() {
        Tenant tenant = house.tenant("trying");
        NewSetupLink link = house.link(tenant);
        String step = house.publicUrl + "/setup/" + link.link().id() + "/directory";
        Browser browser = new Browser();
        browser.redeem(link.url());
        assertFalse(browser.get(step).body().contains("Try it out"), "there is nothing to read yet");
        browser.submit(
                step,
                List.of(
                        Map.entry("base_url", "https://directory.example/scim"),
                        Map.entry("bearer", "canary"),
                        Map.entry("max_removals", "50"),
                        Map.entry("max_removal_percent", "10")));
        assertTrue(browser.get(step).body().contains("Try it out"));
        assertEquals(
                303, browser.submit(step, List.of(Map.entry("action", "try"))).statusCode());
        assertTrue(browser.get(step).body().contains("A reading is under way."));
        house.tried.put(
                tenant.id(),
                new DirectorySettings.Tried(true, "", 1204, 1190, 37, Instant.parse("2026-11-26T10:00:00Z")));
        String found = browser.get(step).body();
        assertTrue(found.contains("1,204 found.") && found.contains("37 of your accounts are not there."), found);
        house.tried.put(
                tenant.id(), new DirectorySettings.Tried(true, "the token <b> was refused", 0, 0, 0, Instant.now()));
        String failed = browser.get(step).body();
        assertTrue(failed.contains("did not work.") && !failed.contains("<b> was"), failed);
    }

    @Test
    @DisplayName("tells what was refused in words")
    void refusals() {
        Tenant tenant = house.tenant("refused");
        NewSetupLink link = house.link(tenant);
        Browser browser = new Browser();
        browser.redeem(link.url());
        house.push.refused.put(
                tenant.id(), List.of(new Refusal("POST Users", 409, "user_name_taken", 3, Instant.now())));
        String body = browser.get(house.publicUrl + "/setup/" + link.link().id() + "/directory")
                .body();
        assertTrue(body.contains("POST Users was refused (409)"), body);
        assertTrue(body.contains("User names have to be unique"));
    }

    @ParameterizedTest
    @CsvSource({
        "401,",
        "404,",
        "413,",
        "409,uniqueness",
        "400,invalidFilter",
        "400,invalidPath",
        "418,",
        "409,last_admin"
    })
    @DisplayName("has words for every refusal")
    void words(int status, String cause) {
        String words = PushWords.of(new Refusal("PATCH Users", status, cause == null ? "" : cause, 1, Instant.now()));
        assertTrue(words.length() > 20 && words.endsWith("."), words);
    }
}
