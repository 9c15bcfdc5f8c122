package dev.sallyport.roles;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The size of a mapping in numbers. Kept from time to time they make role explosion visible: rules that grow while the
 * people do not.
 *
 * @param rules all rules
 * @param expired those that have ended
 * @param groups different groups that the rules name
 * @param sources different sources that the rules name
 * @param rulesPerRole for each role named by a rule, how many rules name it
 */
public record Growth(int rules, int expired, int groups, int sources, SortedMap<String, Integer> rulesPerRole) {

    public Growth {
        rulesPerRole = Collections.unmodifiableSortedMap(new TreeMap<>(rulesPerRole));
    }

    /** Counts a mapping as it is at that moment. */
    public static Growth of(RoleMapping mapping, Instant now) {
        SortedMap<String, Integer> perRole = new TreeMap<>();
        mapping.rules().forEach(rule -> rule.roles().forEach(role -> perRole.merge(role, 1, Integer::sum)));
        return new Growth(
                mapping.rules().size(),
                (int) mapping.rules().stream().filter(rule -> !rule.isLive(now)).count(),
                (int) mapping.rules().stream()
                        .map(MappingRule::group)
                        .distinct()
                        .count(),
                (int) mapping.rules().stream()
                        .map(MappingRule::source)
                        .distinct()
                        .count(),
                perRole);
    }
}
