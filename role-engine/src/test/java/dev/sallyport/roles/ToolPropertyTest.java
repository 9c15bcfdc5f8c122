package dev.sallyport.roles;

import static dev.sallyport.roles.Organisations.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** Whatever a tool says agrees with what the engine would do. */
@Domain(Organisations.class)
@Domain(DomainContext.Global.class)
class ToolPropertyTest {

    @Property
    void thePreviewIsTheDifferenceOfTwoEvaluations(
            @ForAll @Size(max = 6) List<Person> generated,
            @ForAll RoleMapping before,
            @ForAll RoleMapping after,
            @ForAll Catalogue catalogue) {
        List<Person> people = distinct(generated);
        Preview preview = Preview.of(people, before, after, catalogue, NOW);
        Map<String, SortedSet<Permission>> gains = byPerson(preview.gains());
        Map<String, SortedSet<Permission>> losses = byPerson(preview.losses());
        for (Person person : people) {
            SortedSet<Permission> then =
                    RoleEngine.evaluate(person, before, catalogue, NOW).permissions();
            then.addAll(gains.getOrDefault(person.id(), new TreeSet<>()));
            then.removeAll(losses.getOrDefault(person.id(), new TreeSet<>()));
            assertEquals(RoleEngine.evaluate(person, after, catalogue, NOW).permissions(), then);
        }
        preview.holders()
                .forEach((permission, count) -> assertEquals(
                        people.stream()
                                .filter(person -> RoleEngine.evaluate(person, after, catalogue, NOW)
                                        .holds(permission))
                                .count(),
                        (long) count));
    }

    @Property
    void aPreviewOfNoChangeIsEmpty(
            @ForAll @Size(max = 6) List<Person> people, @ForAll RoleMapping mapping, @ForAll Catalogue catalogue) {
        Preview preview = Preview.of(people, mapping, mapping, catalogue, NOW);
        assertTrue(preview.gains().isEmpty() && preview.losses().isEmpty());
        assertTrue(preview.warnings().stream().noneMatch(Warning.NobodyHolds.class::isInstance));
    }

    @Property
    void theExplanationAgreesWithTheEngine(
            @ForAll Person person, @ForAll RoleMapping mapping, @ForAll Catalogue catalogue) {
        Access access = RoleEngine.evaluate(person, mapping, catalogue, NOW);
        for (CatalogueEntry entry : catalogue.permissions()) {
            Explanation explanation = Explain.why(person, entry.permission(), mapping, catalogue, NOW);
            if (explanation instanceof Explanation.MayNot mayNot) {
                assertFalse(access.holds(entry.permission()));
                mayNot.obstacles().forEach(obstacle -> assertTrue(obstacle.groupMissing() || obstacle.expired()));
            } else {
                assertTrue(access.holds(entry.permission()));
            }
        }
    }

    @Property
    void removingTheObstacleGivesThePermission(
            @ForAll Person person, @ForAll RoleMapping mapping, @ForAll Catalogue catalogue) {
        for (CatalogueEntry entry : catalogue.permissions()) {
            Explanation explanation = Explain.why(person, entry.permission(), mapping, catalogue, NOW);
            if (explanation instanceof Explanation.MayNot mayNot) {
                for (Explanation.Obstacle obstacle : mayNot.obstacles()) {
                    if (obstacle.origin() instanceof MappingRule rule) {
                        RoleMapping renewed = RoleMapping.stored(List.of(rule.until(NOW.plusSeconds(1))));
                        assertTrue(RoleEngine.evaluate(List.of(rule.group()), List.of(), renewed, catalogue, NOW)
                                .holds(entry.permission()));
                    }
                }
            }
        }
    }

    @Property
    void deletingEverythingThatLintCallsSuperfluousChangesNobody(
            @ForAll @Size(max = 6) List<Person> people, @ForAll RoleMapping mapping, @ForAll Catalogue catalogue) {
        List<MappingRule> kept = new ArrayList<>(mapping.rules());
        for (Finding finding : Lint.of(mapping, catalogue, Set.of(), NOW).findings()) {
            if (finding instanceof Finding.Shadowed shadowed) {
                kept.remove(shadowed.rule());
            } else if (finding instanceof Finding.Expired expired) {
                kept.remove(expired.rule());
            }
        }
        for (Instant moment : List.of(NOW, NOW.plusSeconds(1), NOW.plusSeconds(5000))) {
            for (Person person : people) {
                assertEquals(
                        RoleEngine.evaluate(person, mapping, catalogue, moment).roles(),
                        RoleEngine.evaluate(person, RoleMapping.stored(kept), catalogue, moment)
                                .roles());
            }
        }
    }

    @Property
    void B08_nobodyEverGainsWhatTheGrantorDoesNotHold(
            @ForAll Person person,
            @ForAll RoleMapping before,
            @ForAll RoleMapping proposed,
            @ForAll Set<Permission> held,
            @ForAll Catalogue catalogue) {
        GrantAuthority grantor = GrantAuthority.holding(held);
        Set<Integer> refused = new TreeSet<>();
        grantor.judge(before, proposed, catalogue)
                .forEach(violation ->
                        refused.add(Integer.valueOf(violation.field().replaceAll("\\D", ""))));
        List<MappingRule> allowed = new ArrayList<>();
        for (int position = 0; position < proposed.rules().size(); position++) {
            if (!refused.contains(position)) {
                allowed.add(proposed.rules().get(position));
            }
        }
        for (Instant moment : List.of(NOW.minusSeconds(5), NOW, NOW.plusSeconds(1), NOW.plusSeconds(5000))) {
            SortedSet<Permission> gained = RoleEngine.evaluate(person, RoleMapping.stored(allowed), catalogue, moment)
                    .permissions();
            gained.removeAll(
                    RoleEngine.evaluate(person, before, catalogue, moment).permissions());
            assertTrue(held.containsAll(gained), () -> "gained " + gained + " from somebody who holds " + held);
        }
    }

    @Property
    void B08_aGrantorIsNeverJudgedForWhatStaysOrGoes(@ForAll RoleMapping mapping, @ForAll Catalogue catalogue) {
        RoleMapping fewer = RoleMapping.stored(mapping.rules().stream().skip(1).toList());
        GrantAuthority powerless = GrantAuthority.holding(Set.of());
        assertEquals(List.of(), powerless.judge(mapping, mapping, catalogue));
        assertEquals(List.of(), powerless.judge(mapping, fewer, catalogue));
    }

    private static List<Person> distinct(List<Person> people) {
        Map<String, Person> byId = new HashMap<>();
        people.forEach(person -> byId.put(person.id(), person));
        return List.copyOf(byId.values());
    }

    private static Map<String, SortedSet<Permission>> byPerson(List<Preview.Change> changes) {
        Map<String, SortedSet<Permission>> result = new HashMap<>();
        changes.forEach(change -> result.put(change.person(), change.permissions()));
        return result;
    }
}
