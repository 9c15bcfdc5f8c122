package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.roles.Access;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.CatalogueEntry;
import dev.sallyport.roles.Group;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.MappingRule;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.Role;
import dev.sallyport.roles.RoleEngine;
import dev.sallyport.roles.RoleMapping;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** B08: what is issued is held, whatever is asked for and whatever the token before it said. */
class ExchangedScopeProperties {
    private static final List<String> PERMISSIONS = List.of("a:read", "a:write", "b:read", "b:write");
    private static final GroupSource SOURCE = GroupSource.connection("00000000-0000-7000-8000-000000000001");

    @Property
    void issuedIsHeldByBothAndAskedFor(
            @ForAll("some") Set<String> one,
            @ForAll("some") Set<String> two,
            @ForAll("groups") Set<String> groups,
            @ForAll("names") Set<String> before,
            @ForAll("scopes") Set<String> scopeBefore,
            @ForAll("scopes") Set<String> wanted) {
        Catalogue catalogue = catalogue(one, two);
        Access access = access(catalogue, groups);
        Set<String> held = access.permissions().stream().map(Permission::name).collect(Collectors.toSet());
        ExchangedScope issued;
        try {
            issued = ExchangedScope.of(
                    List.copyOf(wanted), List.copyOf(scopeBefore), access, catalogue, before::contains);
        } catch (OAuthError refused) {
            assertEquals("invalid_scope", refused.code());
            assertTrue(wanted.stream()
                    .anyMatch(w -> !scopeBefore.contains(w) || !held.contains(w) || !before.contains(w)));
            return;
        }
        Set<String> permissions = issued.allowance().permissions();
        assertTrue(held.containsAll(permissions), "more than the person holds");
        assertTrue(before.containsAll(permissions), "more than the token before");
        assertTrue(access.roles().containsAll(issued.allowance().roles()), "roles of nobody");
        for (String role : issued.allowance().roles()) {
            assertTrue(
                    catalogue.role(role).orElseThrow().permissions().stream()
                            .allMatch(p -> permissions.contains(p.name())),
                    "a role says more than the permissions");
        }
        if (wanted.stream().anyMatch(PERMISSIONS::contains)) {
            assertTrue(wanted.containsAll(permissions), "more than was asked for");
        }
        Set<String> openId = new HashSet<>(issued.names());
        openId.retainAll(AuthorizeRequest.SCOPES);
        assertTrue(scopeBefore.containsAll(openId), "an OpenID scope out of nothing");
    }

    @Provide
    Arbitrary<Set<String>> names() {
        return Arbitraries.of(PERMISSIONS).set();
    }

    @Provide
    Arbitrary<Set<String>> some() {
        return Arbitraries.of(PERMISSIONS).set().ofMinSize(1);
    }

    @Provide
    Arbitrary<Set<String>> groups() {
        return Arbitraries.of("g1", "g2", "g3").set();
    }

    @Provide
    Arbitrary<Set<String>> scopes() {
        return Arbitraries.of("openid", "email", "a:read", "a:write", "b:write", "unknown")
                .set();
    }

    private static Catalogue catalogue(Set<String> one, Set<String> two) {
        return Catalogue.check(
                        PERMISSIONS.stream().map(p -> CatalogueEntry.of(p, p)).toList(),
                        List.of(role("one", one), role("two", two)))
                .orElseThrow();
    }

    private static Role role(String name, Set<String> permissions) {
        return Role.of(name, permissions.stream().map(Permission::new).toList(), "");
    }

    private static Access access(Catalogue catalogue, Set<String> groups) {
        return RoleEngine.evaluate(
                groups.stream().map(g -> new Group(SOURCE, g)).toList(),
                List.of(),
                RoleMapping.stored(
                        List.of(MappingRule.of("1", SOURCE, "g1", "one"), MappingRule.of("2", SOURCE, "g2", "two"))),
                catalogue,
                Instant.EPOCH);
    }
}
