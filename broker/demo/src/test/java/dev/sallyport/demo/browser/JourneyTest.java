package dev.sallyport.demo.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sallyport.demo.OpenHouse;
import dev.sallyport.demo.story.Cast;
import dev.sallyport.demo.story.DemoWorld;
import dev.sallyport.demo.story.DemoWorld.DemoCompany;
import dev.sallyport.demo.story.SetupLink;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** From the setup link to the sign-out, as a person sees it. Each step needs those before it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JourneyTest {
    private Chromium chromium;
    private OpenHouse<DemoWorld> house;
    private Album album;
    private SetupLink link;

    @BeforeAll
    void open() {
        chromium = Chromium.start();
        house = OpenHouse.demo();
        // With -Dscreenshots=docs the pictures of the documentation are made anew.
        album = Album.in(
                "docs".equals(System.getProperty("screenshots"))
                        ? Path.of("..", "..", "docs", "screenshots")
                        : Path.of("target", "screenshots"));
        link = SetupLink.make(house.stage(), house.world().acme(), List.of("federate", "domain", "directory"));
    }

    @AfterAll
    void close() {
        if (house != null) {
            house.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    @Order(1)
    @DisplayName("Acme's administrator connects the identity provider, maps the groups and goes live")
    void setup() {
        visit((page, watch) -> {
            SetupByHand setup = new SetupByHand(page, album, house.world().acme());
            setup.redeem(link.url());
            setup.addDomain("acme-parts.com");
            setup.connect();
            setup.testSignIn(Cast.CHEN);
            setup.mapGroups("engineering", "manager", "finance", "bookkeeper", List.of("reports:read", "tenant:admin"));
            setup.lookAtDirectory();
            setup.lookAtAccounts();
            setup.goLive();
        });
    }

    @Test
    @Order(2)
    @DisplayName("A setup link that was used tells what to do")
    void usedLink() {
        visit((page, watch) -> {
            watch.pardon(410);
            page.navigate(link.url());
            assertThat(heading(page, "This setup link cannot be used")).isVisible();
            album.take(page, "setup-link-used");
        });
    }

    @Test
    @Order(3)
    @DisplayName("Alice signs in at the application, sees what she may do, and signs out")
    void signInAndOut() {
        visit((page, watch) -> new LedgerByHand(page, album, house).inAndOut(Cast.ALICE));
    }

    @Test
    @Order(4)
    @DisplayName("Bruno signs out at Sallyport itself, and is asked first")
    void signOutAtSallyport() {
        visit((page, watch) -> new LedgerByHand(page, album, house)
                .outAtSallyport(Cast.BRUNO, house.stage().issuer(house.world().acme())));
    }

    @Test
    @Order(5)
    @DisplayName("A link to the sign-in that is not in order tells what is wrong")
    void badLink() {
        visit((page, watch) -> {
            watch.pardon(400);
            page.navigate(house.stage().issuer(house.world().acme()) + "/authorize?client_id=nobody");
            assertThat(heading(page, "This sign-in link is not in order")).isVisible();
            album.take(page, "bad-link");
        });
    }

    @Test
    @Order(6)
    @DisplayName("A company that is not live is not let in")
    void notLive() {
        visit((page, watch) -> {
            watch.pardon(403);
            page.navigate(house.stage().app().url());
            page.getByText(house.world().globex().name()).click();
            assertThat(heading(page, "You could not be signed in")).isVisible();
            album.take(page, "not-live");
        });
    }

    private void visit(BiConsumer<Page, Watch> what) {
        try (BrowserContext visitor = chromium.visitor()) {
            Watch watch = Watch.over(visitor, hosts());
            what.accept(visitor.newPage(), watch);
            watch.verify();
        }
    }

    private static Locator heading(Page page, String name) {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(name));
    }

    private Set<String> hosts() {
        DemoCompany acme = house.world().acme();
        return Set.of(
                authority(house.stage().publicUrl()),
                authority(house.stage().app().url()),
                authority(acme.issuer()));
    }

    private static String authority(String url) {
        return URI.create(url).getAuthority();
    }
}
