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
        description = "Makes, shows and revokes one-time links into a tenant's setup.",
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
                            description = "federate, domain, directory, renew, or break_glass alone; may be repeated.")
                    List<String> purposes,
            @Option(names = "--recipient", paramLabel = "WHO", description = "Who is meant to get it; a note.")
                    Optional<String> recipient,
            @Option(
                            names = "--with-code",
                            description =
                                    "Ask for a code, too: it is shown beside the link and goes to the recipient on another channel. Five wrong ones end the link.")
                    boolean withCode) {
        JsonObject body = new JsonObject();
        if (withCode) {
            body.put("second_step", true);
        }
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
                                    + link.getString("url")
                                    + (withCode
                                            ? System.lineSeparator() + "The code, to be given on another channel: "
                                                    + link.getString("code")
                                            : ""));
        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists a tenant's links, without their secrets.",
            footer = {"", "Example: sallyport setup-link list acme"})
    int list(@Parameters(paramLabel = "TENANT") String tenant) {
        return admin().run(api -> admin().show(
                        api.all(path(tenant), MANY),
                        "id",
                        "state",
                        "purposes",
                        "recipient",
                        "opened",
                        "expires_at",
                        "last_seen_at"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Shows a link, and how far the tenant's setup is.",
            footer = {"", "Example: sallyport setup-link show acme acme.ZmFrZSBsaW5rIGlkIQ"})
    int show(@Parameters(paramLabel = "TENANT") String tenant, @Parameters(paramLabel = "ID") String id) {
        return admin().run(api -> {
            JsonObject link = api.get(path(tenant) + "/" + AdminApi.segment(id));
            admin().show(link, progress(link));
        });
    }

    private static String progress(JsonObject link) {
        JsonObject now = link.getJsonObject("progress");
        return String.join(
                System.lineSeparator(),
                "The link is " + link.getString("state") + ", opened " + link.getInteger("opened") + " times"
                        + (link.getString("last_seen_at") == null
                                ? "."
                                : "; its session was last seen " + link.getString("last_seen_at") + "."),
                "  domains proven    " + now.getInteger("proven_domains") + " of " + now.getInteger("domains"),
                "  provider          "
                        + (now.getBoolean("checked")
                                ? "connected, checks good"
                                : now.getBoolean("connected") ? "connected, checks not good" : "not connected"),
                "  test sign-in      " + (now.getBoolean("tested") ? "worked within the hour" : "none within the hour"),
                "  group rules       " + now.getInteger("group_rules"),
                "  directory         " + (now.getBoolean("directory") ? "attached" : "not attached"),
                "  live              " + (now.getBoolean("live") ? "yes" : "no"));
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
