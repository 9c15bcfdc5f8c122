package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.connection.ConnectionTests.Outcome;
import dev.sallyport.tenant.setup.LiveView.Choice;
import dev.sallyport.tenant.setup.LiveView.Pilot;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whom the page "Go live" opens the sign-in to: {@code audience} is {@code everybody} or {@code pilot}, {@code pilot_group} any number of
 * groups that were ticked, {@code pilot_more} further ones, one on a line.
 */
record PilotForm(Optional<String> audience, List<String> ticked, String more) {
    /** What no form has said. */
    static final PilotForm NONE = new PilotForm(Optional.empty(), List.of(), "");

    static PilotForm of(MultiMap form) {
        String more = form.get("pilot_more");
        return new PilotForm(
                Optional.ofNullable(form.get("audience")), form.getAll("pilot_group"), more == null ? "" : more);
    }

    /** Whether somebody has chosen. */
    boolean isSent() {
        return audience.isPresent();
    }

    private boolean isPilot() {
        return audience.equals(Optional.of("pilot"));
    }

    /** The groups of a pilot; empty if it is for everybody. */
    Optional<List<String>> groups() {
        if (!isPilot()) {
            return Optional.empty();
        }
        Set<String> groups = new LinkedHashSet<>(ticked);
        more.lines().filter(line -> !line.isBlank()).forEach(groups::add);
        return Optional.of(List.copyOf(groups));
    }

    /** The choice as the page shows it: what was sent, else what holds. */
    Pilot view(SetupState state) {
        List<String> seen = state.signIn()
                .map(Outcome::result)
                .map(result -> TestView.strings(result, "groups"))
                .orElse(List.of());
        Optional<List<String>> stored =
                state.connection().flatMap(c -> c.rollout().pilotGroups());
        List<String> chosen = isSent() ? ticked : stored.orElse(List.of());
        Set<String> all = new LinkedHashSet<>(seen);
        all.addAll(stored.orElse(List.of()));
        all.addAll(ticked);
        List<Choice> choices = new ArrayList<>();
        all.forEach(group -> choices.add(new Choice(group, chosen.contains(group), seen.contains(group))));
        return new Pilot(isSent() ? isPilot() : stored.isPresent(), choices, more);
    }
}
