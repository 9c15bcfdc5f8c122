package dev.sallyport.demo.story;

import io.vertx.core.json.JsonObject;
import java.util.List;

/** Step 9: the ghost report names an account with access that the directory never vouched for. */
final class GhostsAreNamed {

    private GhostsAreNamed() {}

    static JsonObject play(Stage stage) {
        Company acme = stage.world().acme();
        Visitor bruno = Visitor.signIn(stage, acme, Cast.BRUNO);
        List<JsonObject> ghosts = stage.operator().all(Stage.path(acme, "/ghosts"));
        JsonObject ghost = ghosts.stream()
                .filter(found -> found.getJsonObject("user").getString("id").equals(bruno.user()))
                .findFirst()
                .orElseThrow(() -> new Broken("the report names " + ghosts.size() + " others, and not Bruno"));
        Checks.equal("why Bruno is a ghost", "never_in_directory", ghost.getString("reason"));
        Checks.equal("who brought Bruno in", "jit", ghost.getString("source"));
        Checks.equal(
                "what Bruno may do meanwhile",
                OperatorPrepares.permissionsOf(OperatorPrepares.BOOKKEEPER),
                Answer.texts(ghost, "permissions"));
        Checks.equal(
                "ghosts",
                List.of(Cast.BRUNO.email()),
                ghosts.stream()
                        .map(found -> found.getJsonObject("user").getString("email"))
                        .toList());
        return ghost;
    }
}
