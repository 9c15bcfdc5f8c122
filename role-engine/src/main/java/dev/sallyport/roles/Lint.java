package dev.sallyport.roles;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a tenant's rules as a careful administrator would and lists what can be tidied up. Changes nothing. */
public final class Lint {

    private static final Pattern PATTERN_SIGNS = Pattern.compile("[*?%]|\\.[+]|^\\^|\\$$");

    /**
     * What was found.
     *
     * @param findings first by rule in the order of the mapping, then what concerns roles
     * @param growth the mapping in numbers
     */
    public record Report(List<Finding> findings, Growth growth) {

        public Report {
            findings = List.copyOf(findings);
        }
    }

    private final Catalogue catalogue;
    private final Instant now;
    private final Map<Group, List<MappingRule>> live = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private Lint(RoleMapping mapping, Catalogue catalogue, Instant now) {
        this.catalogue = catalogue;
        this.now = now;
        for (MappingRule rule : mapping.rules()) {
            if (rule.isLive(now)) {
                live.computeIfAbsent(rule.group(), group -> new ArrayList<>()).add(rule);
            }
        }
    }

    /**
     * Inspects a mapping.
     *
     * @param seenGroups the groups that the sources have named lately; the caller decides how far back that is
     */
    public static Report of(RoleMapping mapping, Catalogue catalogue, Collection<Group> seenGroups, Instant now) {
        Lint lint = new Lint(mapping, catalogue, now);
        Set<Group> seen = new HashSet<>(seenGroups);
        mapping.rules().forEach(rule -> lint.rule(rule, seen));
        lint.live.values().forEach(lint::overlaps);
        lint.roles();
        return new Report(lint.findings, Growth.of(mapping, now));
    }

    private void rule(MappingRule rule, Set<Group> seen) {
        if (!rule.isLive(now)) {
            findings.add(new Finding.Expired(rule));
            return;
        }
        if (!seen.contains(rule.group())) {
            findings.add(new Finding.GroupUnseen(rule));
            if (PATTERN_SIGNS.matcher(rule.groupValue()).find()) {
                findings.add(new Finding.LooksLikePattern(rule));
            }
        }
        rule.roles().stream()
                .filter(role -> !catalogue.isMappable(role))
                .forEach(role -> findings.add(new Finding.DeadRole(rule, role)));
    }

    /** Judges the live rules of one group; each rule and each role is reported once, however many others repeat it. */
    private void overlaps(List<MappingRule> sameGroup) {
        Map<String, MappingRule> givers = new HashMap<>();
        for (int position = 0; position < sameGroup.size(); position++) {
            MappingRule rule = sameGroup.get(position);
            Optional<MappingRule> cover = coverOf(position, sameGroup);
            if (cover.isPresent()) {
                findings.add(new Finding.Shadowed(rule, cover.get()));
                continue;
            }
            for (String role : rule.roles()) {
                MappingRule giver = givers.putIfAbsent(role, rule);
                if (giver != null) {
                    findings.add(new Finding.GivenTwice(giver, rule, role));
                }
            }
        }
    }

    /** Of two rules that cover each other the later one counts as covered, so that the advice never removes both. */
    private static Optional<MappingRule> coverOf(int position, List<MappingRule> sameGroup) {
        MappingRule rule = sameGroup.get(position);
        for (int other = 0; other < sameGroup.size(); other++) {
            MappingRule candidate = sameGroup.get(other);
            if (other != position && covers(candidate, rule) && (other < position || !covers(rule, candidate))) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static boolean covers(MappingRule wide, MappingRule narrow) {
        return wide.roles().containsAll(narrow.roles()) && wide.lastsAsLongAs(narrow);
    }

    private void roles() {
        Set<String> given = new HashSet<>();
        live.values().forEach(rules -> rules.forEach(rule -> given.addAll(rule.roles())));
        catalogue.roles().stream()
                .map(Role::name)
                .filter(role -> catalogue.isMappable(role) && !given.contains(role))
                .forEach(role -> findings.add(new Finding.UnmappedRole(role)));
    }
}
