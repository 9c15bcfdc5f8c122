package dev.sallyport.broker.cli;

import dev.sallyport.broker.Doctor;
import dev.sallyport.broker.Ground;
import dev.sallyport.broker.config.Settings;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sallyport doctor}: says of everything whether it works, one line each. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Checks configuration, database, keys, clock, every connection and directory; one line each. Exit code 1 if anything is wrong.",
        footer = {"", "May run beside a broker, also one with an embedded database."})
final class DoctorCommand implements Callable<Integer> {
    private static final int PATIENCE_SECONDS = 120;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Whether a broker runs with these settings; none running is no fault. */
    private static String broker(Settings settings, WebClient client)
            throws InterruptedException, ExecutionException, TimeoutException {
        return client.get(settings.managementPort(), settings.host(), "/health/ready")
                .timeout(3_000)
                .send()
                .map(answer -> answer.statusCode() == 200
                        ? "ok    broker        runs and is ready"
                        : "WRONG broker        runs and is not ready: " + answer.bodyAsString())
                .otherwise("ok    broker        does not run on this host")
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
    }

    @Override
    public Integer call() throws InterruptedException, ExecutionException, TimeoutException {
        PrintWriter out = spec.commandLine().getOut();
        Vertx vertx = Vertx.vertx();
        try {
            Settings settings = SettingsFile.read(vertx);
            out.println("ok    settings      " + settings);
            try (Ground ground = Ground.visit(settings)) {
                List<Doctor.Line> lines = Doctor.examine(settings, vertx, ground)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                out.println(broker(settings, WebClient.create(vertx)));
                lines.forEach(line ->
                        out.printf("%-5s %-13s %s%n", line.ok() ? "ok" : "WRONG", line.subject(), line.detail()));
                return lines.stream().allMatch(Doctor.Line::ok) ? 0 : 1;
            }
        } finally {
            vertx.close();
        }
    }
}
