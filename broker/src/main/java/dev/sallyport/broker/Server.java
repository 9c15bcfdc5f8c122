package dev.sallyport.broker;

import dev.sallyport.broker.config.Settings;
import dev.sallyport.broker.config.SettingsReader.BadSetting;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.secret.SealedSecrets;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.BindException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A running broker: the main listener on every core, the management listener, and what works in the background. */
public final class Server {
    private static final int MOST_HEADERS = 16 * 1024;
    private static final int MOST_LINE = 16 * 1024;
    private static final int DRAIN_SECONDS = 10;

    private final Parts parts;
    private final Background background;
    private final AtomicInteger port = new AtomicInteger();
    private Management management;
    private String deployment;
    private Optional<String> operatorToken = Optional.empty();

    private Server(Parts parts) {
        this.parts = parts;
        this.background = new Background(parts);
    }

    /** Starts on ground that is prepared. Fails with {@link BadSetting} if a port is taken or the master key is the wrong one. */
    public static Future<Server> start(Settings settings, Vertx vertx, Ground ground, PrometheusMeterRegistry metrics) {
        Database database = Database.open(vertx, ground.applicationUrl(), settings.databaseConnections());
        return new SealedSecrets(database, ground.masterKey())
                .check()
                .compose(problem -> problem.isPresent()
                        ? Future.failedFuture(new BadSetting(problem.get(), ""))
                        : Parts.build(settings, vertx, database, ground.masterKey()))
                .compose(parts -> new Server(parts).run(metrics));
    }

    /** The port of the main listener. */
    public int port() {
        return port.get();
    }

    /** The port of the management listener. */
    public int managementPort() {
        return management.port();
    }

    /** The operator token that was generated on this very first start, to be shown once. */
    public Optional<String> newOperatorToken() {
        return operatorToken;
    }

    /** Takes no new requests, finishes those in flight, stops what works in the background. */
    public Future<Void> stop() {
        management.notReady();
        return background
                .stop()
                .eventually(parts.feed::close)
                .eventually(() -> parts.vertx.undeploy(deployment))
                .eventually(parts.keyUses::stop)
                .eventually(management::close)
                .eventually(parts.cache::close)
                .eventually(parts.gate::close)
                .eventually(parts.database::close);
    }

    /** The parts, for tests of what has no address. */
    Parts parts() {
        return parts;
    }

    private Future<Server> run(PrometheusMeterRegistry metrics) {
        Settings settings = parts.settings;
        Supplier<Deployable> listeners = Listener::new;
        return parts.operatorTokens
                .ensure()
                .compose(token -> {
                    operatorToken = token;
                    return Management.start(parts, metrics);
                })
                .compose(started -> {
                    management = started;
                    int cores = Math.max(1, Runtime.getRuntime().availableProcessors());
                    // Several instances share one port only if the port is known beforehand.
                    int instances = settings.port() == 0 ? 1 : cores;
                    return parts.vertx.deployVerticle(listeners, new DeploymentOptions().setInstances(instances));
                })
                .recover(failure -> Future.failedFuture(
                        failure instanceof BindException
                                ? new BadSetting(
                                        "SALLYPORT_PORT",
                                        settings.port() + " on " + settings.host() + " is taken by another program")
                                : failure))
                .map(id -> {
                    deployment = id;
                    background.start();
                    management.ready();
                    return this;
                });
    }

    /** One event loop's share of the main listener. */
    private final class Listener extends VerticleBase {
        private HttpServer server;

        @Override
        public Future<?> start() {
            HttpServerOptions options = new HttpServerOptions()
                    .setMaxHeaderSize(MOST_HEADERS)
                    .setMaxInitialLineLength(MOST_LINE)
                    .setMaxFormAttributeSize(MOST_HEADERS)
                    .setMaxFormFields(1_024)
                    .setIdleTimeout(75)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS)
                    .setHttp2ClearTextEnabled(false)
                    .setHandle100ContinueAutomatically(true);
            server = vertx.createHttpServer(options);
            return server.requestHandler(new MainRoutes(parts).router())
                    .listen(parts.settings.port(), parts.settings.host())
                    .onSuccess(listening -> port.set(listening.actualPort()));
        }

        @Override
        public Future<?> stop() {
            return server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS);
        }
    }
}
