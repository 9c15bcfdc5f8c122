package dev.sallyport.broker.cli;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.Set;

/** Vert.x with its metrics. */
final class Machinery {
    private Machinery() {}

    static PrometheusMeterRegistry registry() {
        return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    }

    static Vertx vertx(PrometheusMeterRegistry registry) {
        MicrometerMetricsOptions metrics =
                new MicrometerMetricsOptions().setEnabled(true).setJvmMetricsEnabled(true);
        for (MetricsDomain off :
                Set.of(MetricsDomain.EVENT_BUS, MetricsDomain.DATAGRAM_SOCKET, MetricsDomain.NET_CLIENT)) {
            metrics.addDisabledMetricsCategory(off.toCategory());
        }
        return Vertx.builder()
                .with(new VertxOptions().setMetricsOptions(metrics).setPreferNativeTransport(false))
                .withMetrics(new MicrometerMetricsFactory(registry))
                .build();
    }
}
