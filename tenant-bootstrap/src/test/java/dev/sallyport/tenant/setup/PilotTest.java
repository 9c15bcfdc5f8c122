package dev.sallyport.tenant.setup;

import static dev.sallyport.outbound.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Going live")
class PilotTest {
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

    private static Connection connection(Tenant tenant) {
        return await(house.connections.list(tenant.id())).get(0);
    }

    @Test
    @DisplayName("may begin with members of some groups only, and is opened to everybody from the same page")
    void pilotThenEverybody() {
        Tenant tenant = house.tenant("careful");
        NewSetupLink link = house.link(tenant);
        String wizard = house.publicUrl + "/setup/" + link.link().id() + "/";
        Browser browser = new Browser();
        browser.redeem(link.url());
        browser.submit(
                wizard + "sign-in",
                List.of(
                        Map.entry("issuer", house.idp.issuer()),
                        Map.entry("client_id", "sallyport"),
                        Map.entry("client_secret", "s3cret")));
        browser.submit(wizard + "test", List.of());
        assertTrue(browser.get(wizard + "go-live").body().contains("value=\"Engineering, Platform\""));

        HttpResponse<String> nobody = browser.submit(wizard + "go-live", List.of(Map.entry("audience", "pilot")));
        assertEquals(422, nobody.statusCode());
        assertEquals(
                "pending",
                await(house.tenants.byId(tenant.id())).orElseThrow().status().word());
        assertFalse(connection(tenant).isActive(), "not even for a moment");

        HttpResponse<String> live = browser.submit(
                wizard + "go-live",
                List.of(
                        Map.entry("audience", "pilot"),
                        Map.entry("pilot_group", "Engineering, Platform"),
                        Map.entry("pilot_more", "first\r\n\r\n<b>second</b>\r\nfirst")));
        assertEquals(200, live.statusCode());
        assertTrue(live.body().contains("You are live for a pilot"), live.body());
        assertFalse(live.body().contains("<b>second"));
        assertEquals(
                Optional.of(List.of("Engineering, Platform", "first", "<b>second</b>")),
                connection(tenant).rollout().pilotGroups());

        assertEquals(
                422,
                browser.submit(wizard + "go-live", List.of(Map.entry("audience", "pilot")))
                        .statusCode());
        assertTrue(connection(tenant).rollout().isPilot());
        assertEquals(303, browser.submit(wizard + "go-live", List.of()).statusCode());
        assertTrue(connection(tenant).rollout().isPilot(), "an empty form opens nothing");
        assertEquals(
                303,
                browser.submit(wizard + "go-live", List.of(Map.entry("audience", "everybody")))
                        .statusCode());
        assertFalse(connection(tenant).rollout().isPilot());
        assertTrue(house.audit(tenant.id()).containsAll(List.of("connection.pilot", "connection.opened")));
    }
}
