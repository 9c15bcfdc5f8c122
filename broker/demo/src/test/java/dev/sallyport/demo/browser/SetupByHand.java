package dev.sallyport.demo.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sallyport.demo.idp.Person;
import dev.sallyport.demo.story.Company;
import java.util.List;

/** A company's administrator goes through the setup wizard, from the link to the last step. Forms are sent with the Enter key. */
final class SetupByHand {
    private final Page page;
    private final Album album;
    private final Company company;

    SetupByHand(Page page, Album album, Company company) {
        this.page = page;
        this.album = album;
        this.company = company;
    }

    /** Opens the link, and uses it up with the keyboard alone. */
    void redeem(String link) {
        page.navigate(link);
        assertThat(heading("Connect " + company.name())).isVisible();
        assertThat(page.getByLabel("Setup key")).isHidden();
        // Nobody who looks over a shoulder, and no history, sees the key.
        assertThat(page).hasURL(link.substring(0, link.indexOf('#')));
        album.takeNarrowToo(page, "setup-link");
        page.keyboard().press("Tab");
        assertThat(page.getByRole(AriaRole.LINK, named("Skip to content"))).isFocused();
        page.keyboard().press("Tab");
        assertThat(button("Start the setup")).isFocused();
        page.keyboard().press("Enter");
        assertThat(heading("Set up sign-in for " + company.name())).isVisible();
        assertThat(page.getByText("Not connected yet")).isVisible();
        album.takeNarrowToo(page, "overview");
    }

    /** Asks for the record that proves a domain. */
    void addDomain(String domain) {
        step("Domains");
        page.getByLabel("Domain").fill(domain);
        page.keyboard().press("Enter");
        assertThat(page.getByText("Add this TXT record at your name server")).isVisible();
        assertThat(page.getByText("1 to be proven")).isVisible();
        album.take(page, "domain");
    }

    /** Enters what is wrong first, as people do, and then what is right. */
    void connect() {
        step("Sign-in");
        album.takeNarrowToo(page, "sign-in-empty");
        page.getByRole(AriaRole.LINK, named("Microsoft Entra ID")).click();
        assertThat(page.getByLabel("Directory (tenant) ID")).isEditable();
        album.take(page, "sign-in-entra");
        page.getByRole(AriaRole.LINK, named("Keycloak")).click();
        assertThat(page.getByLabel("Realm")).isEditable();
        album.take(page, "sign-in-keycloak");
        page.getByRole(AriaRole.LINK, named("Another")).click();
        assertThat(page.getByLabel("Issuer")).isEditable();
        String redirectUri = page.locator("code.value").first().textContent();
        company.register(redirectUri, redirectUri.replace("/callback", "/backchannel-logout"));
        enter(company.issuer() + "/elsewhere");
        assertThat(heading("3. What the checks found")).isInViewport();
        assertThat(page.getByText("Your provider’s description cannot be read")).isVisible();
        album.take(page, "checks-bad");
        enter(company.issuer());
        assertThat(heading("3. Everything fits")).isInViewport();
        assertThat(page.getByText("Your provider answers")).isVisible();
        album.takeNarrowToo(page, "checks-good");
    }

    /** Enters what the guide for Keycloak says. */
    void connectKeycloak() {
        step("Sign-in");
        page.getByRole(AriaRole.LINK, named("Keycloak")).click();
        String redirectUri = page.locator("code.value").first().textContent();
        company.register(redirectUri, redirectUri.replace("/callback", "/backchannel-logout"));
        int realms = company.issuer().indexOf("/realms/");
        page.getByLabel("Address of Keycloak").fill(company.issuer().substring(0, realms));
        page.getByLabel("Realm").fill(company.issuer().substring(realms + "/realms/".length()));
        page.getByLabel("Client ID").fill(company.client().id());
        page.getByRole(AriaRole.TEXTBOX, named("Client secret"))
                .fill(company.client().secret());
        page.keyboard().press("Enter");
        assertThat(heading("3. Everything fits")).isInViewport();
        album.takeNarrowToo(page, "checks-good");
    }

