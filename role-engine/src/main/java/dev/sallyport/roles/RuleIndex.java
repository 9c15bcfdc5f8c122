package dev.sallyport.roles;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of a mapping, prepared for one hash look-up per group. Rules and roles are numbers here, so that collecting
 * them is setting bits: order cannot matter and nothing is counted twice.
 */
final class RuleIndex {

    private static final Entry[] NONE = {};
    private static final Group[] NO_GROUPS = {};

    private final Map<Group, Entry[]> entries = new HashMap<>();
    private final List<String> roles = new ArrayList<>();
    private final int rules;

    /** A rule by its position in the mapping. {@code end} is null for a rule that does not end. */
    private static final class Entry {

        private final int rule;
        private final Instant end;
        private final int[] roles;

        Entry(int rule, Instant end, int[] roles) {
            this.rule = rule;
            this.end = end;
            this.roles = roles;
        }

        boolean isLive(Instant now) {
            return end == null || end.isAfter(now);
        }
    }

    /** Positions of the rules that fired, and numbers of the roles that they name. */
    record Match(BitSet rules, BitSet roles) {}

    RuleIndex(List<MappingRule> rules) {
        this.rules = rules.size();
        Map<String, Integer> numbers = new HashMap<>();
        Map<Group, List<Entry>> grouped = new HashMap<>();
        for (int position = 0; position < rules.size(); position++) {
            MappingRule rule = rules.get(position);
            int[] named = rule.roles().stream()
                    .mapToInt(role -> numbers.computeIfAbsent(role, this::number))
                    .toArray();
            Entry entry = new Entry(position, rule.expiresAt().orElse(null), named);
            grouped.computeIfAbsent(rule.group(), group -> new ArrayList<>()).add(entry);
        }
        grouped.forEach((group, list) -> entries.put(group, list.toArray(NONE)));
    }

    private int number(String role) {
        roles.add(role);
        return roles.size() - 1;
    }

    Match match(Collection<Group> groups, Instant now) {
        Match match = new Match(new BitSet(rules), new BitSet(roles.size()));
        // An array, because iterating over whatever collection a caller brings costs more than the look-ups.
        for (Group group : groups.toArray(NO_GROUPS)) {
            for (Entry entry : entries.getOrDefault(group, NONE)) {
                if (entry.isLive(now)) {
                    match.rules.set(entry.rule);
                    for (int role : entry.roles) {
                        match.roles.set(role);
                    }
                }
            }
        }
        return match;
    }

    String role(int number) {
        return roles.get(number);
    }
}
