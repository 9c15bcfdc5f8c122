package dev.sallyport.bench;

import dev.sallyport.bench.flow.Scenario;
import dev.sallyport.bench.load.ClosedLoop;
import dev.sallyport.bench.load.Tally;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.Server;
import dev.sallyport.bench.report.Figure;
import dev.sallyport.bench.report.Machine;
import dev.sallyport.bench.report.Report;
import dev.sallyport.bench.report.Strain;
import dev.sallyport.demo.story.Broken;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Loads the servers in turn, never two at once. */
public final class Measuring {
    private static final Duration WARM_AGAIN = Duration.ofSeconds(2);

    private final Plan plan;
    private final Bed bed;
    private final ClosedLoop loop;

    /** On servers that are open. */
    public Measuring(Plan plan, Bed bed) {
        this.plan = plan;
        this.bed = bed;
        this.loop = new ClosedLoop(bed.vertx(), plan.concurrency(), plan.threads());
    }

    /** Everything of the plan; each line is told as soon as it is known. */
    public void run(Report report, Consumer<String> told) {
        for (Scenario scenario : plan.scenarios()) {
            Map<Server, Strain> before = new LinkedHashMap<>();
            fitting(scenario).forEach(server -> before.put(server, strain(server)));
            measure(scenario).forEach((server, tally) -> {
                Strain first = before.get(server);
                Strain last = strain(server);
                Figure figure = new Figure(
                        scenario,
                        server.name(),
                        tally,
                        new Strain(first.before(), last.after(), last.blocked() - first.blocked()));
                report.add(figure);
                told.accept(figure.line());
                report.besideQuiet(figure)
                        .ifPresent(said ->
                                told.accept(String.format("%-26s %-10s %s", scenario.word(), server.name(), said)));
            });
            report.ratio(scenario)
                    .ifPresent(ratio -> told.accept(String.format("%-26s %-10s %s", scenario.word(), "ratio", ratio)));
        }
        bed.servers().forEach(report::add);
        report.processLines().forEach(told);
    }

    private Map<Server, Tally> measure(Scenario scenario) {
        Map<Server, Tally> tallies = new LinkedHashMap<>();
        for (int round = 0; round < plan.rounds(); round++) {
            Duration warmUp = round == 0 || plan.warmUp().compareTo(WARM_AGAIN) < 0 ? plan.warmUp() : WARM_AGAIN;
            for (Server server : fitting(scenario)) {
                tallies.merge(server, turn(scenario, server, warmUp), Tally::then);
            }
        }
        return tallies;
    }

    private static Strain strain(Server server) {
        long resident = Machine.resident(server.pid());
        return new Strain(resident, resident, server.blocked());
    }

    private List<Server> fitting(Scenario scenario) {
        return bed.servers().stream()
                .filter(server -> server.providers().stream().allMatch(scenario::fits))
                .toList();
    }

    private Tally turn(Scenario scenario, Server server, Duration warmUp) {
        try (VirtualUser.Factory users = scenario.users(server.providers(), bed.idp())) {
            return loop.run(users, warmUp, plan.counted());
        } catch (Broken e) {
            throw new Broken(scenario.word() + ", " + server.name() + ": " + e.getMessage(), e);
        }
    }
}
