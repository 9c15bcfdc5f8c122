package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sallyport app secret}. */
@Command(
        name = "secret",
        mixinStandardHelpOptions = true,
        description = "Replaces the secret of an application while it runs. Two may be live at once.",
        footer = {
            "",
            "Examples:",
            "  sallyport app secret add app_1234",
            "  sallyport app secret list app_1234",
            "  sallyport app secret end app_1234 0199… --at 2030-01-31T00:00:00Z",
            "  sallyport app secret delete app_1234 0199…"
        })
final class AppSecretCommand implements Runnable {
    private static final int MANY = 1_000;

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private AppCommand app;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: add, list, end or delete.");
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Makes another secret; it is shown this once.",
            footer = {"", "Example: sallyport app secret add app_1234"})
    int add(
            @Parameters(paramLabel = "CLIENT_ID") String clientId,
            @Option(names = "--expires-at", paramLabel = "TIME", description = "When it ends. Default: never.")
                    Optional<String> expiresAt) {
        JsonObject body = new JsonObject();
        expiresAt.ifPresent(time -> body.put("expires_at", moment(time)));
        return app.admin().run(api -> app.admin().show(api.post(secrets(clientId), body)));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists the secrets, without the secrets.",
            footer = {"", "Example: sallyport app secret list app_1234"})
    int list(@Parameters(paramLabel = "CLIENT_ID") String clientId) {
        return app.admin().run(api -> app.admin()
                .show(api.all(secrets(clientId), MANY), "id", "hint", "created_at", "expires_at"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Gives a secret an end; by default it ends now.",
            footer = {"", "Example: sallyport app secret end app_1234 0199… --at 2030-01-31T00:00:00Z"})
    int end(
            @Parameters(paramLabel = "CLIENT_ID") String clientId,
            @Parameters(paramLabel = "SECRET_ID") String id,
            @Option(names = "--at", paramLabel = "TIME", description = "When it ends, such as 2030-01-31T00:00:00Z.")
                    Optional<String> at) {
        String time = at.map(this::moment).orElse("1970-01-01T00:00:00Z");
        return app.admin().run(api -> app.admin()
                .show(api.patch(secret(clientId, id), new JsonObject().put("expires_at", time))));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Deletes a secret; it is refused from now on.",
            footer = {"", "Example: sallyport app secret delete app_1234 0199…"})
    int delete(@Parameters(paramLabel = "CLIENT_ID") String clientId, @Parameters(paramLabel = "SECRET_ID") String id) {
        return app.admin().run(api -> {
            api.delete(secret(clientId, id));
            app.admin().say("Secret " + id + " of " + clientId + " is gone.");
        });
    }

    private String moment(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant().toString();
        } catch (DateTimeException e) {
            throw new ParameterException(spec.commandLine(), "'" + text + "' is no time such as 2030-01-31T00:00:00Z.");
        }
    }

    private static String secrets(String clientId) {
        return "/applications/" + AdminApi.segment(clientId) + "/secrets";
    }

    private static String secret(String clientId, String id) {
        return secrets(clientId) + "/" + AdminApi.segment(id);
    }
}
