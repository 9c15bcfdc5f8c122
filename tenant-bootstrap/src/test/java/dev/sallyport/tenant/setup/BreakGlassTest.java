package dev.sallyport.tenant.setup;

import static dev.sallyport.outbound.Waiting.await;
import static dev.sallyport.outbound.Waiting.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The ways back into a setup")
class BreakGlassTest {
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

    private static String wizard(NewSetupLink link) {
        return house.publicUrl + "/setup/" + link.link().id() + "/";
    }

    private static void connect(Browser browser, String wizard) {
        assertEquals(
                303,
                browser.submit(
                                wizard + "sign-in",
                                List.of(
                                        Map.entry("issuer", house.idp.issuer()),
                                        Map.entry("client_id", "sallyport"),
                                        Map.entry("client_secret", "old-canary")))
                        .statusCode());
    }

    private static NewSetupLink breakGlass(Tenant tenant) {
        return await(house.links.create(
                tenant,
                new LinkWanted(Duration.ofDays(400), Set.of(SetupPurpose.BREAK_GLASS), Optional.empty(), false),
                "operator"));
    }

    @Test
    @DisplayName("I11 going live shows a break-glass link once, which opens the setup and raises an alarm")
    void madeAtGoingLive() {
        Tenant tenant = house.tenant("broken");
        NewSetupLink link = house.link(tenant);
        Browser browser = new Browser();
        browser.redeem(link.url());
        connect(browser, wizard(link));
        browser.submit(wizard(link) + "test", List.of());
        HttpResponse<String> live = browser.submit(wizard(link) + "go-live", List.of());
        assertEquals(200, live.statusCode());
        assertTrue(live.body().contains("You are live"));
        int start = live.body().indexOf(house.publicUrl + "/setup/broken.");
        String url = live.body().substring(start, live.body().indexOf('<', start));
        assertTrue(url.contains("#spl_"), url);
        String again = browser.get(wizard(link) + "go-live").body();
        assertTrue(again.contains("You are live"));
        assertFalse(again.contains("#spl_"), "shown once");

        Browser later = new Browser();
        assertTrue(later.get(url.substring(0, url.indexOf('#'))).body().contains("Repair the sign-in of"));
        assertFalse(house.audit(tenant.id()).contains("alarm.raised break_glass_used"));
        assertEquals(303, later.redeem(url).statusCode());
        String back = url.substring(0, url.indexOf('#')) + "/";
        for (String step :
                List.of("overview", "domain", "sign-in", "test", "groups", "directory", "go-live", "renew")) {
            assertEquals(200, later.get(back + step).statusCode(), step);
        }
        assertTrue(house.audit(tenant.id()).contains("alarm.raised break_glass_used"));
        assertEquals(410, new Browser().redeem(url).statusCode());
    }

    @Test
    @DisplayName("I11 there is one break-glass link at a time, and it is alone in what it allows")
    void oneAtATime() {
        Tenant tenant = house.tenant("single");
        NewSetupLink first = breakGlass(tenant);
        NewSetupLink second = breakGlass(tenant);
        assertEquals(410, new Browser().redeem(first.url()).statusCode());
        assertEquals(303, new Browser().redeem(second.url()).statusCode());
        failure(
                SetupLinkRefused.class,
                house.links.create(
                        tenant, LinkWanted.of(Set.of(SetupPurpose.BREAK_GLASS, SetupPurpose.DOMAIN)), "operator"));
        failure(
                SetupLinkRefused.class,
                house.links.create(
                        tenant,
                        new LinkWanted(Duration.ofDays(401), Set.of(SetupPurpose.BREAK_GLASS), Optional.empty(), false),
                        "operator"));
    }

    @Test
    @DisplayName("G01 a renewal link replaces the secret and can do nothing else")
    void renewsTheSecret() {
        Tenant tenant = house.tenant("renewed");
        NewSetupLink setup = house.link(tenant);
        Browser admin = new Browser();
        admin.redeem(setup.url());
        connect(admin, wizard(setup));
        Connection before = await(house.connections.list(tenant.id())).get(0);

        NewSetupLink link = house.link(tenant, SetupPurpose.RENEW);
        Browser browser = new Browser();
        assertTrue(browser.get(link.url().substring(0, link.url().indexOf('#')))
                .body()
                .contains("Renew the secret of"));
        assertEquals(303, browser.redeem(link.url()).statusCode());
        for (String step : List.of("domain", "sign-in", "test", "groups", "directory", "go-live")) {
            assertEquals(404, browser.get(wizard(link) + step).statusCode(), step);
        }
        String page = wizard(link) + "renew";
        assertTrue(browser.get(page).body().contains("not by itself"));
        for (Map.Entry<String, String> wrong : Map.of(
                        "2020-01-01",
                        "This day is over already.",
                        "soon",
                        "Enter a day like",
                        "+99999-01-01",
                        "Enter a day like")
                .entrySet()) {
            HttpResponse<String> refused = browser.submit(
                    page,
                    List.of(Map.entry("client_secret", "new-canary"), Map.entry("secret_expires_on", wrong.getKey())));
            assertEquals(422, refused.statusCode());
            assertTrue(refused.body().contains(wrong.getValue()), refused.body());
        }
        assertEquals(422, browser.submit(page, List.of()).statusCode());
        assertEquals(
                before.version(),
                await(house.connections.list(tenant.id())).get(0).version());

        HttpResponse<String> stored = browser.submit(
                page,
                List.of(
                        Map.entry("client_secret", "new-canary"),
                        Map.entry("secret_expires_on", "2099-12-31"),
                        Map.entry("issuer", "https://evil.example")));
        assertEquals(303, stored.statusCode(), stored.body());
        Connection after = await(house.connections.list(tenant.id())).get(0);
        assertEquals(before.issuer(), after.issuer());
        assertEquals(
                "2100-01-01T00:00:00Z", after.secretExpiresAt().orElseThrow().toString());
        assertFalse(Arrays.equals(
                before.sealedSecret().orElseThrow(), after.sealedSecret().orElseThrow()));
        String shown = browser.get(page + "?stored=1").body();
        assertTrue(shown.contains("The new secret is stored.") && !shown.contains("canary"), shown);
    }

    @Test
    @DisplayName("G01 a secret that cannot be checked does not replace the present one")
    void keepsTheOldSecret() {
        Tenant tenant = house.tenant("kept-secret");
        NewSetupLink setup = house.link(tenant);
        Browser admin = new Browser();
        admin.redeem(setup.url());
        assertEquals(
                303,
                admin.submit(
                                wizard(setup) + "sign-in",
                                List.of(
                                        Map.entry("issuer", house.idp.issuer() + "/wrong"),
                                        Map.entry("client_id", "sallyport"),
                                        Map.entry("client_secret", "old-canary")))
                        .statusCode());
        Connection before = await(house.connections.list(tenant.id())).get(0);
        HttpResponse<String> refused =
                admin.submit(wizard(setup) + "renew", List.of(Map.entry("client_secret", "new-canary")));
        assertEquals(422, refused.statusCode());
        assertTrue(refused.body().contains("Nothing was changed."), refused.body());
        Connection after = await(house.connections.list(tenant.id())).get(0);
        assertTrue(Arrays.equals(
                before.sealedSecret().orElseThrow(), after.sealedSecret().orElseThrow()));
    }
}
