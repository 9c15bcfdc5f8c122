package dev.sallyport.demo.story;

import dev.sallyport.demo.app.LocalSession;
import dev.sallyport.demo.idp.Person;

/**
 * Somebody who is signed in at the application.
 *
 * @param page what the application shows them
 * @param session what the application keeps of them, with the tokens
 */
public record Visitor(Company company, Person person, Browser browser, Page page, LocalSession session) {

    /** Signs a person in at the application with a browser of their own; they have to get in. */
    public static Visitor signIn(Stage stage, Company company, Person person) {
        Browser browser = new Browser();
        Page page = attempt(stage, company, person, browser);
        Checks.status(person.name() + "'s page at the application", 200, page);
        Checks.equal("where " + person.name() + " ends up", stage.app().url() + "/me", Wire.shown(page.address()));
        Checks.equal("the name on the page", person.name(), page.text("name"));
        Checks.equal("the address on the page", person.email(), page.text("email"));
        Checks.equal("the tenant on the page", company.slug(), page.text("tenant"));
        String sid = page.text("sid");
        LocalSession session = stage.app().sessions().stream()
                .filter(open ->
                        open.tenant().equals(company.slug()) && open.sid().equals(sid))
                .findFirst()
                .orElseThrow(() -> new Broken("the application has no session '" + sid + "'"));
        return new Visitor(company, person, browser, page, session);
    }

    /** Goes through the sign-in, wherever that ends. */
    static Page attempt(Stage stage, Company company, Person person, Browser browser) {
        Page idp = browser.open(stage.app().url() + "/login/" + company.slug());
        Checks.status("the identity provider's sign-in page", 200, idp);
        Checks.that(
                idp.address().toString().startsWith(company.issuer()),
                "the sign-in leads to the company's identity provider, not to " + Wire.shown(idp.address()));
        return company.signIn(browser, idp, person);
    }

    /** The person's id at Sallyport. */
    public String user() {
        return session.subject();
    }

    /** Their access token. */
    public String accessToken() {
        return session.accessToken();
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "Visitor[" + company.slug() + ", " + person.email() + "]";
    }
}
