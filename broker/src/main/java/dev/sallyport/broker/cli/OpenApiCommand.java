package dev.sallyport.broker.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport openapi}. */
@Command(
        name = "openapi",
        mixinStandardHelpOptions = true,
        description = "Prints the OpenAPI document of the admin API as the server publishes it.",
        footer = {"", "Example: sallyport openapi > sallyport-openapi.json"})
final class OpenApiCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin;

    @Override
    public Integer call() {
        return admin.runWithoutToken(api -> admin.out().println(api.document()));
    }
}
