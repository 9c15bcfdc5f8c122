package dev.sallyport.demo.story;

import dev.sallyport.demo.idp.Person;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Step 3: Alice signs in at the application through acme's identity provider, and gets an account just in time. */
final class AliceSignsIn {
    private static final int LONGEST_ACCESS_TOKEN_SECONDS = 300;

    private AliceSignsIn() {}

    static Visitor play(Stage stage, Client app) {
        Company acme = stage.world().acme();
        Person person = Cast.ALICE;
        Checks.equal(
                "accounts of Alice before she comes",
                0,
                stage.users(acme, person.email()).size());
        Visitor alice = Visitor.signIn(stage, acme, person);

        List<JsonObject> accounts = stage.users(acme, person.email());
        Checks.equal("accounts of Alice", 1, accounts.size());
        Checks.equal("Alice's account", alice.user(), accounts.get(0).getString("id"));
        Checks.equal("who brought the account in", "jit", accounts.get(0).getString("source"));
        Checks.equal("status of the account", "active", accounts.get(0).getString("status"));

        List<String> permissions = OperatorPrepares.permissionsOf(OperatorPrepares.BOOKKEEPER);
        Checks.equal("permissions on the page", permissions, alice.page().texts("li", "permission"));
        proveTokens(stage, acme, app, alice, permissions);
        JsonObject me = Checks.status(
                        "Alice at the application's API",
                        200,
                        stage.api(acme, alice.accessToken()).get("/me"))
                .json();
        Checks.equal("whom the application's API sees", alice.user(), me.getString("sub"));
        Checks.equal("what the application's API allows", permissions, Answer.texts(me, "permissions"));
        return alice;
    }

    private static void proveTokens(Stage stage, Company acme, Client app, Visitor alice, List<String> permissions) {
        TokenProof proof = TokenProof.of(stage.issuer(acme));
        JsonObject access = proof.claims("the access token", alice.accessToken(), "at+jwt", stage.audience(acme));
        Checks.equal("sub of the access token", alice.user(), access.getString("sub"));
        Checks.equal("client_id of the access token", app.id(), access.getString("client_id"));
        Checks.equal("tenant of the access token", acme.slug(), access.getString("tenant"));
        Checks.equal("permissions of the access token", permissions, Answer.texts(access, "permissions"));
        Checks.equal("roles of the access token", List.of(OperatorPrepares.BOOKKEEPER), Answer.texts(access, "roles"));
        for (String claim : List.of("jti", "sid", "auth_time", "acr", "amr", "scope")) {
            Checks.that(access.containsKey(claim), "the access token says '" + claim + "'");
        }
        Checks.that(
                access.getLong("exp") - access.getLong("iat") <= LONGEST_ACCESS_TOKEN_SECONDS,
                "an access token lives five minutes at most");
        JsonObject id = proof.claims("the ID token", alice.session().idToken(), "JWT", app.id());
        Checks.equal("sub of the ID token", alice.user(), id.getString("sub"));
        Checks.equal("sid of the ID token", access.getString("sid"), id.getString("sid"));
    }
}
