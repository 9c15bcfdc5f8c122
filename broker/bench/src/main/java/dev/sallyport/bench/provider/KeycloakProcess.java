package dev.sallyport.bench.provider;

import dev.sallyport.database.DatabaseUrl;
import dev.sallyport.demo.FreePort;
import dev.sallyport.demo.page.Secrets;
import dev.sallyport.demo.story.Broken;
import dev.sallyport.demo.story.Caller;
import dev.sallyport.demo.story.Checks;
import dev.sallyport.demo.story.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Keycloak as its makers tell operators to run it: {@code kc.sh build}, then {@code kc.sh start --optimized}, on PostgreSQL. One node, so
 * its caches are local ones; plain HTTP on the loopback.
 */
final class KeycloakProcess {
    private static final Duration LONGEST_START = Duration.ofMinutes(3);
    private static final int LONGEST_BUILD_SECONDS = 180;
    private static final int LONGEST_STOP_SECONDS = 20;
    private static final int LINES_OF_LOG = 40;
    private static final String ADMIN = "bench";

    private final Closing closing;
    private final Path script;
    private final Path log;
    private final int port;
    private final List<String> options;
    private final Map<String, String> environment;
    private final String password;
    private Optional<Process> process = Optional.empty();

    /**
     * Starts nothing yet.
     *
     * @param closing ends every process at the latest
     * @param home the unpacked distribution
     * @param heap options of its Java machine for the heap
     */
    KeycloakProcess(Closing closing, Path home, Path folder, DatabaseUrl database, String heap) {
        this.closing = closing;
        this.script = home.resolve("bin/kc.sh");
        this.log = folder.resolve("keycloak.log");
        this.port = FreePort.any();
        this.password = Secrets.random();
        this.options = List.of(
                "start",
                "--optimized",
                "--http-enabled=true",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--hostname=" + base(),
                "--db-url=jdbc:postgresql://" + database.host() + ":" + database.port() + "/" + database.database(),
                "--db-username=" + database.user(),
                "--db-pool-max-size=50",
                "--log-level=warn");
        this.environment = Map.of(
                "JAVA_OPTS_KC_HEAP", heap,
                "KC_DB_PASSWORD", database.password(),
                "KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN,
                "KC_BOOTSTRAP_ADMIN_PASSWORD", password);
        Checks.that(script.toFile().setExecutable(true), script + " is there; the launcher fetches it");
    }

    /** Builds it for PostgreSQL; what was built once for a distribution stays in it. */
    void build() {
        Path mark = script.resolveSibling("built-for-the-benchmark");
        if (Files.exists(mark)) {
            return;
        }
        Process build = run(List.of("build", "--db=postgres", "--cache=local"));
        if (!hasEnded(build, LONGEST_BUILD_SECONDS) || build.exitValue() != 0) {
            throw new Broken("Keycloak's build failed:\n" + endOfLog());
        }
        try {
            Files.createFile(mark);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it and waits until it answers; gives how long that took. */
    Duration start() {
        long begun = System.nanoTime();
        Process started = run(options);
        process = Optional.of(started);
        try {
            Patience.until("Keycloak answers", LONGEST_START, () -> {
                Checks.that(started.isAlive(), "Keycloak runs");
                return answers() ? Optional.of(true) : Optional.empty();
            });
        } catch (Broken e) {
            throw new Broken(e.getMessage() + "\n" + endOfLog(), e);
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private Process run(List<String> arguments) {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(script.toString()), arguments.stream())
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return closing.open(
                () -> {
                    try {
                        return builder.start();
                    } catch (IOException e) {
                        throw new UncheckedIOException("Keycloak did not start from " + script, e);
                    }
                },
                KeycloakProcess::end);
    }

    private boolean answers() {
        try {
            return Caller.anybody(base()).get("/realms/master").status() == 200;
        } catch (Broken e) {
            // Nobody listens there yet.
            return false;
        }
    }

    /** The base of all its addresses. */
    String base() {
        return "http://127.0.0.1:" + port;
    }

    /** The admin API, as its administrator, for the next minute. */
    Caller admin() {
        Map<String, String> login =
                Map.of("grant_type", "password", "client_id", "admin-cli", "username", ADMIN, "password", password);
        String token = Checks.status(
                        "Keycloak's administrator",
                        200,
                        Caller.anybody(base()).post("/realms/master/protocol/openid-connect/token", login))
                .json()
                .getString("access_token");
        return Caller.bearer(base() + "/admin/realms", token);
    }

    /** Its process id; 0 as long as it was not started. */
    long pid() {
        return process.map(Process::pid).orElse(0L);
    }

    private String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_OF_LOG), lines.size()));
        } catch (IOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }

    /** Stops it; it can be started again. */
    void stop() {
        process.ifPresent(KeycloakProcess::end);
        process = Optional.empty();
    }

    private static void end(Process process) {
        process.destroy();
        if (!hasEnded(process, LONGEST_STOP_SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static boolean hasEnded(Process process, int seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
