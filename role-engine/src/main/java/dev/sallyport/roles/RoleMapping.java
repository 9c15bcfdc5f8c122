package dev.sallyport.roles;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** A tenant's rules, indexed for evaluation. Building one costs a pass over the rules; keep it as long as they hold. */
public final class RoleMapping {

    /** No tenant has more rules than this; whoever needs more is naming people and not groups. */
    public static final int MAX_RULES = 10_000;

    private static final RoleMapping EMPTY = new RoleMapping(List.of());

    private final List<MappingRule> rules;
    private final RuleIndex index;

    private RoleMapping(Collection<MappingRule> rules) {
        this.rules = List.copyOf(rules);
        this.index = new RuleIndex(this.rules);
    }

    /**
     * Builds a mapping from rules that somebody proposes, or says everything that is wrong with them: more than
     * {@value #MAX_RULES} rules, an id that is missing or used twice, an empty group, no role, a role that does not exist or that holds a platform permission,
     * two rules that say the same.
     */
    public static Checked<RoleMapping> check(List<MappingRule> rules, Catalogue catalogue) {
        List<Violation> violations = RuleCheck.violations(rules, catalogue);
        return violations.isEmpty() ? new Checked.Valid<>(new RoleMapping(rules)) : new Checked.Invalid<>(violations);
    }

    /**
     * Builds a mapping from rules that were checked when they were stored. The catalogue may have changed since: a
     * rule that would be refused today gives nothing, and {@link Lint} reports it. Nobody loses the other rules.
     */
    public static RoleMapping stored(Collection<MappingRule> rules) {
        return new RoleMapping(rules);
    }

    /** The mapping of a tenant that has not mapped anything. */
    public static RoleMapping empty() {
        return EMPTY;
    }

    /** The rules in the order in which they were given. */
    public List<MappingRule> rules() {
        return rules;
    }

    /**
     * The groups whose members hold the permission at that moment. Lets a caller ask its database for "everybody who
     * may hold {@code tenant:admin}" without loading all people.
     */
    public SortedSet<Group> groupsGiving(Permission permission, Catalogue catalogue, Instant now) {
        List<String> roles = catalogue.rolesWith(permission).stream()
                .filter(catalogue::isMappable)
                .toList();
        SortedSet<Group> groups = new TreeSet<>();
        for (MappingRule rule : rules) {
            if (rule.isLive(now) && rule.roles().stream().anyMatch(roles::contains)) {
                groups.add(rule.group());
            }
        }
        return groups;
    }

    RuleIndex index() {
        return index;
    }
}
