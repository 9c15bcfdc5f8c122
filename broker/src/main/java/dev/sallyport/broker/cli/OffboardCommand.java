package dev.sallyport.broker.cli;

import dev.sallyport.tenant.Uuids;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport offboard}. */
@Command(
        name = "offboard",
        mixinStandardHelpOptions = true,
        description = "Closes every door to a person at once and prints the receipt.",
        footer = {
            "",
            "Examples:",
            "  sallyport offboard acme alice@acme.example --reason 'left the company'",
            "  sallyport offboard acme 0192f5b0-7c1e-7abc-8def-0123456789ab --suspend --reason 'lost laptop'"
        })
final class OffboardCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin;

    @Parameters(index = "0", paramLabel = "TENANT")
    private String tenant;

    @Parameters(index = "1", paramLabel = "PERSON", description = "Id or user name.")
    private String person;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why; kept on the receipt and in the audit log.")
    private String reason;

    @Option(names = "--suspend", description = "Only suspend: the same doors close, and there is a way back.")
    private boolean suspend;

    @Override
    public Integer call() {
        return admin.run(api -> {
            String users = "/tenants/" + AdminApi.segment(tenant) + "/users";
            String id = Uuids.parse(person).isPresent() ? person : find(api, users);
            admin.show(api.post(
                    users + "/" + id + (suspend ? "/suspend" : "/offboard"), new JsonObject().put("reason", reason)));
        });
    }

    private String find(AdminApi api, String users) {
        List<String> found = api.all(users + "?q=" + AdminApi.segment(person), 1_000).stream()
                .map(JsonObject.class::cast)
                .filter(user -> person.equalsIgnoreCase(user.getString("user_name")))
                .map(user -> user.getString("id"))
                .toList();
        if (found.size() != 1) {
            throw new AdminRefusal(
                    found.isEmpty()
                            ? "nobody in " + tenant + " has the user name " + person
                            : "several people have had the user name " + person + "; give the id of one");
        }
        return found.get(0);
    }
}
