package dev.sallyport.roles;

import static dev.sallyport.roles.Example.CATALOGUE;
import static dev.sallyport.roles.Example.ENTRA;
import static dev.sallyport.roles.Example.OKTA;
import static dev.sallyport.roles.Example.TOMORROW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoleMappingTest {

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertEquals(
                List.of("rules[0].id", "rules[0].group", "rules[0].roles", "rules[1].roles", "rules[2].roles"),
                faults(
                        MappingRule.of("", OKTA, ""),
                        MappingRule.of("r1", OKTA, "Finance", "nonsense"),
                        MappingRule.of("r2", OKTA, "Finance", "operator", "viewer")));
    }

    @Test
    void B06_aRoleWithAPlatformPermissionCannotBeMapped() {
        List<Violation> violations = RoleMapping.check(
                        List.of(MappingRule.of("r1", OKTA, "Admins", "operator")), CATALOGUE)
                .violations();
        assertEquals(
                List.of(new Violation(
                        "rules[0].roles",
                        "The role 'operator' holds a platform permission; no group can be mapped to it.")),
                violations);
    }

    @Test
    void idsAndStatementsAreUnique() {
        assertEquals(
                List.of("rules[1].id", "rules[2]"),
                faults(
                        MappingRule.of("r1", OKTA, "Finance", "viewer", "admin"),
                        MappingRule.of("r1", OKTA, "Sales", "viewer"),
                        MappingRule.of("r2", OKTA, "Finance", "admin", "viewer").because("another reason")));
    }

    @Test
    void theSameGroupMayHaveSeveralRulesThatDiffer() {
        assertEquals(
                List.of(),
                faults(
                        MappingRule.of("r1", OKTA, "Finance", "viewer"),
                        MappingRule.of("r2", ENTRA, "Finance", "viewer"),
                        MappingRule.of("r3", OKTA, "Finance", "viewer", "admin"),
                        MappingRule.of("r4", OKTA, "Finance", "viewer").until(TOMORROW)));
    }

    @Test
    void aListOfRulesHasALimit() {
        List<MappingRule> many = Collections.nCopies(RoleMapping.MAX_RULES + 1, MappingRule.of("r", OKTA, "g"));
        assertEquals(
                List.of(new Violation("rules", "There are 10001 rules; the limit is 10000.")),
                RoleMapping.check(many, CATALOGUE).violations());
    }

    @Test
    void aRefusedMappingHasNoValue() {
        Checked<RoleMapping> refused = RoleMapping.check(List.of(MappingRule.of("r", OKTA, "g")), CATALOGUE);
        assertThrows(IllegalArgumentException.class, refused::orElseThrow);
    }

    @Test
    void aSourceIsAConnectionOrTheDirectory() {
        assertTrue(GroupSource.parse("scim").isScim());
        assertEquals(OKTA, GroupSource.parse(OKTA.text()));
        assertThrows(IllegalArgumentException.class, () -> GroupSource.connection("scim"));
        assertThrows(IllegalArgumentException.class, () -> GroupSource.parse(""));
    }

    private static List<String> faults(MappingRule... rules) {
        return RoleMapping.check(List.of(rules), CATALOGUE).violations().stream()
                .map(Violation::field)
                .toList();
    }
}
