package dev.sallyport.roles;

import static dev.sallyport.roles.Example.CATALOGUE;
import static dev.sallyport.roles.Example.NOW;
import static dev.sallyport.roles.Example.OKTA;
import static dev.sallyport.roles.Example.READ;
import static dev.sallyport.roles.Example.WRITE;
import static dev.sallyport.roles.Example.YESTERDAY;
import static dev.sallyport.roles.Example.mapping;
import static dev.sallyport.roles.Example.person;
import static dev.sallyport.roles.Permission.TENANT_ADMIN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PreviewTest {

    private final Person alice = person("alice", new Group(OKTA, "Finance"));
    private final Person bob = person("bob", new Group(OKTA, "IT"), new Group(OKTA, "Finance"));
    private final MappingRule finance = MappingRule.of("r1", OKTA, "Finance", "viewer");
    private final MappingRule it = MappingRule.of("r2", OKTA, "IT", "admin");

    @Test
    void itSaysWhoGainsWhoLosesAndWhoIsLeft() {
        Preview preview = Preview.of(
                List.of(bob, alice),
                mapping(finance, it),
                mapping(MappingRule.of("r1", OKTA, "Finance", "accountant")),
                CATALOGUE,
                NOW);
        assertEquals(List.of(change("alice", WRITE), change("bob", WRITE)), preview.gains());
        assertEquals(List.of(change("bob", TENANT_ADMIN)), preview.losses());
        assertEquals(List.of(new Warning.NobodyHolds(TENANT_ADMIN)), preview.warnings());
        assertEquals(2, preview.holders().get(READ));
        assertEquals(0, preview.holders().get(TENANT_ADMIN));
    }

    @Test
    void aPermissionThatOnlyThisRuleGaveIsWarnedAboutAndOneThatNobodyEverHeldIsNot() {
        Preview preview = Preview.of(List.of(bob), mapping(finance, it), mapping(it), CATALOGUE, NOW);
        assertEquals(List.of(new Warning.NobodyHolds(READ)), preview.warnings());
    }

    @Test
    void rulesThatDoNothingAreWarnedAbout() {
        MappingRule typo = MappingRule.of("r3", OKTA, "Finanace", "viewer");
        MappingRule ended = MappingRule.of("r4", OKTA, "Finance", "accountant").until(YESTERDAY);
        RoleMapping now = mapping(it);
        Preview preview = Preview.of(List.of(bob), now, mapping(it, typo, ended), CATALOGUE, NOW);
        assertEquals(List.of(new Warning.MatchesNobody(typo), new Warning.Expired(ended)), preview.warnings());
        assertEquals(
                List.of(
                        "Nobody is in the group 'Finanace' of con_okta.",
                        "The rule for the group 'Finance' of con_okta has expired."),
                preview.warnings().stream().map(Warning::message).toList());
    }

    @Test
    void aFirstMappingWithoutAnyAdminIsWarnedAbout() {
        Preview preview = Preview.of(List.of(alice), RoleMapping.empty(), mapping(finance), CATALOGUE, NOW);
        assertEquals(List.of(new Warning.NobodyHolds(TENANT_ADMIN)), preview.warnings());
    }

    private static Preview.Change change(String person, Permission... permissions) {
        return new Preview.Change(person, new TreeSet<>(Set.of(permissions)));
    }
}
