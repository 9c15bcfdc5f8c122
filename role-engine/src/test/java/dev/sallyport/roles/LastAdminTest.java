package dev.sallyport.roles;

import static dev.sallyport.roles.Example.CATALOGUE;
import static dev.sallyport.roles.Example.NOW;
import static dev.sallyport.roles.Example.OKTA;
import static dev.sallyport.roles.Example.TOMORROW;
import static dev.sallyport.roles.Example.mapping;
import static dev.sallyport.roles.Example.person;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LastAdminTest {

    private final LastAdmin lastAdmin = new LastAdmin(CATALOGUE, NOW);
    private final RoleMapping mapping = mapping(
            MappingRule.of("r1", OKTA, "IT", "admin").until(TOMORROW), MappingRule.of("r2", OKTA, "Finance", "viewer"));
    private final Person alice = person("alice", new Group(OKTA, "IT"));
    private final Person bob = new Person("bob", Set.of(), List.of(DirectGrant.of("d1", "admin")));
    private final Person carol = person("carol", new Group(OKTA, "Finance"));

    @Test
    void oneOfTwoAdminsMayGoButNotBoth() {
        List<Person> people = List.of(alice, bob, carol);
        assertFalse(lastAdmin.goesWith(Set.of("alice", "carol"), people, mapping));
        assertFalse(lastAdmin.goesWith(Set.of("bob"), people, mapping));
        assertTrue(lastAdmin.goesWith(Set.of("alice", "bob"), people, mapping));
    }

    @Test
    void theLastAdminCannotBeMappedAway() {
        RoleMapping withoutIt = mapping(MappingRule.of("r2", OKTA, "Finance", "viewer"));
        assertTrue(lastAdmin.goesBetween(mapping, withoutIt, List.of(alice, carol)));
        assertFalse(lastAdmin.goesBetween(mapping, withoutIt, List.of(alice, bob)));
    }

    @Test
    void theLastAdminCannotBeTakenOutOfTheGroup() {
        assertTrue(lastAdmin.goesBetween(List.of(alice, carol), List.of(person("alice"), carol), mapping));
        assertFalse(lastAdmin.goesBetween(
                List.of(alice, carol), List.of(person("alice"), person("carol", new Group(OKTA, "IT"))), mapping));
    }

    @Test
    void aTenantThatNeverHadAnAdminIsNotHeldUp() {
        assertFalse(lastAdmin.isAmong(List.of(carol), mapping));
        assertFalse(lastAdmin.goesWith(Set.of("carol"), List.of(carol), mapping));
        assertTrue(lastAdmin.isAmong(List.of(carol, alice), mapping));
    }

    @Test
    void anAdminWhoseRuleHasEndedDoesNotCount() {
        assertFalse(new LastAdmin(CATALOGUE, TOMORROW).isAmong(List.of(alice), mapping));
    }
}