    private void enter(String issuer) {
        page.getByLabel("Issuer").fill(issuer);
        page.getByLabel("Client ID").fill(company.client().id());
        page.getByRole(AriaRole.TEXTBOX, named("Client secret"))
                .fill(company.client().secret());
        page.keyboard().press("Enter");
    }

    /** Signs in at the company's identity provider, which makes no account. */
    void testSignIn(Person person) {
        page.getByRole(AriaRole.LINK, named("Go on: test sign-in")).click();
        assertThat(heading("Test sign-in")).isVisible();
        album.take(page, "test");
        Page window = page.waitForPopup(() -> button("Sign in as a test").click());
        SignInByHand.at(window, album, company, person);
        assertThat(window.getByText("It worked.")).isVisible();
        window.close();
        page.reload();
        assertThat(page.getByText("It worked.")).isVisible();
        assertThat(page.getByText(person.email()).first()).isVisible();
        for (String group : person.groups()) {
            assertThat(page.locator(".tags").getByText(group, exactly())).isVisible();
        }
        page.getByText("All claims that came").click();
        album.takeNarrowToo(page, "test-worked");
    }

    /** Says which role a group has that the test showed, and one that it did not; looks at what that would do, and saves. */
    void mapGroups(String seen, String role, String other, String otherRole, List<String> permissions) {
        page.getByRole(AriaRole.LINK, named("Go on: groups")).click();
        assertThat(heading("Groups and roles")).isVisible();
        rowWith(group(seen)).getByLabel(role).check();
        Locator empty = page.getByPlaceholder("another group");
        rowWith(empty).getByLabel(otherRole).first().check();
        empty.first().fill(other);
        button("Show what would change").click();
        assertThat(heading("If you save this")).isInViewport();
        assertThat(rowWith(page.getByText("You, by your test sign-in"))).containsText(String.join(", ", permissions));
        album.takeNarrowToo(page, "groups-preview");
        group(other).focus();
        page.keyboard().press("Enter");
        assertThat(page.getByText("Saved.")).isVisible();
        assertThat(page.getByText("2 rules")).isVisible();
        page.getByText("What the roles allow").click();
        album.take(page, "groups-saved");
    }

    /** Looks at the step that may be left for later. */
    void lookAtDirectory() {
        step("Directory");
        assertThat(page.getByLabel("SCIM base URL")).isEditable();
        album.take(page, "directory");
    }

    /** Looks at what there is to know of people who are here already. */
    void lookAtAccounts() {
        step("Existing accounts");
        assertThat(page.getByText("There are no accounts yet.")).isVisible();
        album.take(page, "accounts");
    }

    /** The last step. */
    void goLive() {
        step("Go live");
        assertThat(page.getByText("A test sign-in worked within the last hour")).isVisible();
        album.take(page, "go-live");
        button("Go live").focus();
        page.keyboard().press("Enter");
        assertThat(heading("You are live")).isVisible();
        assertThat(page.getByText("Break-glass link")).isVisible();
        assertThat(page.getByText("Not live yet")).hasCount(0);
        album.take(page, "live");
        step("Overview");
        assertThat(heading(company.name() + " is live")).isVisible();
        album.take(page, "overview-live");
    }

    private void step(String name) {
        page.getByRole(AriaRole.LINK, named(name)).first().click();
        if (!name.equals("Overview")) {
            assertThat(heading(name)).isVisible();
        }
    }

    private Locator group(String name) {
        return page.locator("input[value='" + name + "']");
    }

    private Locator rowWith(Locator inside) {
        return page.locator("tr", new Page.LocatorOptions().setHas(inside));
    }

    private Locator heading(String name) {
        return page.getByRole(AriaRole.HEADING, named(name).setExact(true));
    }

    private Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, named(name).setExact(true));
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    private static Locator.GetByTextOptions exactly() {
        return new Locator.GetByTextOptions().setExact(true);
    }
}
