package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What every operator command has in common: where the server is, who calls, and how to answer. */
final class AdminOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    @Option(
            names = "--server",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            defaultValue = "${env:SALLYPORT_SERVER:-http://127.0.0.1:8080}",
            description = "Address of the broker (variable SALLYPORT_SERVER). Default: ${DEFAULT-VALUE}")
    private String server;

    // The default is not shown in the help, because it may be the token.
    @Option(
            names = "--token",
            scope = ScopeType.INHERIT,
            paramLabel = "TOKEN",
            description =
                    "Operator token (better in the variable SALLYPORT_OPERATOR_TOKEN, where other users cannot see it).")
    private String token;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Answer in JSON, as the server sends it.")
    private boolean json;

    /** Does something with the server. 0 if it worked, 1 if the server refused or did not answer. */
    int run(Consumer<AdminApi> work) {
        String bearer = token == null ? System.getenv("SALLYPORT_OPERATOR_TOKEN") : token;
        if (bearer == null || bearer.isBlank()) {
            throw new ParameterException(
                    mixee.commandLine(), "Give the operator token in SALLYPORT_OPERATOR_TOKEN or with --token.");
        }
        return attempt(new AdminApi(server, bearer.strip()), work);
    }

    /** The same for what needs no token. */
    int runWithoutToken(Consumer<AdminApi> work) {
        return attempt(new AdminApi(server, ""), work);
    }

    private int attempt(AdminApi api, Consumer<AdminApi> work) {
        try {
            work.accept(api);
            out().flush();
            return 0;
        } catch (AdminRefusal refusal) {
            mixee.commandLine().getErr().println("sallyport: " + refusal.getMessage());
            mixee.commandLine().getErr().flush();
            return 1;
        }
    }

    PrintWriter out() {
        return mixee.commandLine().getOut();
    }

    /** Prints a list. */
    void show(JsonArray items, String... columns) {
        if (json) {
            out().println(items.encodePrettily());
        } else {
            Table.print(out(), items, columns);
        }
    }

    /** Prints an object. */
    void show(JsonObject object) {
        if (json) {
            out().println(object.encodePrettily());
        } else {
            Table.print(out(), object);
        }
    }

    /** Prints an object, for people as a sentence. */
    void show(JsonObject object, String sentence) {
        if (json) {
            out().println(object.encodePrettily());
        } else {
            out().println(sentence);
        }
    }

    /** Says what was done; in JSON nothing is to be said. */
    void say(String sentence) {
        if (!json) {
            out().println(sentence);
        }
    }
}
