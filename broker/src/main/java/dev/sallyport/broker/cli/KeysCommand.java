package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport keys}. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = "Looks after a tenant's signing keys.",
        footer = {
            "",
            "Examples:",
            "  sallyport keys list acme",
            "  sallyport keys rotate acme --alg ES256",
            "  sallyport keys revoke acme Zm9vYmFy --reason 'leaked'"
        })
final class KeysCommand extends AdminCommand {
    private static final int MANY = 1_000;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists the keys, the newest first.",
            footer = {"", "Example: sallyport keys list acme"})
    int list(@Parameters(paramLabel = "TENANT") String tenant) {
        return admin().run(api -> admin().show(
                        api.all(path(tenant), MANY),
                        "kid",
                        "alg",
                        "state",
                        "created_at",
                        "activate_at",
                        "unpublish_at"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Publishes a successor, which takes over when verifiers had time to see it.",
            footer = {"", "Example: sallyport keys rotate acme"})
    int rotate(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Option(
                            names = "--alg",
                            defaultValue = "ES256",
                            paramLabel = "ALG",
                            description = "ES256 or RS256. Default: ${DEFAULT-VALUE}")
                    String alg) {
        return admin().run(api -> admin().show(api.post(path(tenant) + "/rotate", new JsonObject().put("alg", alg))));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "For a key that has leaked: what it signed is refused from now on.",
            footer = {"", "Example: sallyport keys revoke acme Zm9vYmFy --reason 'leaked'"})
    int revoke(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "KID") String kid,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.") String reason) {
        return admin().run(api -> admin().show(api.post(
                path(tenant) + "/" + AdminApi.segment(kid) + "/revoke", new JsonObject().put("reason", reason))));
    }

    private static String path(String tenant) {
        return "/tenants/" + AdminApi.segment(tenant) + "/signing-keys";
    }
}
