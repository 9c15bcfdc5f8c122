package dev.sallyport.bench;

import dev.sallyport.bench.flow.Scenario;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What shall be done.
 *
 * @param warmUp before the first round of each scenario; before the others it is at most two seconds
 * @param counted of each round
 * @param rounds how often each server has its turn in a scenario
 * @param threads event loops of the generator
 * @param jar the broker's
 * @param serverOptions for the broker's Java machine
 * @param peer what is loaded in turn with the broker
 */
public record Plan(
        List<Scenario> scenarios,
        int concurrency,
        Duration warmUp,
        Duration counted,
        int rounds,
        int tenants,
        int threads,
        Path jar,
        List<String> serverOptions,
        Optional<Peer> peer) {

    /**
     * Keycloak.
     *
     * @param home of the unpacked distribution
     * @param heap options for its Java machine
     */
    public record Peer(Path home, String heap) {}

    /** Copies the lists. */
    public Plan {
        scenarios = List.copyOf(scenarios);
        serverOptions = List.copyOf(serverOptions);
    }
}
