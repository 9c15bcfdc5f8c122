package dev.sallyport.demo.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sallyport.demo.idp.Person;
import dev.sallyport.demo.story.Company;

/** Somebody fills in the sign-in page of their company's identity provider. */
final class SignInByHand {
    private SignInByHand() {}

    static void at(Page page, Album album, Company company, Person person) {
        if (company.issuer().contains("/realms/")) {
            atKeycloak(page, company, person);
            return;
        }
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Sign in")))
                .isVisible();
        assertTrue(page.url().startsWith(company.issuer() + "/"), "the browser is at the company's identity provider");
        assertThat(page.getByText("to continue to Sallyport")).isVisible();
        page.getByLabel("Work e-mail").fill(person.email());
        album.takeNarrowToo(page, "idp");
        page.getByLabel("Password").fill(person.password());
        page.keyboard().press("Enter");
    }

    private static void atKeycloak(Page page, Company company, Person person) {
        assertThat(page.locator("#kc-login")).isVisible();
        assertTrue(page.url().startsWith(company.issuer() + "/"), "the browser is at the company's identity provider");
        page.locator("#username").fill(person.email());
        page.locator("#password").fill(person.password());
        page.locator("#kc-login").click();
    }
}
