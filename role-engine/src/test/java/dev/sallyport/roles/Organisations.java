package dev.sallyport.roles;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.DomainContextBase;

/**
 * Small generated worlds. The pools are narrow so that groups, sources, roles and expiry dates collide all the time;
 * the group names are those that go wrong elsewhere.
 */
final class Organisations extends DomainContextBase {

    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final List<String> GROUP_NAMES = List.of(
            "admin",
            "platform-admin",
            "tenant:admin",
            "owner",
            "Admin",
            " admin",
            "admin,owner",
            "admin owner",
            "admin/owner",
            "*",
            "eng-*",
            "");

    private static final List<GroupSource> SOURCES =
            List.of(GroupSource.scim(), GroupSource.connection("okta"), GroupSource.connection("entra"));

    private static final List<Permission> PERMISSIONS = IntStream.range(0, 6)
            .mapToObj(number -> new Permission("p" + number))
            .toList();

    private static final List<String> ROLE_NAMES = List.of("admin", "owner", "reader", "writer", "auditor");

    @Provide
    Arbitrary<Group> groups() {
        return Combinators.combine(Arbitraries.of(SOURCES), Arbitraries.of(GROUP_NAMES))
                .as(Group::new);
    }

    @Provide
    Arbitrary<Permission> permissions() {
        return Arbitraries.of(PERMISSIONS);
    }

    @Provide
    Arbitrary<Catalogue> catalogues() {
        Arbitrary<Boolean> platform =
                Arbitraries.frequencyOf(Tuple.of(5, Arbitraries.just(false)), Tuple.of(1, Arbitraries.just(true)));
        Arbitrary<List<Boolean>> flags = platform.list().ofSize(PERMISSIONS.size());
        Arbitrary<List<Set<Permission>>> bundles = Arbitraries.of(PERMISSIONS)
                .set()
                .ofMinSize(1)
                .ofMaxSize(3)
                .list()
                .ofSize(ROLE_NAMES.size() - 1);
        return Combinators.combine(flags, bundles).as(Organisations::catalogue);
    }

    private static Catalogue catalogue(List<Boolean> platform, List<Set<Permission>> bundles) {
        List<CatalogueEntry> entries = IntStream.range(0, PERMISSIONS.size())
                .mapToObj(number -> new CatalogueEntry(PERMISSIONS.get(number), "", platform.get(number)))
                .toList();
        List<Role> roles = IntStream.range(0, bundles.size())
                .mapToObj(number -> Role.of(ROLE_NAMES.get(number), bundles.get(number), ""))
                .toList();
        return Catalogue.check(entries, roles).orElseThrow();
    }

    @Provide
    Arbitrary<MappingRule> rules() {
        Arbitrary<Set<String>> roles =
                Arbitraries.of(ROLE_NAMES).set().ofMinSize(1).ofMaxSize(2);
        return Combinators.combine(groups(), roles, ends(), ids())
                .as((group, given, end, id) ->
                        new MappingRule(id, group.source(), group.value(), given, end, Optional.empty()));
    }

    @Provide
    Arbitrary<RoleMapping> mappings() {
        return rules().list().ofMaxSize(12).uniqueElements(MappingRule::id).map(RoleMapping::stored);
    }

    @Provide
    Arbitrary<DirectGrant> directGrants() {
        return Combinators.combine(ids(), Arbitraries.of(ROLE_NAMES), ends())
                .as((id, role, end) -> new DirectGrant(id, role, end, Optional.empty()));
    }

    @Provide
    Arbitrary<Person> people() {
        return Combinators.combine(
                        ids(),
                        groups().set().ofMaxSize(6),
                        directGrants().list().ofMaxSize(2).uniqueElements(DirectGrant::id))
                .as(Person::new);
    }

    private static Arbitrary<Optional<Instant>> ends() {
        return Arbitraries.of(-1, 0, 1, 1000).map(NOW::plusSeconds).optional(0.5);
    }

    private static Arbitrary<String> ids() {
        return Arbitraries.integers().between(1, 500).map(number -> "id" + number);
    }

    /** The meaning of the rules written down as plainly as possible, to compare the engine with. */
    static boolean plainlyHolds(
            Person person, Permission permission, Collection<MappingRule> rules, Catalogue catalogue, Instant now) {
        boolean byGroup = rules.stream()
                .filter(rule -> rule.expiresAt().isEmpty()
                        || now.isBefore(rule.expiresAt().get()))
                .filter(rule -> person.groups().contains(new Group(rule.source(), rule.groupValue())))
                .flatMap(rule -> rule.roles().stream())
                .flatMap(role -> catalogue.role(role).stream())
                .filter(role -> role.permissions().stream().noneMatch(catalogue::isPlatform))
                .anyMatch(role -> role.permissions().contains(permission));
        boolean byHand = person.directGrants().stream()
                .filter(grant -> grant.expiresAt().isEmpty()
                        || now.isBefore(grant.expiresAt().get()))
                .flatMap(grant -> catalogue.role(grant.role()).stream())
                .anyMatch(role -> role.permissions().contains(permission));
        return byGroup || byHand;
    }
}
