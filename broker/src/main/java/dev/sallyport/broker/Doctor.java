package dev.sallyport.broker;

import dev.sallyport.broker.config.Settings;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Check;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.secret.SealedSecrets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Examines a configured broker from within: what it needs, and what its tenants' connections answer. Changes nothing. */
public final class Doctor {
    private static final int TENANTS = 200;
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    private final Parts parts;
    private final List<Line> lines = new ArrayList<>();

    private Doctor(Parts parts) {
        this.parts = parts;
    }

    /** One finding. */
    public record Line(boolean ok, String subject, String detail) {}

    /** Examines everything; at most {@value #TENANTS} tenants. */
    public static Future<List<Line>> examine(Settings settings, Vertx vertx, Ground ground) {
        Database database = Database.open(vertx, ground.applicationUrl(), 4);
        return new SealedSecrets(database, ground.masterKey()).check().compose(problem -> {
            if (problem.isPresent()) {
                return Future.succeededFuture(List.of(new Line(false, "master key", problem.get())));
            }
            return Parts.build(settings, vertx, database, ground.masterKey()).compose(parts -> {
                Doctor doctor = new Doctor(parts);
                doctor.lines.add(
                        new Line(true, "database", ground.applicationUrl().toString()));
                doctor.lines.add(new Line(true, "master key", "opens the tenants' keys"));
                return doctor.clock().compose(v -> doctor.tenants()).map(v -> List.copyOf(doctor.lines));
            });
        });
    }

    private Future<Void> clock() {
        return parts.database
                .platform("SELECT clock_timestamp() AS now", Tuple.tuple())
                .map(rows -> {
                    Duration apart = Duration.between(
                                    rows.iterator()
                                            .next()
                                            .getOffsetDateTime("now")
                                            .toInstant(),
                                    Instant.now())
                            .abs();
                    lines.add(new Line(
                            apart.compareTo(CLOCK_TOLERANCE) < 0,
                            "clock",
                            apart.toMillis() + " ms apart from the database's"));
                    return null;
                });
    }

    private Future<Void> tenants() {
        return parts.tenants.list("", TENANTS).compose(all -> {
            Future<Void> done = Future.succeededFuture();
            for (Tenant tenant : all) {
                done = done.compose(v -> tenant(tenant));
            }
            return done;
        });
    }

    private Future<Void> tenant(Tenant tenant) {
        return parts.keys
                .of(tenant.id())
                .map(keys -> {
                    boolean signs =
                            keys.signing(com.nimbusds.jose.JWSAlgorithm.ES256).isPresent();
                    lines.add(new Line(
                            signs || !tenant.isActive(),
                            tenant.slug(),
                            tenant.status().word() + (signs ? ", has signing keys" : ", no signing keys yet")));
                    return null;
                })
                .compose(v -> parts.directories.find(tenant.id()))
                .compose(directory -> directory.isEmpty()
                        ? Future.succeededFuture()
                        : parts.pullClient.probe(directory.get()).map(probe -> {
                            lines.add(new Line(probe.ok(), tenant.slug(), "directory: " + probe.detail()));
                            return null;
                        }))
                .compose(v -> parts.connections.list(tenant.id()))
                .compose(connections -> {
                    Future<Void> done = Future.succeededFuture();
                    for (Connection connection : connections) {
                        done = done.compose(v -> connection(tenant, connection));
                    }
                    return done;
                });
    }

    private Future<Void> connection(Tenant tenant, Connection connection) {
        return parts.connectionChecks.run(tenant.id(), connection).map(checks -> {
            List<String> wrong =
                    checks.stream().filter(c -> !c.ok()).map(Check::name).toList();
            lines.add(new Line(
                    wrong.isEmpty() || !connection.isActive(),
                    tenant.slug(),
                    "connection " + connection.name() + ": "
                            + (wrong.isEmpty() ? "in order" : String.join(", ", wrong))));
            return null;
        });
    }
}
