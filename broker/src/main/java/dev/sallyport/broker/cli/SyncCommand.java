package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport sync}. */
@Command(
        name = "sync",
        mixinStandardHelpOptions = true,
        description = "Reads a tenant's directory and shows what came of it.",
        footer = {
            "",
            "Examples:",
            "  sallyport sync run acme --dry-run",
            "  sallyport sync show acme 0192f5b0-7c1e-7abc-8def-0123456789ab",
            "  sallyport sync release acme 0192f5b0-7c1e-7abc-8def-0123456789ab"
        })
final class SyncCommand extends AdminCommand {
    private static final int MANY = 1_000;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Asks for a run; it goes on in the background.",
            footer = {"", "Example: sallyport sync run acme --dry-run"})
    int run(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Option(names = "--incremental", description = "Read only what changed; removes nobody.")
                    boolean incremental,
            @Option(names = "--dry-run", description = "Say what would be done and do nothing.") boolean dryRun) {
        JsonObject body = new JsonObject()
                .put("mode", incremental ? "incremental" : "full")
                .put("dry_run", dryRun);
        return admin().run(api -> admin().show(api.post(path(tenant), body)));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists runs, the newest first.",
            footer = {"", "Example: sallyport sync list acme"})
    int list(@Parameters(paramLabel = "TENANT") String tenant) {
        return admin().run(api -> admin().show(
                        api.all(path(tenant), MANY),
                        "id",
                        "mode",
                        "dry_run",
                        "state",
                        "counts.found",
                        "counts.removed",
                        "counts.held",
                        "created_at"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Shows a run and the first 200 of its findings.",
            footer = {"", "Example: sallyport sync show acme 0192f5b0-7c1e-7abc-8def-0123456789ab"})
    int show(@Parameters(paramLabel = "TENANT") String tenant, @Parameters(paramLabel = "ID") String id) {
        return admin().run(api -> {
            JsonObject run = api.get(path(tenant) + "/" + AdminApi.segment(id) + "?limit=200");
            JsonObject findings = (JsonObject) run.remove("findings");
            admin().show(run);
            admin().say("");
            admin().show(findings.getJsonArray("items"), "action", "label", "reason", "state", "detail");
        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lets a held run go on: exactly the people whom it holds are removed.",
            footer = {"", "Example: sallyport sync release acme 0192f5b0-7c1e-7abc-8def-0123456789ab"})
    int release(@Parameters(paramLabel = "TENANT") String tenant, @Parameters(paramLabel = "ID") String id) {
        return admin().run(api -> admin().show(api.post(path(tenant) + "/" + AdminApi.segment(id) + "/release")));
    }

    private static String path(String tenant) {
        return "/tenants/" + AdminApi.segment(tenant) + "/sync-runs";
    }
}
