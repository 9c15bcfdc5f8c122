package dev.sallyport.demo;

import dev.sallyport.demo.story.Broken;
import dev.sallyport.demo.story.Company;
import dev.sallyport.demo.story.Stage;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Registers redirect URIs at the demo's identity providers as soon as a connection exists, because these have no page on which a person
 * could do it.
 */
final class Registration implements AutoCloseable {
    private static final long EVERY_MS = 500;

    private final ScheduledExecutorService clock;

    private final ScheduledFuture<?> looking;

    private Registration(ScheduledExecutorService clock, Stage stage) {
        this.clock = clock;
        this.looking = clock.scheduleWithFixedDelay(() -> look(stage), 0, EVERY_MS, TimeUnit.MILLISECONDS);
    }

    static Registration start(Stage stage) {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "registration");
            thread.setDaemon(true);
            return thread;
        });
        return new Registration(clock, stage);
    }

    private static void look(Stage stage) {
        for (Company company : stage.world().companies()) {
            try {
                for (JsonObject connection : stage.operator().all("/tenants/" + company.slug() + "/connections")) {
                    company.register(
                            connection.getString("redirect_uri"), connection.getString("backchannel_logout_uri"));
                }
            } catch (Broken e) {
                // The broker is busy or being stopped; the next look tells.
            }
        }
    }

    @Override
    public void close() {
        looking.cancel(false);
        clock.shutdown();
    }
}
