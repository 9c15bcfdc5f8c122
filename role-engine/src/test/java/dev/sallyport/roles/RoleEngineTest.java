package dev.sallyport.roles;

import static dev.sallyport.roles.Example.CATALOGUE;
import static dev.sallyport.roles.Example.ENTRA;
import static dev.sallyport.roles.Example.NOW;
import static dev.sallyport.roles.Example.OKTA;
import static dev.sallyport.roles.Example.OPERATE;
import static dev.sallyport.roles.Example.READ;
import static dev.sallyport.roles.Example.TOMORROW;
import static dev.sallyport.roles.Example.WRITE;
import static dev.sallyport.roles.Example.YESTERDAY;
import static dev.sallyport.roles.Example.access;
import static dev.sallyport.roles.Example.mapping;
import static dev.sallyport.roles.Example.person;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoleEngineTest {

    @Test
    void aGroupBecomesARoleAndTheRoleItsPermissions() {
        MappingRule rule = MappingRule.of("r1", OKTA, "Finance", "accountant");
        Access alice = access(person("alice", new Group(OKTA, "Finance")), mapping(rule));

        assertEquals(new TreeSet<>(Set.of(READ, WRITE)), alice.permissions());
        assertEquals(new TreeSet<>(Set.of("accountant")), alice.roles());
        assertEquals(
                List.of(new Grant(READ, "accountant", rule), new Grant(WRITE, "accountant", rule)), alice.provenance());
    }

    @Test
    void aPermissionThatIsGivenTwiceHasTwoReasons() {
        MappingRule finance = MappingRule.of("r1", OKTA, "Finance", "accountant");
        MappingRule everyone = MappingRule.of("r2", GroupSource.scim(), "Everyone", "viewer");
        Person alice = person("alice", new Group(OKTA, "Finance"), new Group(GroupSource.scim(), "Everyone"));

        assertEquals(
                List.of(new Grant(READ, "accountant", finance), new Grant(READ, "viewer", everyone)),
                access(alice, mapping(finance, everyone)).provenance(READ));
    }

    @Test
    void B06_theSameGroupNameOfAnotherConnectionIsAnotherGroup() {
        RoleMapping mapping =
                mapping(MappingRule.of("r1", OKTA, "staff", "admin"), MappingRule.of("r2", ENTRA, "staff", "viewer"));
        assertEquals(
                Set.of("viewer"),
                access(person("bob", new Group(ENTRA, "staff")), mapping).roles());
    }

    @Test
    void B06_sourcesStayApartEvenWhenTheirHashesCollide() {
        GroupSource first = GroupSource.connection("con_Aa");
        GroupSource second = GroupSource.connection("con_BB");
        assertEquals(first.hashCode(), second.hashCode());
        RoleMapping mapping = mapping(MappingRule.of("r1", first, "staff", "admin"));
        assertFalse(access(person("eve", new Group(second, "staff")), mapping).holds(Permission.TENANT_ADMIN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "platform-admin", "operator", "tenant:admin", "system:masters", "owner", "*"})
    void B06_aGroupNamedLikeARoleOrPermissionGivesNothing(String name) {
        RoleMapping mapping = mapping(MappingRule.of("r1", OKTA, "Finance", "viewer"));
        assertTrue(access(person("eve", new Group(OKTA, name)), mapping)
                .permissions()
                .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Finance,Admins", "Admins Finance", "Finance/Admins", "/Admins", "Admins ", " Admins", "admins",
                "ADMINS", "Admins\n", "Ädmins", "Admins\u0000", "Admins;Finance", "[\"Admins\"]", ""
            })
    void B06_groupNamesAreNotSplitTrimmedOrFolded(String name) {
        RoleMapping mapping = mapping(MappingRule.of("r1", OKTA, "Admins", "admin"));
        assertTrue(access(person("eve", new Group(OKTA, name)), mapping)
                .permissions()
                .isEmpty());
    }

    @Test
    void aGroupWithACommaCanBeMappedAsOneGroup() {
        RoleMapping mapping = mapping(MappingRule.of("r1", OKTA, "Smith, Jones / Partners", "viewer"));
        Person jones = person("jones", new Group(OKTA, "Smith, Jones / Partners"));
        assertTrue(access(jones, mapping).holds(READ));
    }

    @Test
    void aStarInARuleMeansAStar() {
        RoleMapping mapping = mapping(MappingRule.of("r1", OKTA, "eng-*", "viewer"));
        assertFalse(access(person("a", new Group(OKTA, "eng-core")), mapping).holds(READ));
        assertTrue(access(person("b", new Group(OKTA, "eng-*")), mapping).holds(READ));
    }

    @Test
    void anExpiredRuleOrGrantGivesNothing() {
        RoleMapping mapping = mapping(
                MappingRule.of("r1", OKTA, "Finance", "accountant").until(NOW),
                MappingRule.of("r2", OKTA, "Finance", "viewer").until(TOMORROW));
        Person alice = new Person(
                "alice",
                Set.of(new Group(OKTA, "Finance")),
                List.of(DirectGrant.of("d1", "admin").until(YESTERDAY)));
        assertEquals(new TreeSet<>(Set.of(READ)), access(alice, mapping).permissions());
    }

    @Test
    void aDirectGrantShowsAsSuch() {
        DirectGrant grant = DirectGrant.of("d1", "operator").because("on call in March");
        Access alice = access(new Person("alice", Set.of(), List.of(grant)), RoleMapping.empty());
        assertTrue(alice.holds(OPERATE));
        assertTrue(alice.provenance().get(0).isDirect());
        assertEquals(grant, alice.provenance().get(0).origin());
    }

    @Test
    void B06_aRoleThatLaterTookOnAPlatformPermissionStopsComingFromGroups() {
        RoleMapping stored = mapping(MappingRule.of("r1", OKTA, "Finance", "viewer", "accountant"));
        Catalogue changed = Catalogue.check(
                        CATALOGUE.permissions(),
                        List.of(
                                Role.of("viewer", Set.of(READ, OPERATE), ""),
                                Role.of("accountant", Set.of(READ, WRITE), "")))
                .orElseThrow();
        Access alice = RoleEngine.evaluate(person("alice", new Group(OKTA, "Finance")), stored, changed, NOW);
        assertFalse(alice.holds(OPERATE));
        assertEquals(Set.of("accountant"), alice.roles());
    }

    @Test
    void allSixtyFourPermissionsFit() {
        List<CatalogueEntry> entries = IntStream.range(0, Catalogue.MAX_PERMISSIONS)
                .mapToObj(number -> CatalogueEntry.of("p" + number, ""))
                .toList();
        List<Role> roles = entries.stream()
                .map(entry -> Role.of("r-" + entry.permission(), Set.of(entry.permission()), ""))
                .toList();
        Catalogue full = Catalogue.check(entries, roles).orElseThrow();
        List<DirectGrant> all = roles.stream()
                .map(role -> DirectGrant.of(role.name(), role.name()))
                .toList();
        Access everything = RoleEngine.evaluate(List.of(), all, RoleMapping.empty(), full, NOW);
        assertEquals(64, everything.permissions().size());
        for (DirectGrant one : all) {
            assertEquals(
                    "[" + one.role().substring(2) + "]",
                    RoleEngine.evaluate(List.of(), List.of(one), RoleMapping.empty(), full, NOW)
                            .permissions()
                            .toString());
        }
    }
}
