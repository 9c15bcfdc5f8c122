package dev.sallyport.broker.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport alarms}. */
@Command(
        name = "alarms",
        mixinStandardHelpOptions = true,
        description = "Lists what somebody has to look at, and notes that somebody did.",
        footer = {
            "",
            "Examples:",
            "  sallyport alarms list acme",
            "  sallyport alarms acknowledge acme 01990000-0000-7000-8000-000000000000"
        })
final class AlarmsCommand extends AdminCommand {
    private static final int MANY = 10_000;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists a tenant's alarms, the newest first.",
            footer = {"", "Example: sallyport alarms list acme --state all"})
    int list(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Option(
                            names = "--state",
                            defaultValue = "open",
                            paramLabel = "STATE",
                            description = "open or all; default: ${DEFAULT-VALUE}.")
                    String state) {
        return admin().run(api -> admin().show(
                        api.all(path(tenant) + "?state=" + AdminApi.segment(state), MANY),
                        "id",
                        "kind",
                        "subject",
                        "times",
                        "raised_at",
                        "acknowledged_by",
                        "resolved_at"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Notes that you have seen an alarm. It stays open until its reason is gone.",
            footer = {"", "Example: sallyport alarms acknowledge acme 01990000-0000-7000-8000-000000000000"})
    int acknowledge(@Parameters(paramLabel = "TENANT") String tenant, @Parameters(paramLabel = "ID") String id) {
        return admin().run(api -> {
            api.post(path(tenant) + "/" + AdminApi.segment(id) + "/acknowledge", null);
            admin().say("Noted.");
        });
    }

    private static String path(String tenant) {
        return "/tenants/" + AdminApi.segment(tenant) + "/alarms";
    }
}
