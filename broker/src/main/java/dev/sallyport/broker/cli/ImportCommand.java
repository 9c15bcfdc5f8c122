package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport import}. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Sends people in bulk and decides on what others sent.",
        footer = {
            "",
            "Examples:",
            "  sallyport import send acme people.csv",
            "  sallyport import show acme 0192f5b0-7c1e-7abc-8def-0123456789ab",
            "  sallyport import approve acme 0192f5b0-7c1e-7abc-8def-0123456789ab"
        })
final class ImportCommand extends AdminCommand {
    private static final int MANY = 10_000;

    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "Sends a file, CSV or JSON by its ending. Nothing is applied before somebody else approves it.",
            footer = {"", "Example: sallyport import send acme people.csv"})
    int send(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "FILE", description = "At most 5 MiB and 10,000 people.") Path file,
            @Option(
                            names = "--connection",
                            paramLabel = "ID",
                            description = "Through which these people sign in. Default: the tenant's only active one.")
                    Optional<String> connection) {
        boolean isJson = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
        String query =
                connection.map(id -> "?connection=" + AdminApi.segment(id)).orElse("");
        return admin().run(api ->
                admin().show(api.file(path(tenant) + query, file, isJson ? "application/json" : "text/csv")));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists a tenant's imports, the newest first.",
            footer = {"", "Example: sallyport import list acme"})
    int list(@Parameters(paramLabel = "TENANT") String tenant) {
        return admin().run(api -> admin().show(
                        api.all(path(tenant), MANY),
                        "id",
                        "status",
                        "rows",
                        "errors",
                        "requested_by",
                        "decided_by",
                        "created_at"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Shows an import and what each of its rows comes to.",
            footer = {"", "Example: sallyport import show acme 0192f5b0-7c1e-7abc-8def-0123456789ab"})
    int show(@Parameters(paramLabel = "TENANT") String tenant, @Parameters(paramLabel = "ID") String id) {
        return admin().run(api -> {
            String cursor = "";
            JsonArray rows = new JsonArray();
            JsonObject found;
            do {
                found = api.get(one(tenant, id) + "?limit=200" + cursor);
                JsonObject report = (JsonObject) found.remove("report");
                rows.addAll(report.getJsonArray("items"));
                String next = report.getString("next_cursor");
                cursor = next == null ? "" : "&cursor=" + AdminApi.segment(next);
            } while (!cursor.isEmpty());
            admin().show(found);
            admin().say("");
            admin().show(rows, "row", "user_name", "plan", "detail", "applied_at");
        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Approves exactly what the report shows. Not for whoever sent it.",
            footer = {"", "Example: sallyport import approve acme 0192f5b0-7c1e-7abc-8def-0123456789ab"})
    int approve(@Parameters(paramLabel = "TENANT") String tenant, @Parameters(paramLabel = "ID") String id) {
        return admin().run(api -> {
            JsonObject decided = api.post(one(tenant, id) + "/approve");
            admin().show(decided, "The import is approved and being applied.");
        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Sends an import away.",
            footer = {
                "",
                "Example: sallyport import reject acme 0192f5b0-7c1e-7abc-8def-0123456789ab --reason 'wrong list'"
            })
    int reject(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Why.") Optional<String> reason) {
        JsonObject body = new JsonObject();
        reason.ifPresent(text -> body.put("reason", text));
        return admin().run(api -> {
            JsonObject decided = api.post(one(tenant, id) + "/reject", body);
            admin().show(decided, "The import is rejected.");
        });
    }

    private static String path(String tenant) {
        return "/tenants/" + AdminApi.segment(tenant) + "/imports";
    }

    private static String one(String tenant, String id) {
        return path(tenant) + "/" + AdminApi.segment(id);
    }
}
