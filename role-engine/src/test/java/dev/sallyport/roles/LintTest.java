package dev.sallyport.roles;

import static dev.sallyport.roles.Example.CATALOGUE;
import static dev.sallyport.roles.Example.NOW;
import static dev.sallyport.roles.Example.OKTA;
import static dev.sallyport.roles.Example.TOMORROW;
import static dev.sallyport.roles.Example.YESTERDAY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LintTest {

    /** Gives the other roles, so that only what a test is about is found. */
    private final MappingRule all = MappingRule.of("all", OKTA, "Everything", "viewer", "accountant", "admin");

    @Test
    void aTidyMappingHasNoFindings() {
        assertEquals(List.of(), findings());
    }

    @Test
    void aRuleInsideAWiderAndLongerOneIsShadowed() {
        MappingRule narrow = MappingRule.of("r1", OKTA, "Finance", "viewer").until(TOMORROW);
        MappingRule wide = MappingRule.of("r2", OKTA, "Finance", "viewer", "admin");
        assertEquals(List.of(new Finding.Shadowed(narrow, wide)), findings(narrow, wide));
    }

    @Test
    void aWiderRuleThatEndsSoonerShadowsNothing() {
        MappingRule lasting = MappingRule.of("r1", OKTA, "Finance", "viewer");
        MappingRule wide =
                MappingRule.of("r2", OKTA, "Finance", "viewer", "admin").until(TOMORROW);
        assertEquals(List.of(new Finding.GivenTwice(lasting, wide, "viewer")), findings(lasting, wide));
    }

    @Test
    void ofTwoEqualRulesOnlyOneIsSuperfluous() {
        MappingRule first = MappingRule.of("r1", OKTA, "Finance", "viewer");
        MappingRule second = MappingRule.of("r2", OKTA, "Finance", "viewer");
        assertEquals(List.of(new Finding.Shadowed(second, first)), findings(first, second));
    }

    @Test
    void theSameRoleForAnotherGroupIsNotAFinding() {
        assertEquals(
                List.of(),
                findings(
                        MappingRule.of("r1", OKTA, "Finance", "viewer"),
                        MappingRule.of("r2", GroupSource.scim(), "Finance", "viewer")));
    }

    @Test
    void expiredRulesAndDeadRolesAreFound() {
        MappingRule ended = MappingRule.of("r1", OKTA, "Project X", "viewer").until(YESTERDAY);
        MappingRule dead = MappingRule.of("r2", OKTA, "Finance", "retired", "operator");
        assertEquals(
                List.of(
                        new Finding.Expired(ended),
                        new Finding.DeadRole(dead, "operator"),
                        new Finding.DeadRole(dead, "retired")),
                findings(ended, dead));
    }

    @Test
    void aGroupThatWasNotSeenIsFoundAndAPatternPointedOut() {
        MappingRule pattern = MappingRule.of("r1", OKTA, "eng-*", "viewer");
        List<Finding> findings = Lint.of(
                        RoleMapping.stored(List.of(pattern, all)), CATALOGUE, List.of(all.group()), NOW)
                .findings();
        assertEquals(List.of(new Finding.GroupUnseen(pattern), new Finding.LooksLikePattern(pattern)), findings);
        findings.forEach(finding -> assertFalse(finding.message().isBlank()));
    }

    @Test
    void rolesThatNobodyMapsAreFoundButNotPlatformRoles() {
        assertEquals(
                List.of(new Finding.UnmappedRole("accountant"), new Finding.UnmappedRole("admin")),
                Lint.of(
                                RoleMapping.stored(List.of(MappingRule.of("r1", OKTA, "Finance", "viewer"))),
                                CATALOGUE,
                                List.of(new Group(OKTA, "Finance")),
                                NOW)
                        .findings());
    }

    @Test
    void growthIsCounted() {
        Growth growth = Growth.of(
                RoleMapping.stored(List.of(
                        MappingRule.of("r1", OKTA, "Finance", "viewer", "admin"),
                        MappingRule.of("r2", OKTA, "Finance", "viewer").until(YESTERDAY),
                        MappingRule.of("r3", GroupSource.scim(), "Finance", "viewer"))),
                NOW);
        assertEquals(new Growth(3, 1, 2, 2, new TreeMap<>(Map.of("viewer", 3, "admin", 1))), growth);
    }

    private List<Finding> findings(MappingRule... rules) {
        List<MappingRule> together =
                Stream.concat(Arrays.stream(rules), Stream.of(all)).toList();
        List<Group> seen = together.stream().map(MappingRule::group).toList();
        return Lint.of(RoleMapping.stored(together), CATALOGUE, seen, NOW).findings();
    }
}
