package dev.sallyport.roles;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * "Nobody can grant what they do not hold." Judges every way in which a grant can be made: a change of rules, direct
 * grants, and plain permissions such as the scope of an API key. Only what is new is judged, so that an administrator
 * may keep, narrow or remove what a more powerful colleague has set up.
 */
public final class GrantAuthority {

    private final boolean operator;
    private final SortedSet<Permission> held;

    private GrantAuthority(boolean operator, SortedSet<Permission> held) {
        this.operator = operator;
        this.held = held;
    }

    /** The operator of the platform, who may grant everything. */
    public static GrantAuthority operator() {
        return new GrantAuthority(true, new TreeSet<>());
    }

    /** Somebody who holds just these permissions. */
    public static GrantAuthority holding(Collection<Permission> permissions) {
        return new GrantAuthority(false, new TreeSet<>(permissions));
    }

    /**
     * Judges a change of rules. A rule is new in what it gives when no rule before gave that role to that group for as
     * long; ids play no part, so a rule cannot change its meaning under an approved id. Violations count the rules of
     * the mapping after the change.
     */
    public List<Violation> judge(RoleMapping before, RoleMapping after, Catalogue catalogue) {
        Map<Group, List<MappingRule>> known =
                before.rules().stream().collect(Collectors.groupingBy(MappingRule::group));
        List<Violation> violations = new ArrayList<>();
        for (int position = 0; position < after.rules().size(); position++) {
            MappingRule rule = after.rules().get(position);
            for (String role : rule.roles()) {
                boolean givenBefore = known.getOrDefault(rule.group(), List.of()).stream()
                        .anyMatch(old -> old.roles().contains(role) && old.lastsAsLongAs(rule));
                if (!givenBefore) {
                    judgeRole(role, "rules[" + position + "].roles", catalogue, violations);
                }
            }
        }
        return violations;
    }

    /**
     * Judges a change of one person's direct grants. A role that holds a platform permission is for the operator alone
     * to give. Violations count the grants after the change.
     */
    public List<Violation> judge(List<DirectGrant> before, List<DirectGrant> after, Catalogue catalogue) {
        List<Violation> violations = new ArrayList<>();
        for (int position = 0; position < after.size(); position++) {
            DirectGrant grant = after.get(position);
            boolean known =
                    before.stream().anyMatch(old -> old.role().equals(grant.role()) && old.lastsAsLongAs(grant));
            if (!known) {
                String path = "grants[" + position + "].role";
                if (!operator && catalogue.role(grant.role()).isPresent() && !catalogue.isMappable(grant.role())) {
                    violations.add(new Violation(path, "Only the operator can give the role '" + grant.role() + "'."));
                }
                judgeRole(grant.role(), path, catalogue, violations);
            }
        }
        return violations;
    }

    /** Judges permissions that are handed on as such; the field is the caller's name for them. */
    public List<Violation> judge(Collection<Permission> wanted, String field) {
        SortedSet<Permission> beyond = beyond(wanted);
        return beyond.isEmpty()
                ? List.of()
                : List.of(new Violation(field, "You do not hold " + beyond + " and cannot grant it."));
    }

    private void judgeRole(String role, String path, Catalogue catalogue, List<Violation> violations) {
        catalogue.role(role).ifPresent(found -> {
            SortedSet<Permission> beyond = beyond(found.permissions());
            if (!beyond.isEmpty()) {
                violations.add(new Violation(
                        path, "The role '" + role + "' grants " + beyond + ", which you do not hold yourself."));
            }
        });
    }

    private SortedSet<Permission> beyond(Collection<Permission> wanted) {
        SortedSet<Permission> beyond = new TreeSet<>();
        if (!operator) {
            beyond.addAll(wanted);
            beyond.removeAll(held);
        }
        return beyond;
    }
}
