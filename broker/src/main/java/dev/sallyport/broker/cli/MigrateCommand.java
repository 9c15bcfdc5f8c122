package dev.sallyport.broker.cli;

import dev.sallyport.broker.Ground;
import dev.sallyport.broker.config.Settings;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sallyport migrate}: brings the database to the current schema and exits. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = "Brings the database to the current schema and exits. Safe to run from several places at once.",
        footer = {
            "",
            "Example: SALLYPORT_DATABASE_URL=postgresql://owner:…@db:5432/sallyport SALLYPORT_MASTER_KEY=… sallyport migrate"
        })
final class MigrateCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        Vertx vertx = Vertx.vertx();
        try {
            Settings settings = SettingsFile.read(vertx);
            try (Ground ground = Ground.prepare(settings, true)) {
                spec.commandLine()
                        .getOut()
                        .println("The schema is current; the broker connects as "
                                + ground.applicationUrl().user() + ".");
            }
            return 0;
        } finally {
            vertx.close();
        }
    }
}
