package dev.sallyport.broker.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sallyport ghosts}. */
@Command(
        name = "ghosts",
        mixinStandardHelpOptions = true,
        description = "Lists accounts with access that the directory does not vouch for, each with its reason.",
        footer = {"", "Example: sallyport ghosts acme"})
final class GhostsCommand implements Callable<Integer> {
    private static final int MANY = 100_000;

    @Mixin
    private AdminOptions admin;

    @Parameters(paramLabel = "TENANT")
    private String tenant;

    @Override
    public Integer call() {
        return admin.run(api -> admin.show(
                api.all("/tenants/" + AdminApi.segment(tenant) + "/ghosts", MANY),
                "user.user_name",
                "status",
                "source",
                "reason",
                "permissions",
                "since",
                "last_sign_in_at"));
    }
}
