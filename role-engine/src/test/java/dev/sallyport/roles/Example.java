package dev.sallyport.roles;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The small company that the example tests talk about. */
final class Example {

    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final Instant YESTERDAY = NOW.minusSeconds(86_400);
    static final Instant TOMORROW = NOW.plusSeconds(86_400);

    static final GroupSource OKTA = GroupSource.connection("con_okta");
    static final GroupSource ENTRA = GroupSource.connection("con_entra");

    static final Permission READ = new Permission("invoice:read");
    static final Permission WRITE = new Permission("invoice:write");
    static final Permission OPERATE = new Permission("platform:operate");

    static final Catalogue CATALOGUE = Catalogue.check(
                    List.of(
                            CatalogueEntry.of("invoice:read", "See invoices"),
                            CatalogueEntry.of("invoice:write", "Change invoices"),
                            CatalogueEntry.of("tenant:admin", "Administer the tenant"),
                            CatalogueEntry.platform("platform:operate", "Operate the platform")),
                    List.of(
                            Role.of("viewer", Set.of(READ), "Looks at invoices"),
                            Role.of("accountant", Set.of(READ, WRITE), "Keeps the books"),
                            Role.of("admin", Set.of(Permission.TENANT_ADMIN), "Runs the tenant"),
                            Role.of("operator", Set.of(OPERATE), "Runs the platform")))
            .orElseThrow();

    private Example() {}

    static RoleMapping mapping(MappingRule... rules) {
        return RoleMapping.check(List.of(rules), CATALOGUE).orElseThrow();
    }

    static Person person(String id, Group... groups) {
        return Person.in(id, List.of(groups));
    }

    static Access access(Person person, RoleMapping mapping) {
        return RoleEngine.evaluate(person, mapping, CATALOGUE, NOW);
    }
}
