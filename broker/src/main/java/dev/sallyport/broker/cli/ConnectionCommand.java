package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport connection}. */
@Command(
        name = "connection",
        mixinStandardHelpOptions = true,
        description = "Switches a tenant's connections to its identity providers on and off.",
        footer = {
            "",
            "Examples:",
            "  sallyport connection list acme",
            "  sallyport connection disable acme 0199…",
            "  sallyport connection disable acme 0199… --keep-sessions",
            "  sallyport connection liveness acme 0199… --every 900"
        })
final class ConnectionCommand extends AdminCommand {
    private static final int MANY = 1_000;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists the connections, the oldest first.",
            footer = {"", "Example: sallyport connection list acme"})
    int list(@Parameters(paramLabel = "TENANT") String tenant) {
        return admin().run(api -> admin().show(
                        api.all("/tenants/" + AdminApi.segment(tenant) + "/connections", MANY),
                        "id",
                        "name",
                        "status",
                        "issuer",
                        "liveness_seconds"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Switches a connection off. Sign-ins that are under way by it end, and so does every session that was opened by it:",
                "refresh tokens, access tokens by the revocation feed, and the applications are told."
            },
            footer = {"", "Example: sallyport connection disable acme 0199…"})
    int disable(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "CONNECTION", description = "Its id.") String connection,
            @Option(
                            names = "--keep-sessions",
                            description =
                                    "Let sessions rest instead: they are refused while the connection is off, and go on when it is on again. Not for an identity provider that is not to be trusted any more.")
                    boolean keepSessions) {
        JsonObject body = new JsonObject().put("status", "disabled").put("end_sessions", !keepSessions);
        return admin().run(api -> admin().show(api.patch(path(tenant, connection), body)));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Switches a connection on.",
            footer = {"", "Example: sallyport connection enable acme 0199…"})
    int enable(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "CONNECTION", description = "Its id.") String connection) {
        return admin().run(api ->
                admin().show(api.patch(path(tenant, connection), new JsonObject().put("status", "active"))));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "Has the identity provider asked, when applications refresh, whether the person is still there.",
            footer = {
                "",
                "Examples:",
                "  sallyport connection liveness acme 0199… --every 900",
                "  sallyport connection liveness acme 0199…"
            })
    int liveness(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "CONNECTION", description = "Its id.") String connection,
            @Option(names = "--every", paramLabel = "SECONDS", description = "60 to 86400. Without it: never.")
                    Optional<Integer> every) {
        JsonObject body = new JsonObject().put("liveness_seconds", every.orElse(null));
        return admin().run(api -> admin().show(api.patch(path(tenant, connection), body)));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Opens a connection to members of some groups only, exactly as the identity provider names them, or to everybody.",
                "It counts from the next sign-in on; whoever is in stays in."
            },
            footer = {
                "",
                "Examples:",
                "  sallyport connection pilot acme 0199… --group IT --group 'Sales Berlin'",
                "  sallyport connection pilot acme 0199…"
            })
    int pilot(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "CONNECTION", description = "Its id.") String connection,
            @Option(
                            names = "--group",
                            paramLabel = "GROUP",
                            description = "A group whose members come in. Without it: everybody.")
                    List<String> groups) {
        JsonArray names = groups == null ? null : new JsonArray(groups);
        return admin().run(api ->
                admin().show(api.patch(path(tenant, connection), new JsonObject().put("pilot_groups", names))));
    }

    private static String path(String tenant, String connection) {
        return "/tenants/" + AdminApi.segment(tenant) + "/connections/" + AdminApi.segment(connection);
    }
}
