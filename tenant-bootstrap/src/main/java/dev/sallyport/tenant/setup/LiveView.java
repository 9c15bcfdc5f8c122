package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.page.Step.State;
import java.util.List;

/** What the page "Go live" shows. */
record LiveView(
        String action,
        String csrf,
        String tenant,
        String issuer,
        boolean live,
        boolean ready,
        String error,
        String wayBack,
        Pilot pilot,
        List<Need> needs,
        Former former) {
    /**
     * Whom it is for.
     *
     * @param on whether it is for some groups only
     * @param choices groups that can be ticked: those that were seen, and those that were chosen
     * @param more what was typed, one group on a line
     */
    record Pilot(boolean on, List<Choice> choices, String more) {}

    /**
     * A group.
     *
     * @param seen whether the person who tested is in it
     */
    record Choice(String group, boolean chosen, boolean seen) {}

    /**
     * The way in that this one takes the place of; null if there is none.
     *
     * @param title how far it is
     * @param words what happens to it
     */
    record Former(String title, String words) {}

    /** One thing that has to be there, or should be. */
    record Need(State state, String title, String advice) {}
}
