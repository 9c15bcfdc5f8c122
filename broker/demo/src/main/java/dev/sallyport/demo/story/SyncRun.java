package dev.sallyport.demo.story;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A full read of a directory that has come to its end, with what it found. */
record SyncRun(JsonObject run, List<JsonObject> findings) {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Set<String> ENDS = Set.of("held", "done", "failed");

    /** Asks for one and waits for it. */
    static SyncRun full(Stage stage, Company company, boolean dryRun) {
        JsonObject asked = Checks.status(
                        dryRun ? "asking for a dry run" : "asking for a full read",
                        202,
                        stage.operator()
                                .post(
                                        Stage.path(company, "/sync-runs"),
                                        new JsonObject().put("mode", "full").put("dry_run", dryRun)))
                .json();
        String path = Stage.path(company, "/sync-runs/" + asked.getString("id"));
        JsonObject run = Patience.until("the directory is read", LONGEST, () -> ended(stage, path));
        return new SyncRun(run, findings(stage, path));
    }

    SyncRun ending(String state) {
        Checks.equal(
                "state of the read",
                state,
                run.getString("state") + (state().equals("failed") ? " (" + run.getString("reason") + ")" : ""));
        return this;
    }

    String state() {
        return run.getString("state");
    }

    int count(String name) {
        return run.getJsonObject("counts").getInteger(name);
    }

    /** The people who are leaving by these findings. */
    List<String> leaving() {
        return findings.stream()
                .filter(finding -> Set.of("suspect", "remove", "hold").contains(finding.getString("action")))
                .map(finding -> finding.getString("user"))
                .distinct()
                .toList();
    }

    private static Optional<JsonObject> ended(Stage stage, String path) {
        JsonObject now =
                Checks.status("the read", 200, stage.operator().get(path)).json();
        return ENDS.contains(now.getString("state")) ? Optional.of(now) : Optional.empty();
    }

    private static List<JsonObject> findings(Stage stage, String path) {
        return Answer.objects(
                Checks.status("the findings", 200, stage.operator().get(path + "?limit=200"))
                        .json()
                        .getJsonObject("findings"),
                "items");
    }
}
