package dev.sallyport.demo.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sallyport.demo.OpenHouse;
import dev.sallyport.demo.idp.Person;
import dev.sallyport.demo.story.Company;

/** Somebody uses the application. */
final class LedgerByHand {
    private final Page page;
    private final Album album;
    private final String url;
    private final Company company;

    LedgerByHand(Page page, Album album, OpenHouse<?> house) {
        this.page = page;
        this.album = album;
        this.url = house.stage().app().url();
        this.company = house.world().acme();
    }

    /** Signs in, looks around, and signs out. */
    void inAndOut(Person person) {
        in(person);
        assertThat(page.locator("#email")).hasText(person.email());
        assertThat(page.locator("#company")).hasText(company.name());
        assertThat(page.locator(".permission")).hasText(new String[] {"reports:read", "reports:write"});
        assertThat(page.getByText("bookkeeper", exactly())).isVisible();
        album.takeNarrowToo(page, "ledger-me");
        page.getByRole(AriaRole.BUTTON, named("Sign out")).click();
        assertThat(page.getByRole(AriaRole.HEADING, named("You are signed out")))
                .isVisible();
        assertThat(page).hasURL(url + "/signed-out");
        album.take(page, "signed-out");
        page.navigate(url + "/me");
        assertThat(page.getByRole(AriaRole.HEADING, named("Where do you work?")))
                .isVisible();
    }

    /** Signs in, looks at the own page, and signs out at Sallyport itself, which asks first because nobody says that the person meant it. */
    void outAtSallyport(Person person, String issuer) {
        in(person);
        page.navigate(issuer + "/account");
        assertThat(page.getByRole(AriaRole.HEADING, named("Your account"))).isVisible();
        assertThat(page.getByText(person.name(), exactly())).isVisible();
        assertThat(page.getByText("this browser", exactly())).isVisible();
        album.takeNarrowToo(page, "account");
        page.navigate(issuer + "/logout");
        assertThat(page.getByRole(AriaRole.HEADING, named("Sign out of " + company.name() + "?")))
                .isVisible();
        album.take(page, "sign-out-question");
        page.getByRole(AriaRole.BUTTON, named("Sign out")).focus();
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.HEADING, named("You are signed out")))
                .isVisible();
        album.take(page, "signed-out-at-sallyport");
        page.navigate(issuer + "/logout");
        assertThat(page.getByRole(AriaRole.HEADING, named("You are signed out")))
                .isVisible();
    }

    private void in(Person person) {
        page.navigate(url);
        assertThat(page.getByRole(AriaRole.HEADING, named("Where do you work?")))
                .isVisible();
        album.takeNarrowToo(page, "ledger-front");
        page.getByRole(AriaRole.LINK, named(company.name())).focus();
        page.keyboard().press("Enter");
        SignInByHand.at(page, album, company, person);
        assertThat(page.getByRole(AriaRole.HEADING, named(person.name()))).isVisible();
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    private static Page.GetByTextOptions exactly() {
        return new Page.GetByTextOptions().setExact(true);
    }
}
