package dev.sallyport.tenant.setup;

import java.util.List;
import java.util.Set;

/**
 * What the page "Groups and roles" shows.
 *
 * @param preview what would change, or null if nobody asked
 */
record GroupsView(
        String action,
        String csrf,
        long version,
        boolean saved,
        String error,
        List<Row> rows,
        List<RoleChoice> roles,
        List<Source> sources,
        PreviewView preview) {

    /**
     * One group and its roles.
     *
     * @param rule the id of the rule it is, or empty
     * @param seen whether the last test sign-in had it
     */
    record Row(int number, String rule, String group, String source, Set<String> roles, boolean seen) {}

    /** A role that may be given. */
    record RoleChoice(String name, String description, List<String> permissions) {}

    /** Who may name groups. */
    record Source(String value, String label) {}

    /** What saving would do. */
    record PreviewView(String summary, List<String> warnings, List<ChangeRow> changes) {}

    /** What it would do to one person. */
    record ChangeRow(String person, String gains, String losses) {}
}
