package dev.sallyport.broker;

import dev.sallyport.database.Database;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code sallyport_alarms_open}, by kind, over all tenants; read from the database every fifteen seconds, so that every node says the same.
 * While the database is away the last numbers stay.
 */
final class AlarmMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(AlarmMetrics.class);
    private static final long LOOK_MILLIS = 15_000;

    private final Vertx vertx;
    private final Database database;
    private final MultiGauge open;
    private long timer = -1;

    AlarmMetrics(Vertx vertx, Database database, MeterRegistry metrics) {
        this.vertx = vertx;
        this.database = database;
        this.open = MultiGauge.builder("sallyport.alarms.open")
                .description("Alarms whose reason is not gone, over all tenants.")
                .register(metrics);
    }

    void start() {
        look();
        timer = vertx.setPeriodic(LOOK_MILLIS, id -> look());
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    Future<Void> look() {
        return database.platform("SELECT kind, open FROM open_alarms", Tuple.tuple())
                .<Void>map(rows -> {
                    List<MultiGauge.Row<?>> gauges = new ArrayList<>();
                    for (Row row : rows) {
                        gauges.add(MultiGauge.Row.of(Tags.of("kind", row.getString("kind")), row.getLong("open")));
                    }
                    open.register(gauges, true);
                    return null;
                })
                .onFailure(e -> LOG.debug("the number of open alarms stays as it was: {}", e.toString()));
    }
}
