package dev.sallyport.demo.story;

import io.vertx.core.json.JsonObject;
import java.util.List;

/** Step 8: the directory answers with an empty list, and nobody is removed by it. */
final class BrakeHolds {

    private BrakeHolds() {}

    static void play(Stage stage) {
        Company acme = stage.world().acme();
        List<String> before = standings(stage, acme);
        acme.directory().loseEverybody();
        SyncRun read = SyncRun.full(stage, acme, false).ending("held");
        Checks.equal("people found", 0, read.count("found"));
        Checks.equal("people removed", 0, read.count("removed"));
        Checks.atLeast("removals that are held", 1, read.count("held"));
        Checks.equal("everybody's status", before, standings(stage, acme));

        acme.directory().recover();
        SyncRun next = SyncRun.full(stage, acme, false).ending("done");
        Checks.equal("people removed when the directory is well again", 0, next.count("removed"));
        Checks.equal("everybody's status at the end", before, standings(stage, acme));
    }

    private static List<String> standings(Stage stage, Company company) {
        return stage.users(company).stream().map(BrakeHolds::standing).sorted().toList();
    }

    private static String standing(JsonObject user) {
        return user.getString("user_name") + " " + user.getString("status");
    }
}
