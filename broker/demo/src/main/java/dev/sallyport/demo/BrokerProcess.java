package dev.sallyport.demo;

import dev.sallyport.demo.story.Broken;
import dev.sallyport.demo.story.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** {@code sallyport serve} as a child process: exactly what an operator runs, with a folder and ports of its own. */
public final class BrokerProcess implements AutoCloseable {
    private static final Duration LONGEST_START = Duration.ofSeconds(90);
    private static final int LONGEST_STOP_SECONDS = 10;
    private static final int LINES_OF_LOG = 40;
    private static final String DATA = "data";

    private final Process process;
    private final Path log;
    private final int managementPort;

    private BrokerProcess(Process process, Path log, int managementPort) {
        this.process = process;
        this.log = log;
        this.managementPort = managementPort;
    }

    /**
     * What the broker is told.
     *
     * @param jar the runnable jar
     * @param options for its Java machine
     * @param reachable each exact {@code host:port} that it may call although it is on the loopback
     * @param more further settings by the names of their variables, such as a database that it shall use instead of its own
     */
    public record Settings(
            Path jar,
            List<String> options,
            Path folder,
            int port,
            String operatorToken,
            Set<String> reachable,
            Map<String, String> more) {

        /** Copies the lists. */
        public Settings {
            options = List.copyOf(options);
            reachable = Set.copyOf(reachable);
            more = Map.copyOf(more);
        }

        /** The base of all its addresses. */
        public String publicUrl() {
            return "http://127.0.0.1:" + port;
        }

        /** Without the token and the further settings. */
        @Override
        public String toString() {
            return "Settings[" + jar + ", " + folder + ", " + port + "]";
        }
    }

    /** Starts it, and does not wait until it is ready. Fails with {@link Broken} if there is no jar. */
    public static BrokerProcess start(Settings settings) {
        if (!Files.isRegularFile(settings.jar())) {
            throw new Broken("the broker's jar is missing: " + settings.jar() + " (mvn package makes it)");
        }
        int management = FreePort.any();
        Path log = settings.folder().resolve("broker.log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(settings.options());
        command.addAll(List.of("-jar", settings.jar().toString(), "serve"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(settings.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SALLYPORT_"));
        builder.environment()
                .putAll(Map.of(
                        "SALLYPORT_PUBLIC_URL", settings.publicUrl(),
                        "SALLYPORT_PORT", String.valueOf(settings.port()),
                        "SALLYPORT_MANAGEMENT_PORT", String.valueOf(management),
                        "SALLYPORT_DATA_DIR", settings.folder().resolve(DATA).toString(),
                        "SALLYPORT_OPERATOR_TOKEN", settings.operatorToken(),
                        "SALLYPORT_OUTBOUND_ALLOW", String.join(",", settings.reachable())));
        builder.environment().putAll(settings.more());
        try {
            return new BrokerProcess(builder.start(), log, management);
        } catch (IOException e) {
            throw new UncheckedIOException("the broker's process did not start", e);
        }
    }

    /** Waits until it says that it is ready; fails with {@link Broken} and the end of its log. */
    public void awaitReady() {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest question = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + managementPort + "/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            Patience.until("the broker is ready", LONGEST_START, () -> ask(client, question));
        } catch (Broken e) {
            throw new Broken(e.getMessage() + "\n" + endOfLog(), e);
        }
    }

    private Optional<Boolean> ask(HttpClient client, HttpRequest question) {
        if (!process.isAlive()) {
            throw new Broken("it ended with exit code " + process.exitValue());
        }
        try {
            return client.send(question, BodyHandlers.discarding()).statusCode() == 200
                    ? Optional.of(true)
                    : Optional.empty();
        } catch (IOException e) {
            // Nobody listens there yet.
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Broken("interrupted", e);
        }
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** The last lines that it wrote. */
    public String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_OF_LOG), lines.size()));
        } catch (IOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }

    /** How many lines it has written so far that hold a text. */
    public long linesOfLog(String text) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to stop, and ends it, and its database, if it has not stopped after ten seconds. */
    @Override
    public void close() {
        process.destroy();
        if (!hasEnded(process.toHandle())) {
            process.destroyForcibly();
            database().ifPresent(left -> {
                left.destroy();
                hasEnded(left);
            });
        }
    }

    /** The embedded database's process, by the file in which PostgreSQL keeps its number as long as it runs. */
    private Optional<ProcessHandle> database() {
        Path file = log.resolveSibling(DATA).resolve("postgres").resolve("postmaster.pid");
        try {
            return Files.exists(file)
                    ? ProcessHandle.of(
                            Long.parseLong(Files.readAllLines(file).get(0).strip()))
                    : Optional.empty();
        } catch (IOException e) {
            // It is being removed: the database has just stopped.
            return Optional.empty();
        }
    }

    private static boolean hasEnded(ProcessHandle handle) {
        try {
            handle.onExit().get(LONGEST_STOP_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process cannot be seen", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
