package dev.sallyport.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.scim.reconcile.Decision.Admit;
import dev.sallyport.scim.reconcile.Decision.Hold;
import dev.sallyport.scim.reconcile.Decision.Remove;
import dev.sallyport.scim.reconcile.Decision.Skip;
import dev.sallyport.scim.reconcile.Decision.Suspect;
import dev.sallyport.scim.reconcile.Decision.Update;
import dev.sallyport.scim.reconcile.Known.Standing;
import dev.sallyport.tenant.UserId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What the plan promises for every directory and every population. */
class ReconcilePlanPropertiesTest {
    /** A directory as read, the people we know, and the brakes. */
    record World(List<Entry> entries, List<Known> known, Brakes brakes) {
        Snapshot whole() {
            return Snapshot.complete(entries.size());
        }

        ReconcilePlan plan(Snapshot snapshot) {
            return ReconcilePlan.of(snapshot, entries, known, brakes);
        }
    }

    @Property(tries = 500)
    @Label("F02: from a read that is not complete nobody's absence follows")
    void incompleteReadsRemoveNobodyForBeingAbsent(@ForAll("worlds") World world) {
        ReconcilePlan plan =
                world.plan(Snapshot.incomplete("page 3 failed", world.entries().size(), 99, 99));
        Set<String> inactive = world.entries().stream()
                .filter(entry -> !entry.active())
                .map(Entry::resourceId)
                .collect(Collectors.toSet());
        assertEquals(List.of(), plan.all(Suspect.class));
        plan.all(Remove.class).forEach(remove -> assertTrue(inactive.contains(remove.resourceId())));
        plan.all(Hold.class).forEach(hold -> assertTrue(inactive.contains(hold.resourceId())));
    }

    @Property(tries = 500)
    @Label("F01: removals never exceed the brake, and an empty read removes nobody")
    void removalsStayWithinTheBrake(@ForAll("worlds") World world) {
        ReconcilePlan plan = world.plan(world.whole());
        int leaving = plan.all(Remove.class).size() + plan.all(Suspect.class).size();
        assertTrue(leaving <= world.brakes().allowance());
        if (world.entries().isEmpty()) {
            assertEquals(0, leaving);
        }
    }

    @Property(tries = 500)
    @Label("I11: the last administrators are never removed by machine")
    void anAdministratorStays(@ForAll("worlds") World world) {
        ReconcilePlan plan = world.plan(world.whole());
        Set<UserId> leaving = plan.decisions().stream()
                .filter(decision -> decision instanceof Remove || decision instanceof Suspect)
                .map(decision -> decision.user().orElseThrow())
                .collect(Collectors.toSet());
        Set<UserId> admins = new HashSet<>(world.brakes().admins());
        admins.removeAll(leaving);
        assertTrue(world.brakes().admins().isEmpty() || !admins.isEmpty());
    }

    @Property(tries = 500)
    @Label("every known person who is absent is in exactly one bucket, and nobody is in two")
    void oneBucketEach(@ForAll("worlds") World world) {
        ReconcilePlan plan = world.plan(world.whole());
        Map<String, Long> buckets = plan.decisions().stream()
                .collect(Collectors.groupingBy(Decision::resourceId, TreeMap::new, Collectors.counting()));
        buckets.forEach((resource, count) -> assertEquals(1L, count, resource));
        Set<String> present = world.entries().stream().map(Entry::resourceId).collect(Collectors.toSet());
        world.known().stream()
                .filter(known -> known.standing() != Standing.OFF && !present.contains(known.resourceId()))
                .forEach(known -> assertTrue(buckets.containsKey(known.resourceId())));
    }

    @Property(tries = 300)
    @Label("the order of reading does not matter")
    void orderIndependent(@ForAll("worlds") World world, @ForAll long seed) {
        List<Entry> entries = new ArrayList<>(world.entries());
        List<Known> known = new ArrayList<>(world.known());
        java.util.Collections.shuffle(entries, new Random(seed));
        java.util.Collections.shuffle(known, new Random(seed + 1));
        assertEquals(world.plan(world.whole()), ReconcilePlan.of(world.whole(), entries, known, world.brakes()));
    }

    @Property(tries = 300)
    @Label("F06: two entries with the same user name or external id admit and change nobody")
    void duplicatesAreQuarantined(@ForAll("worlds") World world) {
        ReconcilePlan plan = world.plan(world.whole());
        Set<String> touched = plan.decisions().stream()
                .filter(decision -> decision instanceof Admit || decision instanceof Update)
                .map(Decision::resourceId)
                .collect(Collectors.toSet());
        for (Entry one : world.entries()) {
            for (Entry other : world.entries()) {
                boolean same = one.userName().equalsIgnoreCase(other.userName())
                        || (!one.externalId().isEmpty() && one.externalId().equals(other.externalId()));
                if (!one.resourceId().equals(other.resourceId()) && same) {
                    assertTrue(!touched.contains(one.resourceId()));
                }
            }
        }
    }

