package dev.sallyport.demo.browser;

import com.microsoft.playwright.BrowserContext;
import dev.sallyport.demo.OpenHouse;
import dev.sallyport.demo.keycloak.KeycloakWorld;
import dev.sallyport.demo.story.Cast;
import dev.sallyport.demo.story.SetupLink;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole way of a tenant's administrator and its first person, with a real Keycloak on the other side, as the guide for it says. */
@Tag("peers")
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class KeycloakJourneyTest {
    @Test
    @DisplayName("From the setup link to live and to the first sign-in and sign-out, against Keycloak")
    void fromLinkToLiveToFirstSignIn() {
        try (Chromium chromium = Chromium.start();
                OpenHouse<KeycloakWorld> house =
                        new OpenHouse<>(vertx -> KeycloakWorld.start(Path.of(System.getProperty("keycloak.home"))))) {
            Album album = Album.in(Path.of("target", "screenshots-keycloak"));
            SetupLink link =
                    SetupLink.make(house.stage(), house.world().acme(), List.of("federate", "domain", "directory"));
            try (BrowserContext admin = chromium.visitor()) {
                SetupByHand setup =
                        new SetupByHand(admin.newPage(), album, house.world().acme());
                setup.redeem(link.url());
                setup.connectKeycloak();
                setup.testSignIn(Cast.CHEN);
                setup.mapGroups(
                        "engineering", "manager", "finance", "bookkeeper", List.of("reports:read", "tenant:admin"));
                setup.goLive();
            }
            try (BrowserContext alice = chromium.visitor()) {
                new LedgerByHand(alice.newPage(), album, house).inAndOut(Cast.ALICE);
            }
        }
    }
}
