package dev.sallyport.broker.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.bulk.ImportPlan.Planned;
import dev.sallyport.broker.bulk.ImportPlan.Step;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.CatalogueEntry;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.Role;
import dev.sallyport.tenant.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What the plan of an import promises, whatever the file and whoever is known. */
class ImportPlanProperties {
    private static final List<String> NAMES = List.of("ann", "bob", "cem", "dag", "eli", "fei");
    private static final Catalogue CATALOGUE = Catalogue.check(
                    List.of(CatalogueEntry.of("reports:read", ""), CatalogueEntry.platform("platform:all", "")),
                    List.of(
                            Role.of("reader", List.of(new Permission("reports:read")), ""),
                            Role.of("super", List.of(new Permission("platform:all")), "")))
            .orElseThrow();

    @Property
    void everyRowIsPlannedOnceAndInItsPlace(@ForAll("files") List<PersonRow> rows, @ForAll("people") Known known) {
        List<Planned> plan = ImportPlan.of(rows, known, CATALOGUE);
        assertEquals(rows, plan.stream().map(Planned::row).toList());
    }

    @Property
    void nobodyIsCreatedWhoIsKnownOrWasTurnedOff(@ForAll("files") List<PersonRow> rows, @ForAll("people") Known known) {
        for (Planned planned : ImportPlan.of(rows, known, CATALOGUE)) {
            if (planned.step() == Step.CREATE) {
                String name = planned.row().userName();
                assertFalse(known.byName().containsKey(name));
                assertFalse(known.left().contains(name), "A15");
                assertTrue(planned.user().isEmpty());
            }
        }
    }

    @Property
    void whatChangesIsWithoutFaultAndGivesNoPlatformRole(
            @ForAll("files") List<PersonRow> rows, @ForAll("people") Known known) {
        for (Planned planned : ImportPlan.of(rows, known, CATALOGUE)) {
            if (planned.step().changes()) {
                assertTrue(planned.row().faults().isEmpty());
                assertTrue(planned.row().roles().stream().allMatch(CATALOGUE::isMappable), "B06");
                planned.user()
                        .ifPresent(user -> assertFalse(
                                known.byName().get(planned.row().userName()).suspended()));
            }
        }
    }

    @Property
    void aSubjectNeverMovesToAnotherAccount(@ForAll("files") List<PersonRow> rows, @ForAll("people") Known known) {
        for (Planned planned : ImportPlan.of(rows, known, CATALOGUE)) {
            if (planned.step().changes()) {
                planned.row()
                        .subject()
                        .map(known.bySubject()::get)
                        .ifPresent(owner -> assertEquals(Optional.of(owner), planned.user(), "F06"));
            }
        }
    }

    @Property
    void afterItWasAppliedTheSameFileChangesNothing(
            @ForAll("files") List<PersonRow> rows, @ForAll("people") Known known) {
        List<Planned> plan = ImportPlan.of(rows, known, CATALOGUE);
        for (Planned again : ImportPlan.of(rows, after(plan, known), CATALOGUE)) {
            assertFalse(again.step().changes(), again.toString());
        }
    }

    /** What is known when a plan has been carried out. */
    private static Known after(List<Planned> plan, Known known) {
        Map<String, Known.Account> byName = new HashMap<>(known.byName());
        Map<String, UserId> bySubject = new HashMap<>(known.bySubject());
        for (Planned planned : plan) {
            if (planned.step().changes()) {
                PersonRow row = planned.row();
                Known.Account before = byName.getOrDefault(row.userName(), blank());
                Set<String> roles = new HashSet<>(before.roles());
                roles.addAll(row.roles());
                byName.put(
                        row.userName(),
                        new Known.Account(
                                before.id(),
                                false,
                                before.fromDirectory(),
                                row.email().or(before::email),
                                row.displayName().or(before::displayName),
                                row.givenName().or(before::givenName),
                                row.familyName().or(before::familyName),
                                before.linked(),
                                before.awaits() || !before.linked(),
                                before.linked()
                                        ? before.awaitedSubject()
                                        : row.subject().or(before::awaitedSubject),
                                row.groups().map(Set::copyOf).orElse(before.groups()),
                                roles));
                if (!before.linked()) {
                    row.subject().ifPresent(subject -> bySubject.put(subject, before.id()));
                }
            }
        }
        return new Known(byName, known.left(), bySubject, known.awaitedNames());
    }

    private static Known.Account blank() {
        return new Known.Account(
                new UserId(UUID.randomUUID()),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                Set.of(),
                Set.of());
    }

    @Provide
    Arbitrary<List<PersonRow>> files() {
        Arbitrary<PersonRow> row = Combinators.combine(
                        Arbitraries.of(NAMES),
                        Arbitraries.of("a@x.example", "b@x.example").optional(),
                        Arbitraries.of("A", "B").optional(),
                        Arbitraries.of("g1", "g2", "g3")
                                .list()
                                .uniqueElements()
                                .ofMaxSize(3)
                                .optional(),
                        Arbitraries.of("reader", "super", "unknown")
                                .list()
                                .uniqueElements()
                                .ofMaxSize(1),
                        Arbitraries.of("s1", "s2", "s3").optional(),
                        Arbitraries.of(List.<String>of(), List.<String>of(), List.of("wrong")))
                .as((name, email, display, groups, roles, subject, faults) -> new PersonRow(
                        1,
                        name,
                        email,
                        display,
                        Optional.empty(),
                        Optional.empty(),
                        groups.filter(g -> !g.isEmpty()),
                        roles,
                        subject,
                        faults));
        // As the reader of files leaves it: a name and a subject stand in one sound row only.
        return row.list().ofMaxSize(6).map(rows -> {
            Set<String> names = new HashSet<>();
            Set<String> subjects = new HashSet<>();
            List<PersonRow> kept = new ArrayList<>();
            for (PersonRow one : rows) {
                if (names.add(one.userName())
                        && one.subject().map(subjects::add).orElse(true)) {
                    kept.add(one);
                }
            }
            return kept;
        });
    }

    @Provide
    Arbitrary<Known> people() {
        Arbitrary<Known.Account> account = Combinators.combine(
                        Arbitraries.of(true, false, false, false),
                        Arbitraries.of(true, false),
                        Arbitraries.of("a@x.example", "b@x.example").optional(),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        Arbitraries.of("g1", "g2").set().ofMaxSize(2))
                .as((suspended, directory, email, linked, awaits, groups) -> new Known.Account(
                        new UserId(UUID.randomUUID()),
                        suspended,
                        directory,
                        email,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        linked,
                        awaits && !linked,
                        Optional.empty(),
                        groups,
                        Set.of()));
        return Combinators.combine(
                        Arbitraries.maps(Arbitraries.of(NAMES), account).ofMaxSize(4),
                        Arbitraries.of("ann", "bob", "a@x.example").set().ofMaxSize(2),
                        Arbitraries.of("s1", "s2").set().ofMaxSize(1),
                        Arbitraries.of(0, 1, 2, 3))
                .as((byName, left, subjects, pick) -> {
                    List<Known.Account> all = List.copyOf(byName.values());
                    Map<String, UserId> bySubject = new HashMap<>();
                    subjects.forEach(subject -> bySubject.put(
                            subject,
                            all.isEmpty() || pick >= all.size()
                                    ? new UserId(UUID.randomUUID())
                                    : all.get(pick).id()));
                    Set<String> gone = new HashSet<>(left);
                    gone.removeAll(byName.keySet());
                    return new Known(byName, gone, bySubject, Map.of());
                });
    }
}