    @Property(tries = 500)
    @Label("a plan that was carried out leaves nothing to do")
    void converges(@ForAll("worlds") World world) {
        ReconcilePlan plan = world.plan(world.whole());
        World after = new World(world.entries(), applied(world, plan), world.brakes());
        ReconcilePlan again = after.plan(after.whole());
        assertEquals(List.of(), again.all(Admit.class));
        assertEquals(List.of(), again.all(Update.class));
        assertEquals(List.of(), again.all(Remove.class));
        assertEquals(List.of(), again.all(Suspect.class));
        assertEquals(plan.all(Hold.class), again.all(Hold.class));
        assertEquals(
                plan.all(Skip.class).stream().map(Skip::resourceId).toList(),
                again.all(Skip.class).stream().map(Skip::resourceId).toList());
    }

    private static List<Known> applied(World world, ReconcilePlan plan) {
        Map<String, Known> people = world.known().stream().collect(Collectors.toMap(Known::resourceId, known -> known));
        Map<String, Entry> entries =
                world.entries().stream().collect(Collectors.toMap(Entry::resourceId, entry -> entry));
        plan.decisions().stream()
                .map(decision -> decision instanceof Suspect suspect
                        ? ReconcilePlan.confirmed(suspect, Confirmation.GONE)
                        : decision)
                .forEach(decision -> {
                    if (decision instanceof Admit || decision instanceof Update) {
                        Entry entry = entries.get(decision.resourceId());
                        UserId user = decision.user().orElseGet(() -> new UserId(UUID.randomUUID()));
                        people.put(
                                entry.resourceId(),
                                new Known(user, entry.resourceId(), "", true, Standing.LIVE, entry.fingerprint()));
                    } else if (decision instanceof Remove) {
                        Known known = people.get(decision.resourceId());
                        people.put(
                                known.resourceId(),
                                new Known(known.user(), known.resourceId(), "", false, Standing.OFF, ""));
                    }
                });
        return List.copyOf(people.values());
    }

    @Provide
    Arbitrary<World> worlds() {
        Arbitrary<Entry> entry = Combinators.combine(
                        Arbitraries.integers().between(0, 14),
                        Arbitraries.integers().between(0, 25),
                        Arbitraries.of("", "", "x1", "x2"),
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(6, Arbitraries.just(true)),
                                net.jqwik.api.Tuple.of(1, Arbitraries.just(false))),
                        Arbitraries.of("f1", "f2"),
                        Arbitraries.of("", "", "", "", "no_user_name"))
                .as((id, name, external, active, fingerprint, problem) ->
                        new Entry("r" + id, external, "n" + name, active, fingerprint, problem));
        Arbitrary<Known> known = Combinators.combine(
                        Arbitraries.integers().between(0, 14),
                        Arbitraries.of(true, true, true, false),
                        Arbitraries.of(Standing.LIVE, Standing.LIVE, Standing.LIVE, Standing.SUSPENDED, Standing.OFF),
                        Arbitraries.of("f1", "f2", ""))
                .as((id, vouched, standing, fingerprint) -> new Known(
                        new UserId(new UUID(0, id)), "r" + id, "person " + id, vouched, standing, fingerprint));
        Arbitrary<Set<UserId>> admins = Arbitraries.integers()
                .between(0, 14)
                .map(id -> new UserId(new UUID(0, id)))
                .set()
                .ofMaxSize(3);
        return Combinators.combine(
                        entry.list().ofMaxSize(14).uniqueElements(Entry::resourceId),
                        known.list().ofMaxSize(14).uniqueElements(Known::resourceId),
                        Arbitraries.integers().between(0, 15),
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.integers().between(0, 20),
                        admins)
                .as((entries, people, most, ratio, removed, administrators) ->
                        new World(entries, people, new Brakes(most, ratio, people.size(), removed, administrators)));
    }

    @Property(tries = 200)
    @Label("a suspicion becomes a removal only by 404 or inactive")
    void confirmation(@ForAll Confirmation confirmation) {
        Suspect suspect = new Suspect("r", Optional.of(new UserId(new UUID(0, 1))), "absent");
        boolean removed = ReconcilePlan.confirmed(suspect, confirmation) instanceof Remove;
        assertEquals(confirmation == Confirmation.GONE || confirmation == Confirmation.INACTIVE, removed);
    }
}
