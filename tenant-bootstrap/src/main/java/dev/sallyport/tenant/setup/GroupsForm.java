package dev.sallyport.tenant.setup;

import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.MappingRule;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The form of the page "Groups and roles": per row {@code rule.n}, {@code group.n}, {@code source.n} and any number of {@code role.n}.
 * Groups are taken byte for byte, blanks included.
 */
final class GroupsForm {
    /** Rows that a page shows and a form may send. */
    static final int MAX_ROWS = 40;

    private static final int EMPTY_ROWS = 3;

    private GroupsForm() {}

    /** The rows of a page: the rules, the groups that were seen and have none, and some empty ones. */
    static List<GroupsView.Row> rows(List<MappingRule> rules, List<String> seenGroups, String connection) {
        List<GroupsView.Row> rows = new ArrayList<>();
        Set<String> mapped = new HashSet<>();
        for (MappingRule rule : rules) {
            boolean ofConnection = rule.source().text().equals(connection);
            boolean seen = ofConnection && seenGroups.contains(rule.groupValue());
            if (ofConnection) {
                mapped.add(rule.groupValue());
            }
            rows.add(new GroupsView.Row(
                    rows.size(), rule.id(), rule.groupValue(), rule.source().text(), rule.roles(), seen));
        }
        for (String group : seenGroups) {
            if (!mapped.contains(group) && rows.size() < MAX_ROWS - EMPTY_ROWS) {
                rows.add(new GroupsView.Row(rows.size(), "", group, connection, Set.of(), true));
            }
        }
        for (int i = 0; i < EMPTY_ROWS && rows.size() < MAX_ROWS; i++) {
            rows.add(new GroupsView.Row(rows.size(), "", "", connection, Set.of(), false));
        }
        return rows;
    }

    /** The rules that a form wants; what a stored rule knows beyond the form stays. Fails with {@link IllegalArgumentException}. */
    static List<MappingRule> rules(MultiMap form, List<MappingRule> stored, String connection) {
        Map<String, MappingRule> byId = new LinkedHashMap<>();
        stored.forEach(rule -> byId.put(rule.id(), rule));
        List<MappingRule> rules = new ArrayList<>();
        for (int n = 0; n < MAX_ROWS; n++) {
            List<String> roles = form.getAll("role." + n);
            String group = form.get("group." + n);
            if (roles.isEmpty()) {
                continue;
            }
            if (group == null || group.isBlank()) {
                throw new IllegalArgumentException("Row " + (n + 1) + " has roles but no group.");
            }
            String source = form.contains("source." + n) ? form.get("source." + n) : connection;
            if (source.isEmpty()) {
                throw new IllegalArgumentException("First connect your identity provider in the step “Sign-in”.");
            }
            Optional<MappingRule> known =
                    Optional.ofNullable(form.get("rule." + n)).map(byId::get);
            rules.add(new MappingRule(
                    known.map(MappingRule::id).orElse("new-" + n),
                    GroupSource.parse(source),
                    group,
                    Set.copyOf(roles),
                    known.flatMap(MappingRule::expiresAt),
                    known.flatMap(MappingRule::reason)));
        }
        return rules;
    }
}
