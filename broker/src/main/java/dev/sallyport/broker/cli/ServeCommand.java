package dev.sallyport.broker.cli;

import dev.sallyport.broker.Ground;
import dev.sallyport.broker.Server;
import dev.sallyport.broker.config.Settings;
import dev.sallyport.broker.config.SettingsReader.BadSetting;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sallyport serve}: the broker, until it is told to stop. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description =
                "Runs the broker. Without SALLYPORT_DATABASE_URL it starts an embedded PostgreSQL in SALLYPORT_DATA_DIR.",
        footer = {"", "Example: SALLYPORT_PORT=8081 sallyport serve"})
final class ServeCommand implements Callable<Integer> {
    /** The process lives on in other threads. */
    static final int KEEP_RUNNING = -1;

    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 20;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        long begun = System.nanoTime();
        PrometheusMeterRegistry registry = Machinery.registry();
        Vertx vertx = Machinery.vertx(registry);
        Ground ground = null;
        try {
            Settings settings = SettingsFile.read(vertx);
            ground = Ground.prepare(settings, settings.migrate());
            Server server = wait(Server.start(settings, vertx, ground, registry), START_SECONDS);
            Ground standing = ground;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, vertx, standing), "sallyport-stop"));
            server.newOperatorToken().ifPresent(token -> {
                spec.commandLine().getOut().println("Operator token, shown this once: " + token);
                spec.commandLine().getOut().flush();
            });
            LOG.info(
                    "ready at {} after {} ms, management on port {}",
                    settings.publicUrl(),
                    (System.nanoTime() - begun) / 1_000_000,
                    server.managementPort());
            return KEEP_RUNNING;
        } catch (ExecutionException e) {
            close(vertx, ground);
            if (e.getCause() instanceof BadSetting bad) {
                throw bad;
            }
            throw new IllegalStateException("the broker did not start", e.getCause());
        } catch (TimeoutException e) {
            close(vertx, ground);
            throw new IllegalStateException("the broker was not up after " + START_SECONDS + " s", e);
        } catch (BadSetting e) {
            close(vertx, ground);
            throw e;
        }
    }

    private static void close(Vertx vertx, Ground ground) {
        vertx.close();
        if (ground != null) {
            ground.close();
        }
    }

    private static void stop(Server server, Vertx vertx, Ground ground) {
        try {
            LOG.info("stopping; requests in flight are finished");
            wait(server.stop().eventually(vertx::close), STOP_SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("did not stop cleanly", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ground.close();
            LOG.info("stopped");
        }
    }

    private static <T> T wait(Future<T> future, int seconds)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    }
}
