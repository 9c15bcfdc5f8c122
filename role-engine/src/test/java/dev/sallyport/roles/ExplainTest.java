package dev.sallyport.roles;

import static dev.sallyport.roles.Example.CATALOGUE;
import static dev.sallyport.roles.Example.ENTRA;
import static dev.sallyport.roles.Example.NOW;
import static dev.sallyport.roles.Example.OKTA;
import static dev.sallyport.roles.Example.OPERATE;
import static dev.sallyport.roles.Example.READ;
import static dev.sallyport.roles.Example.WRITE;
import static dev.sallyport.roles.Example.YESTERDAY;
import static dev.sallyport.roles.Example.mapping;
import static dev.sallyport.roles.Example.person;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.roles.Explanation.MayNot;
import dev.sallyport.roles.Explanation.Obstacle;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplainTest {

    private final MappingRule finance = MappingRule.of("r1", OKTA, "Finance", "accountant");

    @Test
    void whyMayShe() {
        Person alice = person("alice", new Group(OKTA, "Finance"));
        assertEquals(
                new Explanation.May(WRITE, List.of(new Grant(WRITE, "accountant", finance))),
                explain(alice, WRITE, finance));
    }

    @Test
    void whyMayHeNotBecauseTheGroupIsMissing() {
        assertEquals(
                new MayNot(WRITE, true, List.of(new Obstacle(finance, List.of("accountant"), true, false, List.of()))),
                explain(person("bob"), WRITE, finance));
    }

    @Test
    void aNamesakeFromAnotherSourceAndOtherCapitalsArePointedOut() {
        Group namesake = new Group(ENTRA, "Finance");
        Group capitals = new Group(OKTA, "FINANCE ");
        Person bob = person("bob", capitals, namesake, new Group(OKTA, "Sales"));
        assertEquals(
                new MayNot(
                        WRITE,
                        true,
                        List.of(new Obstacle(
                                finance, List.of("accountant"), true, false, List.of(namesake, capitals)))),
                explain(bob, WRITE, finance));
    }

    @Test
    void theNearestMissComesFirst() {
        MappingRule ended = MappingRule.of("r2", OKTA, "Project X", "viewer").until(YESTERDAY);
        DirectGrant ran = DirectGrant.of("d1", "viewer").until(YESTERDAY);
        Person bob = new Person("bob", Set.of(new Group(OKTA, "Project X")), List.of(ran));
        assertEquals(
                new MayNot(
                        READ,
                        true,
                        List.of(
                                new Obstacle(ran, List.of("viewer"), false, true, List.of()),
                                new Obstacle(ended, List.of("viewer"), false, true, List.of()),
                                new Obstacle(finance, List.of("accountant"), true, false, List.of()))),
                explain(bob, READ, finance, ended));
    }

    @Test
    void grantsAndRulesThatWouldNotHelpAreLeftOut() {
        DirectGrant other = DirectGrant.of("d1", "viewer").until(YESTERDAY);
        Person bob = new Person("bob", Set.of(), List.of(other));
        assertEquals(
                new MayNot(WRITE, true, List.of()), explain(bob, WRITE, MappingRule.of("r1", OKTA, "Sales", "viewer")));
    }

    @Test
    void somePermissionsNoRuleWouldGive() {
        assertEquals(new MayNot(OPERATE, true, List.of()), explain(person("bob"), OPERATE, finance));
        Permission unknown = new Permission("unknown");
        assertEquals(new MayNot(unknown, false, List.of()), explain(person("bob"), unknown, finance));
    }

    private static Explanation explain(Person person, Permission permission, MappingRule... rules) {
        return Explain.why(person, permission, mapping(rules), CATALOGUE, NOW);
    }
}
