package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.connection.ConnectionTests.Outcome;
import dev.sallyport.tenant.domain.Domain;
import dev.sallyport.tenant.page.Step;
import dev.sallyport.tenant.page.Step.State;
import java.util.ArrayList;
import java.util.List;

/** The steps that a link allows, and how each of them stands. A pure function of the state. */
final class Checklist {
    private Checklist() {}

    static List<Step> of(Visit visit, String current) {
        List<Step> steps = new ArrayList<>();
        SetupState state = visit.state();
        SetupSession session = visit.session();
        if (session.may(SetupPurpose.DOMAIN)) {
            steps.add(step(visit, "Domains", "domain", current, domains(state)));
        }
        if (session.may(SetupPurpose.FEDERATE)) {
            steps.add(step(visit, "Sign-in", "sign-in", current, signIn(state)));
            steps.add(step(visit, "Test sign-in", "test", current, test(state)));
        }
        if (session.may(SetupPurpose.FEDERATE)) {
            steps.add(step(visit, "Groups and roles", "groups", current, groups(state)));
        }
        if (session.may(SetupPurpose.DIRECTORY)) {
            steps.add(step(visit, "Directory", "directory", current, directory(state)));
        }
        if (session.may(SetupPurpose.FEDERATE) || session.may(SetupPurpose.DIRECTORY)) {
            steps.add(step(visit, "Existing accounts", "accounts", current, accounts(state)));
        }
        if (session.may(SetupPurpose.FEDERATE)) {
            steps.add(step(visit, "Go live", "go-live", current, live(state)));
        }
        if (session.may(SetupPurpose.RENEW)) {
            steps.add(step(visit, "Renew", "renew", current, renewal(state)));
        }
        return steps;
    }

    /** The same with the way back to the overview before it; for the list beside a page. */
    static List<Step> beside(Visit visit, String current) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step("Overview", visit.path("overview"), State.PLACE, "", false));
        steps.addAll(of(visit, current));
        return steps;
    }

    /** How a step stands. */
    private record Standing(State state, String summary) {}

    private static Step step(Visit visit, String label, String key, String current, Standing standing) {
        return new Step(label, visit.path(key), standing.state(), standing.summary(), key.equals(current));
    }

    private static Standing signIn(SetupState state) {
        if (state.connection().isEmpty()) {
            return new Standing(State.OPEN, "Not connected yet");
        }
        if (!state.connection().get().canProve()) {
            return new Standing(State.ATTENTION, "The secret is missing");
        }
        return state.checksGood()
                ? new Standing(State.DONE, "Connected")
                : new Standing(State.ATTENTION, "The checks found something");
    }

    private static Standing test(SetupState state) {
        if (state.signIn().isEmpty()) {
            return new Standing(State.OPEN, "Not tried yet");
        }
        Outcome outcome = state.signIn().get();
        if (!outcome.ok()) {
            return new Standing(State.ATTENTION, "The last test failed");
        }
        return outcome.fresh() || state.live()
                ? new Standing(State.DONE, "It works")
                : new Standing(State.ATTENTION, "Needs to be done again");
    }

    private static Standing groups(SetupState state) {
        int rules = state.mapping().mapping().rules().size();
        return rules == 0
                ? new Standing(State.OPEN, "Nothing is mapped")
                : new Standing(State.DONE, rules == 1 ? "1 rule" : rules + " rules");
    }

    private static Standing directory(SetupState state) {
        return state.directory().isPresent()
                ? new Standing(State.DONE, "Attached")
                : new Standing(State.OPTIONAL, "Not attached");
    }

    private static Standing accounts(SetupState state) {
        long all = state.accounts().all();
        return new Standing(State.OPTIONAL, all == 0 ? "None yet" : all == 1 ? "1 account" : all + " accounts");
    }

    private static Standing domains(SetupState state) {
        if (state.domains().isEmpty()) {
            return new Standing(State.OPTIONAL, "None yet");
        }
        long open =
                state.domains().stream().filter(domain -> !domain.verified()).count();
        return open == 0
                ? new Standing(
                        State.DONE,
                        state.domains().stream().filter(Domain::verified).count() + " proven")
                : new Standing(State.ATTENTION, open + " to be proven");
    }

    private static Standing renewal(SetupState state) {
        return state.connection()
                .map(connection -> connection
                        .secretExpiresAt()
                        .map(at -> new Standing(State.OPTIONAL, "The present one ends " + Times.day(at)))
                        .orElseGet(() -> new Standing(State.OPTIONAL, "The present one does not end by itself")))
                .orElseGet(() -> new Standing(State.OPTIONAL, "Nothing is connected"));
    }

    private static Standing live(SetupState state) {
        if (state.live() && state.connection().map(c -> c.rollout().isPilot()).orElse(false)) {
            return new Standing(State.DONE, "Live for a pilot");
        }
        return state.live() ? new Standing(State.DONE, "Live") : new Standing(State.OPEN, "Not live yet");
    }
}
