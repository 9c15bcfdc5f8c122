package dev.sallyport.demo.story;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Step 1: the vendor's operator makes tenants, one application, the catalogue of permissions and two roles. */
public final class OperatorPrepares {
    /** Reads and files reports. */
    static final String BOOKKEEPER = "bookkeeper";

    /** Reads reports and administers the tenant. */
    static final String MANAGER = "manager";

    private static final String READ = "reports:read";
    private static final String WRITE = "reports:write";
    private static final String ADMIN = "tenant:admin";

    private OperatorPrepares() {}

    /** What a role gives, in the order of tokens. */
    static List<String> permissionsOf(String role) {
        return role.equals(BOOKKEEPER) ? List.of(READ, WRITE) : List.of(READ, ADMIN);
    }

    /** Plays it; gives the application's client, which the application knows from now on. */
    public static Client play(Stage stage) {
        Caller operator = stage.operator();
        Checks.status(
                "the admin API without a token",
                401,
                Caller.anybody(stage.publicUrl() + "/admin/v1").get("/tenants"));
        catalogue(operator);
        stage.world().companies().forEach(company -> tenant(stage, company));
        Client client = application(stage);
        stage.world().companies().forEach(company -> enable(stage, company, client));
        stage.app().configure(client.id(), client.secret());
        Checks.equal(
                "tenants",
                stage.world().companies().stream().map(Company::slug).sorted().toList(),
                operator.all("/tenants").stream()
                        .map(tenant -> tenant.getString("slug"))
                        .sorted()
                        .toList());
        return client;
    }

    private static void catalogue(Caller operator) {
        JsonArray permissions = new JsonArray()
                .add(permission(READ, "See the company's reports."))
                .add(permission(WRITE, "File reports."))
                .add(permission(ADMIN, "Administer the company's tenant."));
        Answer put = Checks.status("the catalogue", 200, operator.put("/permissions", permissions));
        Checks.equal(
                "permissions in the catalogue",
                List.of(READ, WRITE, ADMIN),
                put.objects("items").stream()
                        .map(item -> item.getString("name"))
                        .sorted()
                        .toList());
        for (String role : List.of(BOOKKEEPER, MANAGER)) {
            JsonObject content = new JsonObject()
                    .put("permissions", new JsonArray(permissionsOf(role)))
                    .put(
                            "description",
                            role.equals(BOOKKEEPER) ? "Sees and files reports." : "Sees reports and runs the tenant.");
            Checks.status("the role " + role, 201, operator.put("/roles/" + role, content));
        }
    }

    private static JsonObject permission(String name, String description) {
        return new JsonObject().put("name", name).put("description", description);
    }

    private static void tenant(Stage stage, Company company) {
        JsonObject tenant = Checks.status(
                        "the tenant " + company.slug(),
                        201,
                        stage.operator()
                                .post(
                                        "/tenants",
                                        new JsonObject()
                                                .put("slug", company.slug())
                                                .put("name", company.name())))
                .json();
        Checks.equal("status of a new tenant", "pending", tenant.getString("status"));
        Checks.equal("issuer of a new tenant", stage.issuer(company), tenant.getString("issuer"));
    }

    private static Client application(Stage stage) {
        JsonObject wanted = new JsonObject()
                .put("name", "Ledger")
                .put("type", "web")
                .put("resource", stage.resource())
                .put("redirect_uris", new JsonArray(stage.app().redirectUris()))
                .put(
                        "post_logout_redirect_uris",
                        new JsonArray().add(stage.app().postLogoutRedirectUri()))
                .put("backchannel_logout_uri", stage.app().backchannelLogoutUri());
        JsonObject made = Checks.status("the application", 201, stage.operator().post("/applications", wanted))
                .json();
        Client client = new Client(made.getString("client_id"), made.getString("client_secret"));
        JsonObject read = Checks.status(
                        "the application, read again", 200, stage.operator().get("/applications/" + client.id()))
                .json();
        Checks.that(!read.containsKey("client_secret"), "a client secret is shown only once");
        return client;
    }

    private static void enable(Stage stage, Company company, Client client) {
        Answer enabled = stage.operator().put(Stage.path(company, "/applications/" + client.id()), new JsonObject());
        Checks.equal(
                "audience in " + company.slug(),
                stage.audience(company),
                Checks.status("the application in " + company.slug(), 201, enabled)
                        .json()
                        .getString("audience"));
    }
}
