package dev.sallyport.bench.report;

import dev.sallyport.bench.flow.Scenario;
import dev.sallyport.bench.provider.Server;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Everything that was found out in one run. */
public final class Report {
    private final String command;
    private final Map<String, String> circumstances;
    private final List<Figure> figures = new ArrayList<>();
    private final Map<String, JsonObject> processes = new LinkedHashMap<>();

    /**
     * Empty.
     *
     * @param command that makes the same again
     */
    public Report(String command, Map<String, String> circumstances) {
        this.command = command;
        this.circumstances = new LinkedHashMap<>(circumstances);
    }

    /** Adds a figure. */
    public void add(Figure figure) {
        figures.add(figure);
    }

    /** Adds what a server's process holds now. */
    public void add(Server server) {
        processes.put(
                server.name(),
                new JsonObject()
                        .put("server", server.name())
                        .put("described", server.described())
                        .put("first_ready_after_ms", server.firstReadyAfter().toMillis())
                        .put("ready_after_ms", server.readyAfter().toMillis())
                        .put("resident_mib", Machine.resident(server.pid())));
    }

    /** How many answers were not as they should be. */
    public long errors() {
        return figures.stream().mapToLong(figure -> figure.tally().errors()).sum();
    }

    /** What each server's process held, one line for each. */
    public List<String> processLines() {
        return processes.values().stream()
                .map(process -> String.format(
                        Locale.ROOT,
                        "%-26s %-10s ready after %.1f s (first start %.1f s), %d MiB resident after it all",
                        "process",
                        process.getString("server"),
                        process.getLong("ready_after_ms") / 1_000.0,
                        process.getLong("first_ready_after_ms") / 1_000.0,
                        process.getLong("resident_mib")))
                .toList();
    }

    /** For programs. */
    public JsonObject json() {
        JsonObject facts = new JsonObject();
        circumstances.forEach(facts::put);
        JsonArray results = new JsonArray();
        figures.forEach(figure -> results.add(figure.json()));
        JsonArray servers = new JsonArray();
        processes.values().forEach(servers::add);
        return new JsonObject()
                .put("command", command)
                .put("circumstances", facts)
                .put("servers", servers)
                .put("results", results);
    }

    /** Tables for the documentation. */
    public String markdown() {
        List<String> servers = List.copyOf(processes.keySet());
        StringBuilder text = new StringBuilder("```\n").append(command).append("\n```\n\n");
        circumstances.forEach((name, value) ->
                text.append("* ").append(name).append(": ").append(value).append('\n'));
        processes.values().forEach(process -> text.append("* ")
                .append(process.getString("server"))
                .append(": ")
                .append(process.getString("described"))
                .append('\n'));
        text.append("\n| scenario |");
        servers.forEach(server -> text.append(' ').append(server).append(" per second | p50 | p99 |"));
        boolean compared = servers.size() > 1;
        text.append(compared ? " ratio |\n" : "\n");
        text.append("|---|").append("---|".repeat(3 * servers.size())).append(compared ? "---|\n" : "\n");
        for (Scenario scenario : Scenario.values()) {
            List<Optional<Figure>> row =
                    servers.stream().map(server -> figure(scenario, server)).toList();
            if (row.stream().allMatch(Optional::isEmpty)) {
                continue;
            }
            text.append("| ").append(scenario.description()).append(" |");
            row.forEach(cell -> text.append(cell.map(Report::cells).orElse(" | | |")));
            text.append(compared ? " " + ratio(row).orElse("") + " |\n" : "\n");
        }
        for (Figure figure : figures) {
            besideQuiet(figure)
                    .ifPresent(said -> text.append(String.format(
                            "%n%s, %s: %s.%n",
                            figure.server(), figure.scenario().word(), said)));
        }
        processes
                .values()
                .forEach(process -> text.append(String.format(
                        Locale.ROOT,
                        "%n%s: ready after %.1f s (%.1f s on an empty database), %d MiB resident after it all.%n",
                        process.getString("server"),
                        process.getLong("ready_after_ms") / 1_000.0,
                        process.getLong("first_ready_after_ms") / 1_000.0,
                        process.getLong("resident_mib"))));
        return text.toString();
    }

    /** What trouble beside it did to the figure; empty for scenarios without any. */
    public Optional<String> besideQuiet(Figure figure) {
        return figure.scenario().quiet().map(quiet -> {
            String ratio = figure(quiet, figure.server())
                    .filter(calm -> calm.tally().count() > 0)
                    .map(calm -> String.format(
                            Locale.ROOT,
                            "p99 %.2f times that of %s",
                            figure.tally().millis(99) / calm.tally().millis(99),
                            quiet.word()))
                    .orElse("no figure of " + quiet.word() + " in this run");
            return String.format(
                    Locale.ROOT,
                    "%s, %d MiB resident before, %d MiB after, event loops blocked %d times",
                    ratio,
                    figure.strain().before(),
                    figure.strain().after(),
                    figure.strain().blocked());
        });
    }

    /** How many times faster the first server is than the second, if both have a figure. */
    public Optional<String> ratio(Scenario scenario) {
        return ratio(figures.stream()
                .filter(figure -> figure.scenario() == scenario)
                .map(Optional::of)
                .toList());
    }

    private static Optional<String> ratio(List<Optional<Figure>> row) {
        return row.size() == 2
                        && row.stream().allMatch(cell -> cell.filter(
                                        figure -> figure.tally().count() > 0)
                                .isPresent())
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "%.1f, p99 1/%.1f",
                        row.get(0).get().tally().rate()
                                / row.get(1).get().tally().rate(),
                        row.get(1).get().tally().millis(99)
                                / row.get(0).get().tally().millis(99)))
                : Optional.empty();
    }

    private Optional<Figure> figure(Scenario scenario, String server) {
        return figures.stream()
                .filter(figure ->
                        figure.scenario() == scenario && figure.server().equals(server))
                .findFirst();
    }

    private static String cells(Figure figure) {
        return String.format(
                Locale.ROOT,
                " %,.0f%s | %.2f ms | %.2f ms |",
                figure.tally().rate(),
                figure.tally().errors() == 0 ? "" : " (" + figure.tally().errors() + " errors)",
                figure.tally().millis(50),
                figure.tally().millis(99));
    }
}
