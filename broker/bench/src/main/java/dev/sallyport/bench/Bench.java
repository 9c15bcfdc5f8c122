package dev.sallyport.bench;

import dev.sallyport.bench.flow.Scenario;
import dev.sallyport.bench.report.Machine;
import dev.sallyport.bench.report.Report;
import dev.sallyport.demo.story.Broken;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport bench}. */
@Command(
        name = "sallyport bench",
        mixinStandardHelpOptions = true,
        version = "the benchmark of Sallyport",
        showDefaultValues = true,
        description = {
            "Starts the broker on a PostgreSQL of its own in a temporary folder, with durable writes, furnishes it over the admin API,"
                    + " loads it from this process over loopback connections that are kept alive, and tells rates and latencies.",
            "Each of the virtual users asks, waits for the answer, checks it, and asks again. What is measured begins after the warm-up.",
            "Nothing is left behind. SALLYPORT_JAVA_OPTS replaces the options of the broker's Java machine."
        })
public final class Bench implements Callable<Integer> {
    private static final int BROKEN = 1;
    /** An access token lives five minutes; one run of a scenario must end before. */
    private static final int MOST_SECONDS = 100;

    private static final int MOST_CONCURRENCY = 20_000;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "<scenario>",
            arity = "1..*",
            completionCandidates = Words.class,
            description = "What to measure: ${COMPLETION-CANDIDATES}.")
    private List<String> scenarios = List.of();

    @Option(names = "--concurrency", paramLabel = "<number>", description = "Virtual users.", defaultValue = "32")
    private int concurrency;

    @Option(
            names = "--seconds",
            paramLabel = "<number>",
            description = "How long to count; fractions are allowed.",
            defaultValue = "10")
    private double seconds;

    @Option(
            names = "--warmup",
            paramLabel = "<number>",
            description = "Seconds of the same load before that.",
            defaultValue = "10")
    private double warmUp;

    @Option(names = "--tenants", paramLabel = "<number>", description = "Over so many tenants.", defaultValue = "1")
    private int tenants;

    @Option(
            names = "--threads",
            paramLabel = "<number>",
            description = "Event loops of the generator. By default 1 with fewer than four cores, 2 otherwise.",
            defaultValue = "0",
            showDefaultValue = CommandLine.Help.Visibility.NEVER)
    private int threads;

    @Option(
            names = "--peer",
            paramLabel = "keycloak",
            description = "Load Keycloak in turn with the broker, on the same PostgreSQL, and tell the ratio."
                    + " The launcher fetches it with Maven, once.")
    private String peer;

    @Option(
            names = "--peer-heap",
            paramLabel = "<options>",
            description = "Heap of the peer's Java machine.",
            defaultValue = "-Xms64m -Xmx1g")
    private String peerHeap;

    @Option(
            names = "--rounds",
            paramLabel = "<number>",
            description =
                    "Turns of each server in a scenario, one after the other: A B A B. By default 2 with a peer, 1 without.",
            defaultValue = "0",
            showDefaultValue = CommandLine.Help.Visibility.NEVER)
    private int rounds;

    @Option(names = "--json", description = "Print one JSON object at the end, and the lines on standard error.")
    private boolean json;

    @Option(names = "--markdown", paramLabel = "<file>", description = "Also write the figures as tables into a file.")
    private Path markdown;

    /** Runs the command and leaves with its exit code: 0 done, 1 something went wrong, 2 not understood. */
    public static void main(String[] arguments) {
        System.setProperty("logback.configurationFile", "dev/sallyport/bench/logback-bench.xml");
        System.exit(new CommandLine(new Bench())
                .setOut(writer(FileDescriptor.out))
                .setErr(writer(FileDescriptor.err))
                .execute(arguments));
    }

    @Override
    public Integer call() {
        Plan plan = plan();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter lines = json ? err : out;
        try (Bed bed = new Bed()) {
            Runtime.getRuntime().addShutdownHook(new Thread(bed::close, "bench-stop"));
            try {
                err.println("starting…");
                bed.open(plan);
                Map<String, String> circumstances = Machine.describe(bed.database(), bed.folder());
                circumstances.put("load", load(plan));
                circumstances.forEach((name, value) -> lines.println(name + ": " + value));
                bed.servers()
                        .forEach(server ->
                                lines.println(server.name() + ": " + server.described() + ", process " + server.pid()));
                Report report = new Report(command(), circumstances);
                new Measuring(plan, bed).run(report, lines::println);
                if (json) {
                    out.println(report.json().encodePrettily());
                }
                if (markdown != null) {
                    write(report.markdown());
                }
                return report.errors() == 0 ? CommandLine.ExitCode.OK : BROKEN;
            } catch (Broken e) {
                if (!bed.isClosed()) {
                    err.println("sallyport bench: " + e.getMessage());
                }
                return BROKEN;
            } catch (RuntimeException e) {
                if (bed.isClosed()) {
                    // A signal has taken away what it stood on.
                    return BROKEN;
                }
                throw e;
            }
        }
    }

    private Plan plan() {
        require(concurrency >= 1 && concurrency <= MOST_CONCURRENCY, "--concurrency", "1 to " + MOST_CONCURRENCY);
        require(seconds > 0 && seconds <= MOST_SECONDS, "--seconds", "up to " + MOST_SECONDS);
        require(warmUp >= 0 && warmUp <= MOST_SECONDS, "--warmup", "0 to " + MOST_SECONDS);
        require(tenants >= 1 && tenants <= 100, "--tenants", "1 to 100");
        require(peer == null || peer.equals("keycloak"), "--peer", "keycloak");
        require(rounds >= 0 && rounds <= 10, "--rounds", "1 to 10");
        int cores = Runtime.getRuntime().availableProcessors();
        require(threads >= 0 && threads <= cores, "--threads", "1 to " + cores);
        return new Plan(
                chosen(),
                concurrency,
                duration(warmUp),
                duration(seconds),
                rounds > 0 ? rounds : peer == null ? 1 : 2,
                tenants,
                threads > 0 ? threads : cores < 4 ? 1 : 2,
                Path.of(System.getProperty("sallyport.jar", "broker/target/sallyport.jar")),
                Stream.of(System.getProperty("sallyport.options", "").split("\\s+"))
                        .filter(option -> !option.isEmpty())
                        .toList(),
                Optional.ofNullable(peer)
                        .map(name -> new Plan.Peer(Path.of(System.getProperty("keycloak.home", "")), peerHeap)));
    }

    private List<Scenario> chosen() {
        List<Scenario> chosen = new ArrayList<>();
        for (String word : scenarios) {
            if (word.equals(Words.ALL)) {
                chosen.addAll(List.of(Scenario.values()));
            } else {
                chosen.add(Scenario.of(word)
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(), "there is no scenario " + word + "; --help names them")));
            }
        }
        return chosen;
    }

    private void require(boolean holds, String option, String range) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), option + " must be " + range);
        }
    }

    private static Duration duration(double wanted) {
        return Duration.ofMillis(Math.round(wanted * 1_000));
    }

    private String command() {
        return "./sallyport bench "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    private static String load(Plan plan) {
        return plan.concurrency() + " virtual users on " + plan.threads() + " event loop(s), " + plan.tenants()
                + " tenant(s), warm-up " + plan.warmUp().toMillis() / 1_000.0 + " s, counted "
                + plan.counted().toMillis() / 1_000.0 + " s in each of " + plan.rounds() + " round(s)";
    }

    private void write(String text) {
        try {
            Files.writeString(markdown, text);
        } catch (IOException e) {
            throw new Broken("cannot write " + markdown + ": " + e.getMessage(), e);
        }
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        OutputStream stream = new FileOutputStream(descriptor);
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    /** The names of the scenarios, for the help. */
    static final class Words implements Iterable<String> {
        static final String ALL = "all";

        @Override
        public Iterator<String> iterator() {
            return Stream.concat(Stream.of(Scenario.values()).map(Scenario::word), Stream.of(ALL))
                    .iterator();
        }
    }
}
