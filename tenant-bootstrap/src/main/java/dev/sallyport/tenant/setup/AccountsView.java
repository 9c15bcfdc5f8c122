package dev.sallyport.tenant.setup;

import java.util.List;

/** What the page "Existing accounts" shows. */
record AccountsView(boolean none, List<Line> lines) {
    /** So many people, and what going live means to them. */
    record Line(long count, String who, String what) {}
}
