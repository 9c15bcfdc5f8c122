package dev.sallyport.roles;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What makes a proposed list of rules unacceptable. The path counts rules in the order in which they were sent. */
final class RuleCheck {

    private final Catalogue catalogue;
    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Statement, Integer> statements = new HashMap<>();

    /** What a rule says, apart from its id and reason. */
    private record Statement(Group group, Set<String> roles, Optional<Instant> end) {}

    private RuleCheck(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    static List<Violation> violations(List<MappingRule> rules, Catalogue catalogue) {
        if (rules.size() > RoleMapping.MAX_RULES) {
            return List.of(new Violation(
                    "rules", "There are " + rules.size() + " rules; the limit is " + RoleMapping.MAX_RULES + "."));
        }
        RuleCheck check = new RuleCheck(catalogue);
        for (int position = 0; position < rules.size(); position++) {
            check.rule(rules.get(position), position);
        }
        return check.violations;
    }

    private void rule(MappingRule rule, int position) {
        String path = "rules[" + position + "]";
        if (rule.id().isBlank()) {
            refuse(path + ".id", "A rule needs an id.");
        }
        Integer sameId = ids.putIfAbsent(rule.id(), position);
        if (sameId != null) {
            refuse(path + ".id", "The id is already used by rules[" + sameId + "].");
        }
        if (rule.groupValue().isEmpty()) {
            refuse(path + ".group", "A rule names exactly one group; this one is empty.");
        }
        if (rule.roles().isEmpty()) {
            refuse(path + ".roles", "A rule gives at least one role.");
        }
        rule.roles().forEach(role -> role(role, path + ".roles"));
        Integer sameStatement =
                statements.putIfAbsent(new Statement(rule.group(), rule.roles(), rule.expiresAt()), position);
        if (sameStatement != null) {
            refuse(path, "It says the same as rules[" + sameStatement + "].");
        }
    }

    private void role(String role, String path) {
        if (catalogue.role(role).isEmpty()) {
            refuse(path, "There is no role '" + role + "'.");
        } else if (!catalogue.isMappable(role)) {
            refuse(path, "The role '" + role + "' holds a platform permission; no group can be mapped to it.");
        }
    }

    private void refuse(String path, String message) {
        violations.add(new Violation(path, message));
    }
}
