package dev.sallyport.demo.story;

import dev.sallyport.demo.idp.Person;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Step 2, for one company: its administrator redeems the setup link, connects the identity provider, maps groups and goes live. */
public final class TenantGoesLive {
    private static final List<String> PURPOSES = List.of("federate", "domain", "directory");

    private TenantGoesLive() {}

    /**
     * Plays it.
     *
     * @param administrator signs in for the test
     * @param roles the role of each group
     */
    public static Tenancy play(Stage stage, Company company, Person administrator, Map<String, String> roles) {
        SetupLink link = SetupLink.make(stage, company, PURPOSES);
        Browser browser = new Browser();
        Page overview = redeem(stage, company, link, browser);
        String connection = connect(stage, company, browser, overview);
        test(stage, company, browser, overview, administrator);
        map(stage, company, browser, overview, roles, connection);
        goLive(stage, company, browser, overview);
        Checks.equal("state of the setup link at the end", "completed", link.state(stage, company));
        return new Tenancy(company, connection);
    }

    private static Page redeem(Stage stage, Company company, SetupLink link, Browser browser) {
        Form key = Checks.status("the page behind the setup link", 200, browser.open(link.page()))
                .form("secret");
        Checks.equal("state of a link that was only looked at", "open", link.state(stage, company));
        Page overview = Checks.status("redeeming the setup link", 200, browser.send(key.with("secret", link.secret())));
        Checks.equal("state of a link that was used", "redeemed", link.state(stage, company));
        Checks.status("redeeming the setup link again", 410, new Browser().send(key.with("secret", link.secret())));
        return overview;
    }

    private static String connect(Stage stage, Company company, Browser browser, Page overview) {
        Page page = Checks.status("the step Sign-in", 200, browser.open(overview.link("/sign-in")));
        String redirectUri = page.texts("code", "value").get(0);
        Page saved = browser.send(page.form("issuer")
                .with("issuer", company.issuer())
                .with("client_id", company.client().id())
                .with("client_secret", company.client().secret()));
        Checks.status("connecting the identity provider", 200, saved);
        List<JsonObject> connections = stage.operator().all(Stage.path(company, "/connections"));
        Checks.equal("connections", 1, connections.size());
        JsonObject connection = connections.get(0);
        Checks.equal("the redirect URI on the page", connection.getString("redirect_uri"), redirectUri);
        company.register(redirectUri, connection.getString("backchannel_logout_uri"));
        String id = connection.getString("id");
        JsonObject tested = Checks.status(
                        "testing the connection",
                        200,
                        stage.operator().post(Stage.path(company, "/connections/" + id + "/test")))
                .json();
        for (JsonObject check : Answer.objects(tested, "checks")) {
            Checks.that(
                    check.getBoolean("ok"),
                    "the check '" + check.getString("name") + "' of the connection: " + check.getString("detail"));
        }
        return id;
    }

    private static void test(Stage stage, Company company, Browser browser, Page overview, Person administrator) {
        Page page = Checks.status("the step Test sign-in", 200, browser.open(overview.link("/test")));
        Page idp = Checks.status("the identity provider's sign-in page", 200, browser.send(page.form("csrf")));
        Checks.that(
                idp.address().toString().startsWith(company.issuer()),
                "the test sign-in leads to the company's identity provider");
        Page result = Checks.status("the test sign-in", 200, company.signIn(browser, idp, administrator));
        Checks.that(
                result.address().getPath().endsWith("/test") && result.body().contains("It worked."),
                "the test sign-in ends with 'It worked.' on the page of the setup");
        Checks.equal("accounts after the test sign-in", 0, stage.users(company).size());
    }

    private static void map(
            Stage stage,
            Company company,
            Browser browser,
            Page overview,
            Map<String, String> roles,
            String connection) {
        Page page = Checks.status("the step Groups", 200, browser.open(overview.link("/groups")));
        Form form = page.form("group.0").with("action", "save");
        for (Map.Entry<String, String> rule : new TreeMap<>(roles).entrySet()) {
            int row = row(form, rule.getKey());
            form = form.with("group." + row, rule.getKey()).with("role." + row, rule.getValue());
        }
        Checks.status("mapping the groups", 200, browser.send(form));
        Map<String, String> mapped = new TreeMap<>();
        JsonObject mapping = Checks.status(
                        "the role mapping", 200, stage.operator().get(Stage.path(company, "/role-mapping")))
                .json();
        for (JsonObject rule : Answer.objects(mapping, "rules")) {
            Checks.equal("source of a rule", connection, rule.getString("source"));
            mapped.put(rule.getString("group"), String.join(" ", Answer.texts(rule, "roles")));
        }
        Checks.equal("rules of " + company.slug(), new TreeMap<>(roles), mapped);
    }

    /** The row that has the group already, because the test sign-in showed it, or else the first empty one. */
    private static int row(Form form, String group) {
        int empty = -1;
        for (int row = 0; form.names().contains("group." + row); row++) {
            String value = Objects.requireNonNullElse(form.fields().get("group." + row), "");
            if (value.equals(group)) {
                return row;
            }
            empty = empty < 0 && value.isEmpty() ? row : empty;
        }
        Checks.that(empty >= 0, "the page has an empty row for another group");
        return empty;
    }

    private static void goLive(Stage stage, Company company, Browser browser, Page overview) {
        Page page = Checks.status("the step Go live", 200, browser.open(overview.link("/go-live")));
        Checks.status("going live", 200, browser.send(page.form("csrf")));
        Checks.equal(
                "status of " + company.slug(),
                "active",
                Checks.status("the tenant", 200, stage.operator().get(Stage.path(company, "")))
                        .json()
                        .getString("status"));
    }
}
