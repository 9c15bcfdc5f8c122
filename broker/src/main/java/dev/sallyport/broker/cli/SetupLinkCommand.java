package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport setup-link}. */
@Command(
        name = "setup-link",
        mixinStandardHelpOptions = true,
        description = "Makes and revokes one-time links into a tenant's setup.",
        footer = {
            "",
            "Examples:",
            "  sallyport setup-link create acme --recipient it@acme.example",
            "  sallyport setup-link list acme"
        })
final class SetupLinkCommand extends AdminCommand {
    private static final int MANY = 10_000;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Makes a link. It is shown this once; whoever opens it first does the setup.",
            footer = {"", "Example: sallyport setup-link create acme --expires-in 86400"})
    int create(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Option(names = "--expires-in", paramLabel = "SECONDS", description = "Default: three days.")
                    Optional<Integer> expiresIn,
            @Option(
                            names = "--purpose",
                            split = ",",
                            paramLabel = "PURPOSE",
                            description = "federate, domain, directory, renew; may be repeated.")
                    List<String> purposes,
            @Option(names = "--recipient", paramLabel = "WHO", description = "Who is meant to get it; a note.")
                    Optional<String> recipient) {
        JsonObject body = new JsonObject();
        expiresIn.ifPresent(seconds -> body.put("expires_in", seconds));
        recipient.ifPresent(who -> body.put("recipient", who));
        if (purposes != null) {
            body.put("purposes", new JsonArray(purposes));
        }
        return admin().run(api -> {
            JsonObject link = api.post(path(tenant), body);
            admin().show(
                            link,
                            "Shown this once, good until " + link.getString("expires_at") + ":" + System.lineSeparator()
                                    + link.getString("url"));
        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists a tenant's links, without their secrets.",
            footer = {"", "Example: sallyport setup-link list acme"})
    int list(@Parameters(paramLabel = "TENANT") String tenant) {
        return admin().run(api -> admin().show(
                        api.all(path(tenant), MANY), "id", "state", "purposes", "recipient", "opened", "expires_at"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Takes a link back, and with it the session of whoever used it.",
            footer = {"", "Example: sallyport setup-link revoke acme acme.ZmFrZSBsaW5rIGlkIQ"})
    int revoke(@Parameters(paramLabel = "TENANT") String tenant, @Parameters(paramLabel = "ID") String id) {
        return admin().run(api -> {
            api.delete(path(tenant) + "/" + AdminApi.segment(id));
            admin().say("The link " + id + " is revoked.");
        });
    }

    private static String path(String tenant) {
        return "/tenants/" + AdminApi.segment(tenant) + "/setup-links";
    }
}
