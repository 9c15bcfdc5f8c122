package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport routing}. */
@Command(
        name = "routing",
        mixinStandardHelpOptions = true,
        description = {
            "Says by which connection people sign in where a tenant has several. The first rule counts whose conditions all hold and",
            "whose connection is live; if there is none, people are asked. A rule leads; it admits nobody and keeps nobody out."
        },
        footer = {
            "",
            "Examples:",
            "  sallyport routing list acme",
            "  sallyport routing add acme 0199… --domain partner.example",
            "  sallyport routing add acme 0199… --application ledger",
            "  sallyport routing remove acme 2"
        })
final class RoutingCommand extends AdminCommand {
    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists the rules in their order.",
            footer = {"", "Example: sallyport routing list acme"})
    int list(@Parameters(paramLabel = "TENANT") String tenant) {
        return admin().run(api -> show(api.get(path(tenant))));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "Adds a rule after the others. Without a condition it leads everybody whom no rule before it leads.",
            footer = {"", "Example: sallyport routing add acme 0199… --domain partner.example"})
    int add(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "CONNECTION", description = "The id of the connection to lead to.")
                    String connection,
            @Option(
                            names = "--domain",
                            paramLabel = "DOMAIN",
                            description =
                                    "For people whose e-mail address has this domain, which the tenant has proven.")
                    Optional<String> domain,
            @Option(
                            names = "--application",
                            paramLabel = "CLIENT",
                            description = "For people whom the application with this client id sends.")
                    Optional<String> application) {
        return admin().run(api -> {
            JsonArray rules = api.get(path(tenant)).getJsonArray("rules").copy();
            JsonObject rule = new JsonObject().put("connection", connection);
            domain.ifPresent(text -> rule.put("domain", text));
            application.ifPresent(text -> rule.put("application", text));
            show(api.put(path(tenant), new JsonObject().put("rules", rules.add(rule))));
        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Removes a rule.",
            footer = {"", "Example: sallyport routing remove acme 2"})
    int remove(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "NUMBER", description = "Its place in the list; the first is 1.") int number) {
        return admin().run(api -> {
            JsonArray rules = api.get(path(tenant)).getJsonArray("rules").copy();
            if (number < 1 || number > rules.size()) {
                throw new AdminRefusal("There is no rule " + number + "; there are " + rules.size() + ".");
            }
            rules.remove(number - 1);
            show(api.put(path(tenant), new JsonObject().put("rules", rules)));
        });
    }

    private void show(JsonObject routing) {
        admin().show(routing.getJsonArray("rules"), "domain", "application", "connection");
    }

    private static String path(String tenant) {
        return "/tenants/" + AdminApi.segment(tenant) + "/routing";
    }
}
