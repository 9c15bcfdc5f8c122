package dev.sallyport.broker;

import dev.sallyport.broker.config.Settings;
import dev.sallyport.broker.config.SettingsReader.BadSetting;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.healthchecks.HealthCheckHandler;
import java.net.BindException;

/** Health and metrics, on a port of their own that is not for the world: alive is this process, ready is everything it needs. */
final class Management {
    private final Parts parts;
    private HttpServer server;
    private AlarmMetrics alarms;
    private volatile boolean accepting;

    private Management(Parts parts) {
        this.parts = parts;
    }

    static Future<Management> start(Parts parts, PrometheusMeterRegistry metrics) {
        Management management = new Management(parts);
        Settings settings = parts.settings;
        Router router = Router.router(parts.vertx);
        router.get("/health/live")
                .handler(HealthCheckHandler.createWithHealthChecks(
                        HealthChecks.create(parts.vertx).register("process", p -> p.complete(Status.OK()))));
        HealthChecks ready = HealthChecks.create(parts.vertx)
                .register("database", 2_000, management::database)
                .register("accepting", p -> p.complete(management.accepting ? Status.OK() : Status.KO()));
        router.get("/health/ready").handler(HealthCheckHandler.createWithHealthChecks(ready));
        router.get("/metrics").handler(context -> context.response()
                .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                .end(metrics.scrape()));
        management.alarms = new AlarmMetrics(parts.vertx, parts.database, metrics);
        management.server = parts.vertx.createHttpServer().requestHandler(router);
        return management
                .server
                .listen(settings.managementPort(), settings.host())
                .map(management)
                .recover(failure -> Future.failedFuture(
                        failure instanceof BindException
                                ? new BadSetting(
                                        "SALLYPORT_MANAGEMENT_PORT",
                                        settings.managementPort() + " on " + settings.host()
                                                + " is taken by another program")
                                : failure));
    }

    int port() {
        return server.actualPort();
    }

    void ready() {
        alarms.start();
        accepting = true;
    }

    void notReady() {
        accepting = false;
    }

    Future<Void> close() {
        alarms.stop();
        return server.close();
    }

    private void database(Promise<Status> promise) {
        parts.database.ping().onComplete(done -> promise.tryComplete(done.succeeded() ? Status.OK() : Status.KO()));
    }
}
