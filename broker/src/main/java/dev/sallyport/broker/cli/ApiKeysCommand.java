package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport api-keys}. */
@Command(
        name = "api-keys",
        mixinStandardHelpOptions = true,
        description = "Looks after the API keys of a tenant's people.",
        footer = {
            "",
            "Examples:",
            "  sallyport api-keys list acme --state live",
            "  sallyport api-keys create acme 0199… --name 'nightly export' --scope reports:read",
            "  sallyport api-keys revoke acme 0199…"
        })
final class ApiKeysCommand extends AdminCommand {
    private static final int MANY = 100_000;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists keys, never the keys themselves; the oldest first.",
            footer = {"", "Example: sallyport api-keys list acme --user 0199…"})
    int list(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Option(names = "--user", paramLabel = "ID", description = "Of this person only.") Optional<String> user,
            @Option(names = "--state", paramLabel = "STATE", description = "live, expired or ended.")
                    Optional<String> state) {
        String query = user.map(id -> "?user=" + AdminApi.segment(id)).orElse("");
        String whole = state.map(s -> query + (query.isEmpty() ? "?" : "&") + "state=" + AdminApi.segment(s))
                .orElse(query);
        return admin().run(api -> admin().show(
                        api.all(path(tenant) + whole, MANY),
                        "id",
                        "user",
                        "name",
                        "scopes",
                        "state",
                        "created_at",
                        "expires_at",
                        "last_used_at"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Makes a key for a person. It is shown this once.",
            footer = {"", "Example: sallyport api-keys create acme 0199… --name ci --scope reports:read"})
    int create(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "USER", description = "Id of the person.") String user,
            @Option(names = "--name", required = true, paramLabel = "NAME", description = "What it is for.")
                    String name,
            @Option(
                            names = "--scope",
                            required = true,
                            split = ",",
                            paramLabel = "PERMISSION",
                            description = "What it may do; may be repeated.")
                    List<String> scopes,
            @Option(names = "--expires-in", paramLabel = "SECONDS", description = "Default: 90 days.")
                    Optional<Integer> expiresIn) {
        JsonObject body = new JsonObject().put("user", user).put("name", name).put("scopes", new JsonArray(scopes));
        expiresIn.ifPresent(seconds -> body.put("expires_in", seconds));
        return admin().run(api -> {
            JsonObject made = api.post(path(tenant), body);
            admin().show(
                            made,
                            "Shown this once, good until " + made.getString("expires_at") + ":" + System.lineSeparator()
                                    + made.getString("key"));
        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Takes scopes away from a key, or lets it end earlier.",
            footer = {"", "Example: sallyport api-keys limit acme 0199… --expires-in 3600"})
    int limit(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--name", paramLabel = "NAME", description = "What it is for.") Optional<String> name,
            @Option(
                            names = "--scope",
                            split = ",",
                            paramLabel = "PERMISSION",
                            description = "What it may still do; may be repeated.")
                    List<String> scopes,
            @Option(names = "--expires-in", paramLabel = "SECONDS", description = "From now.")
                    Optional<Integer> expiresIn) {
        JsonObject body = new JsonObject();
        name.ifPresent(text -> body.put("name", text));
        expiresIn.ifPresent(seconds -> body.put("expires_in", seconds));
        if (scopes != null) {
            body.put("scopes", new JsonArray(scopes));
        }
        return admin().run(api -> admin().show(api.patch(path(tenant) + "/" + AdminApi.segment(id), body)));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Ends a key, and the access tokens that it was exchanged for.",
            footer = {"", "Example: sallyport api-keys revoke acme 0199…"})
    int revoke(@Parameters(paramLabel = "TENANT") String tenant, @Parameters(paramLabel = "ID") String id) {
        return admin().run(api -> {
            api.delete(path(tenant) + "/" + AdminApi.segment(id));
            admin().say("The key " + id + " is ended.");
        });
    }

    private static String path(String tenant) {
        return "/tenants/" + AdminApi.segment(tenant) + "/api-keys";
    }
}
