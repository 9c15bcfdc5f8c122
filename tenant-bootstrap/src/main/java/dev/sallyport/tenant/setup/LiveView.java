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
        List<Need> needs) {
    /** One thing that has to be there, or should be. */
    record Need(State state, String title, String advice) {}
}
