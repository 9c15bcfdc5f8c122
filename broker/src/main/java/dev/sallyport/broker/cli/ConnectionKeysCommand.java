package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport connection-keys}. */
@Command(
        name = "connection-keys",
        mixinStandardHelpOptions = true,
        description =
                "Looks after the keys by which a connection is a client of its identity provider (private_key_jwt).",
        footer = {
            "",
            "Examples:",
            "  sallyport connection-keys list acme 0199…",
            "  sallyport connection-keys rotate acme 0199…",
            "  sallyport connection-keys withdraw acme 0199… Zm9vYmFy"
        })
final class ConnectionKeysCommand extends AdminCommand {
    private static final int MANY = 1_000;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists the keys, the latest first.",
            footer = {"", "Example: sallyport connection-keys list acme 0199…"})
    int list(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "CONNECTION", description = "Its id.") String connection) {
        return admin().run(api -> admin().show(
                        api.all(path(tenant, connection), MANY),
                        "kid",
                        "state",
                        "created_at",
                        "activate_at",
                        "retire_at"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Publishes a successor, which signs when the provider had time to read it.",
            footer = {"", "Example: sallyport connection-keys rotate acme 0199… --activate-in 604800"})
    int rotate(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "CONNECTION", description = "Its id.") String connection,
            @Option(names = "--activate-in", paramLabel = "SECONDS", description = "Default: one day.")
                    Optional<Long> activateIn) {
        JsonObject body = new JsonObject();
        activateIn.ifPresent(seconds -> body.put("activate_in_seconds", seconds));
        return admin().run(api -> admin().show(api.post(path(tenant, connection) + "/rotate", body)));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "For a key that has leaked: it signs nothing and is published no more.",
            footer = {"", "Example: sallyport connection-keys withdraw acme 0199… Zm9vYmFy"})
    int withdraw(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "CONNECTION", description = "Its id.") String connection,
            @Parameters(paramLabel = "KID") String kid) {
        return admin().run(api -> {
            api.delete(path(tenant, connection) + "/" + AdminApi.segment(kid));
            admin().say("The key is withdrawn.");
        });
    }

    private static String path(String tenant, String connection) {
        return "/tenants/" + AdminApi.segment(tenant) + "/connections/" + AdminApi.segment(connection) + "/keys";
    }
}
