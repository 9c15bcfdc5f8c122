package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport tenant}. */
@Command(
        name = "tenant",
        mixinStandardHelpOptions = true,
        description = "Creates and looks after tenants.",
        footer = {
            "",
            "Examples:",
            "  sallyport tenant create acme --name 'Acme Inc.'",
            "  sallyport tenant list",
            "  sallyport tenant suspend acme"
        })
final class TenantCommand extends AdminCommand {
    private static final int MANY = 100_000;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Creates a tenant. It waits for its setup; make a setup link next.",
            footer = {"", "Example: sallyport tenant create acme --name 'Acme Inc.'"})
    int create(
            @Parameters(paramLabel = "SLUG", description = "Its name in addresses; never changes.") String slug,
            @Option(names = "--name", paramLabel = "NAME", description = "Its name for people. Default: the slug.")
                    Optional<String> name) {
        JsonObject body = new JsonObject().put("slug", slug).put("name", name.orElse(slug));
        return admin().run(api -> admin().show(api.post("/tenants", body)));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists all tenants.",
            footer = {"", "Example: sallyport tenant list --json"})
    int list() {
        return admin().run(api ->
                admin().show(api.all("/tenants", MANY), "slug", "name", "status", "isolation", "created_at"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Shows one tenant.",
            footer = {"", "Example: sallyport tenant show acme"})
    int show(@Parameters(paramLabel = "SLUG") String slug) {
        return admin().run(api -> admin().show(api.get(path(slug))));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Stops a tenant at once: every session and token of it ends and does not revive.",
            footer = {"", "Example: sallyport tenant suspend acme"})
    int suspend(@Parameters(paramLabel = "SLUG") String slug) {
        return status(slug, "suspended");
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Makes a tenant live, or live again.",
            footer = {"", "Example: sallyport tenant activate acme"})
    int activate(@Parameters(paramLabel = "SLUG") String slug) {
        return status(slug, "active");
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Deletes a tenant with everything in it. There is no way back.",
            footer = {"", "Example: sallyport tenant delete acme --yes"})
    int delete(
            @Parameters(paramLabel = "SLUG") String slug,
            @Option(names = "--yes", required = true, description = "Really.") boolean really) {
        return admin().run(api -> {
            api.delete(path(slug));
            admin().say(really ? "Tenant " + slug + " is gone." : "");
        });
    }

    private int status(String slug, String status) {
        return admin().run(api -> {
            JsonObject tenant = api.patch(path(slug), new JsonObject().put("status", status));
            admin().show(tenant, "Tenant " + slug + " is " + tenant.getString("status") + ".");
        });
    }

    private static String path(String slug) {
        return "/tenants/" + AdminApi.segment(slug);
    }
}
