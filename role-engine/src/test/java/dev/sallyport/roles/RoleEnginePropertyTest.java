package dev.sallyport.roles;

import static dev.sallyport.roles.Organisations.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** What holds for every organisation there could be. */
@Domain(Organisations.class)
@Domain(DomainContext.Global.class)
class RoleEnginePropertyTest {

    @Property
    void theEngineAgreesWithThePlainMeaningOfTheRules(
            @ForAll Person person, @ForAll RoleMapping mapping, @ForAll Catalogue catalogue) {
        Access access = RoleEngine.evaluate(person, mapping, catalogue, NOW);
        catalogue.permissions().stream().map(CatalogueEntry::permission).forEach(permission -> {
            boolean plainly = Organisations.plainlyHolds(person, permission, mapping.rules(), catalogue, NOW);
            assertEquals(plainly, access.holds(permission));
            assertEquals(plainly, access.permissions().contains(permission));
        });
    }

    @Property
    void orderAndRepetitionOfTheInputDoNotMatter(
            @ForAll Person person, @ForAll RoleMapping mapping, @ForAll Catalogue catalogue, @ForAll Random random) {
        List<Group> groups = new ArrayList<>(person.groups());
        groups.addAll(person.groups());
        List<DirectGrant> grants = new ArrayList<>(person.directGrants());
        grants.addAll(person.directGrants());
        List<MappingRule> rules = new ArrayList<>(mapping.rules());
        Collections.shuffle(groups, random);
        Collections.shuffle(grants, random);
        Collections.shuffle(rules, random);
        assertEquals(
                RoleEngine.evaluate(person, mapping, catalogue, NOW),
                RoleEngine.evaluate(groups, grants, RoleMapping.stored(rules), catalogue, NOW));
    }

    @Property
    void moreGroupsGrantsOrRulesNeverTakeAnythingAway(
            @ForAll Person person,
            @ForAll Person more,
            @ForAll RoleMapping mapping,
            @ForAll RoleMapping moreRules,
            @ForAll Catalogue catalogue) {
        Access access = RoleEngine.evaluate(person, mapping, catalogue, NOW);
        Set<Group> groups = new HashSet<>(person.groups());
        groups.addAll(more.groups());
        List<DirectGrant> grants = new ArrayList<>(person.directGrants());
        grants.addAll(more.directGrants());
        List<MappingRule> rules = new ArrayList<>(mapping.rules());
        rules.addAll(moreRules.rules());
        Access wider = RoleEngine.evaluate(groups, grants, RoleMapping.stored(rules), catalogue, NOW);
        assertTrue(wider.permissions().containsAll(access.permissions()));
        assertTrue(wider.roles().containsAll(access.roles()));
        assertTrue(new HashSet<>(wider.provenance()).containsAll(access.provenance()));
    }

    @Property
    void everyPermissionAndRoleHasAReasonAndEveryReasonCounts(
            @ForAll Person person, @ForAll RoleMapping mapping, @ForAll Catalogue catalogue) {
        Access access = RoleEngine.evaluate(person, mapping, catalogue, NOW);
        Set<Permission> explained =
                access.provenance().stream().map(Grant::permission).collect(Collectors.toCollection(TreeSet::new));
        Set<String> roles =
                access.provenance().stream().map(Grant::role).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(access.permissions(), explained);
        assertEquals(access.roles(), roles);
        for (Grant grant : access.provenance()) {
            assertTrue(grant.origin().isLive(NOW));
            assertTrue(catalogue.role(grant.role()).orElseThrow().permissions().contains(grant.permission()));
            if (grant.origin() instanceof MappingRule rule) {
                assertTrue(mapping.rules().contains(rule));
                assertTrue(person.groups().contains(rule.group()));
                assertTrue(rule.roles().contains(grant.role()));
            } else {
                assertTrue(person.directGrants().contains(grant.origin()));
            }
        }
    }

    @Property
    void B06_groupsOfOneSourceNeverMeetRulesOfAnother(
            @ForAll Person person, @ForAll RoleMapping mapping, @ForAll Catalogue catalogue) {
        List<Group> impostor = person.groups().stream()
                .map(group -> new Group(GroupSource.connection("evil"), group.value()))
                .toList();
        Access access = RoleEngine.evaluate(impostor, List.of(), mapping, catalogue, NOW);
        assertEquals(List.of(), access.provenance());
        assertTrue(access.permissions().isEmpty() && access.roles().isEmpty());
    }

    @Property
    void B06_noGroupEverGivesAPlatformPermission(
            @ForAll @Size(max = 20) Set<Group> groups, @ForAll RoleMapping mapping, @ForAll Catalogue catalogue) {
        Access access = RoleEngine.evaluate(groups, List.of(), mapping, catalogue, NOW);
        assertTrue(access.permissions().stream().noneMatch(catalogue::isPlatform));
    }

    @Property
    void aRuleGivesUntilJustBeforeItsExpiryAndNothingFromThenOn(@ForAll MappingRule rule, @ForAll Catalogue catalogue) {
        Instant end = NOW;
        List<Group> groups = List.of(rule.group());
        RoleMapping ending = RoleMapping.stored(List.of(rule.until(end)));
        RoleMapping lasting = RoleMapping.stored(List.of(new MappingRule(
                rule.id(), rule.source(), rule.groupValue(), rule.roles(), Optional.empty(), rule.reason())));
        assertEquals(
                RoleEngine.evaluate(groups, List.of(), lasting, catalogue, end).permissions(),
                RoleEngine.evaluate(groups, List.of(), ending, catalogue, end.minusNanos(1))
                        .permissions());
        assertTrue(RoleEngine.evaluate(groups, List.of(), ending, catalogue, end)
                .provenance()
                .isEmpty());
        assertTrue(RoleEngine.evaluate(groups, List.of(), ending, catalogue, end.plusNanos(1))
                .provenance()
                .isEmpty());
    }

    @Property
    void theGroupsThatGiveAPermissionAreExactlyThoseWhoseMembersHoldIt(
            @ForAll Group group, @ForAll RoleMapping mapping, @ForAll Catalogue catalogue) {
        Access access = RoleEngine.evaluate(List.of(group), List.of(), mapping, catalogue, NOW);
        catalogue.permissions().stream()
                .map(CatalogueEntry::permission)
                .forEach(permission -> assertEquals(
                        mapping.groupsGiving(permission, catalogue, NOW).contains(group), access.holds(permission)));
    }
}
