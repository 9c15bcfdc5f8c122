package dev.sallyport.demo.story;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** Step 4: what is acme's is good for nothing at globex, and the same names mean other people and other permissions there. */
final class TenantsStayApart {

    private TenantsStayApart() {}

    static void play(Stage stage, Client app, Visitor alice) {
        Company acme = stage.world().acme();
        Company globex = stage.world().globex();
        refuseToken(stage, app, alice, acme, globex);

        Visitor namesake = Visitor.signIn(stage, globex, Cast.NAMESAKE);
        Checks.equal(
                "the name of both", alice.page().text("name"), namesake.page().text("name"));
        Checks.that(!namesake.user().equals(alice.user()), "globex's Alice is another person than acme's");
        List<String> permissions = OperatorPrepares.permissionsOf(OperatorPrepares.MANAGER);
        Checks.equal(
                "permissions of globex's Alice", permissions, namesake.page().texts("li", "permission"));
        Checks.that(
                !permissions.equals(alice.page().texts("li", "permission")),
                "the group '" + Cast.GROUP + "' gives other permissions at globex");
        Checks.equal("the group behind acme's permissions", List.of(Cast.GROUP), groups(stage, alice));
        Checks.equal("the group behind globex's permissions", List.of(Cast.GROUP), groups(stage, namesake));

        Checks.status(
                "acme's Alice among globex's people",
                404,
                stage.operator().get(Stage.path(globex, "/users/" + alice.user())));
        foreignAdministrator(stage, namesake);
    }

    private static void refuseToken(Stage stage, Client app, Visitor alice, Company acme, Company globex) {
        String token = alice.accessToken();
        Checks.status(
                "acme's token at acme's userinfo", 200, stage.at(acme, token).get("/userinfo"));
        Checks.status(
                "acme's token at globex's userinfo",
                401,
                stage.at(globex, token).get("/userinfo"));
        Checks.equal("acme's token, introspected at acme", true, isActive(stage, acme, app, token));
        Checks.equal("acme's token, introspected at globex", false, isActive(stage, globex, app, token));
        Checks.status(
                "acme's token at the application, for acme",
                200,
                stage.api(acme, token).get("/me"));
        Checks.status(
                "acme's token at the application, for globex",
                401,
                stage.api(globex, token).get("/me"));
        Answer refresh = Caller.client(stage.issuer(globex), app)
                .post(
                        "/token",
                        Map.of(
                                "grant_type",
                                "refresh_token",
                                "refresh_token",
                                alice.session().refreshToken()));
        Checks.status("acme's refresh token at globex", 400, refresh);
        Checks.equal("why", "invalid_grant", refresh.json().getString("error"));
    }

    /** Whether an authorization server calls a token active; an inactive one says nothing else (RFC 7662 §2.2). */
    static boolean isActive(Stage stage, Company company, Client app, String token) {
        JsonObject told = Checks.status(
                        "introspection",
                        200,
                        Caller.client(stage.issuer(company), app).post("/introspect", Map.of("token", token)))
                .json();
        boolean active = told.getBoolean("active");
        Checks.that(active || told.size() == 1, "an inactive token is told nothing about");
        return active;
    }

    private static List<String> groups(Stage stage, Visitor visitor) {
        JsonObject access = Checks.status(
                        "what " + visitor.person().name() + " may do",
                        200,
                        stage.operator().get(Stage.path(visitor.company(), "/users/" + visitor.user() + "/access")))
                .json();
        return Answer.objects(access, "grants").stream()
                .map(grant -> grant.getJsonObject("origin").getString("group"))
                .distinct()
                .toList();
    }

    /** Globex's Alice administers globex; acme is for her like a tenant that does not exist. */
    private static void foreignAdministrator(Stage stage, Visitor namesake) {
        Caller admin = stage.operator().as(namesake.accessToken());
        Checks.status("globex's Alice among globex's people", 200, admin.get("/tenants/globex/users"));
        Answer foreign = admin.get("/tenants/acme/users");
        Checks.status("globex's Alice among acme's people", 404, foreign);
        Checks.equal(
                "the difference between acme and a tenant that does not exist",
                foreign.body().replace("acme", "nobody"),
                admin.get("/tenants/nobody/users").body());
    }
}
