package dev.sallyport.roles;

import static dev.sallyport.roles.Example.CATALOGUE;
import static dev.sallyport.roles.Example.OPERATE;
import static dev.sallyport.roles.Example.READ;
import static dev.sallyport.roles.Example.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "Read", "1read", "read all", "read,write", "read\n", "é", "*"})
    void malformedPermissionNamesAreRefused(String name) {
        assertTrue(Permission.parse(name).isEmpty());
        assertThrows(IllegalArgumentException.class, () -> new Permission(name));
    }

    @Test
    void aPermissionNameHasAtMost64Characters() {
        assertTrue(Permission.parse("a".repeat(64)).isPresent());
        assertTrue(Permission.parse("a".repeat(65)).isEmpty());
    }

    @Test
    void sixtyFourPermissionsAreTheLimit() {
        assertEquals(List.of(), Catalogue.check(permissions(64), List.of()).violations());
        assertEquals(
                List.of(new Violation("permissions", "There are 65 permissions; the limit is 64.")),
                Catalogue.check(permissions(65), List.of()).violations());
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        List<String> fields = Catalogue.check(
                        List.of(CatalogueEntry.of("a", ""), CatalogueEntry.platform("a", "")),
                        List.of(
                                Role.of("ghost", Set.of(READ), ""),
                                Role.of("empty", Set.of(), ""),
                                Role.of("Bad Name", Set.of(new Permission("a")), ""),
                                Role.of("twice", Set.of(new Permission("a")), ""),
                                Role.of("twice", Set.of(new Permission("a")), "")))
                .violations()
                .stream()
                .map(Violation::field)
                .toList();
        assertEquals(
                List.of(
                        "permissions[1].name",
                        "roles[ghost].permissions",
                        "roles[empty].permissions",
                        "roles[Bad Name].name",
                        "roles[twice].name"),
                fields);
    }

    @Test
    void rolesWithPlatformPermissionsAreNotForTenants() {
        assertTrue(CATALOGUE.isMappable("admin"));
        assertFalse(CATALOGUE.isMappable("operator"));
        assertFalse(CATALOGUE.isMappable("nonsense"));
        assertEquals(Set.of("viewer", "accountant"), CATALOGUE.rolesWith(READ));
    }

    @Test
    void aPermissionThatARoleHoldsCannotVanish() {
        Catalogue withoutWrite = catalogue(Role.of("accountant", Set.of(READ), ""), READ, OPERATE);
        assertEquals(
                List.of("permissions"),
                judge(catalogue(Role.of("accountant", Set.of(READ, WRITE), ""), READ, WRITE), withoutWrite));
        assertEquals(List.of(), judge(catalogue(Role.of("accountant", Set.of(READ), ""), READ, WRITE), withoutWrite));
    }

    @Test
    void aRoleInUseCannotVanishAndAMappedOneCannotBecomeAPlatformRole() {
        Catalogue before = catalogue(Role.of("used", Set.of(READ), ""), READ, OPERATE);
        Catalogue gone = catalogue(Role.of("other", Set.of(READ), ""), READ, OPERATE);
        Catalogue raised = catalogue(Role.of("used", Set.of(READ, OPERATE), ""), READ, OPERATE);
        assertEquals(
                1, CatalogueChange.judge(before, gone, Set.of("used"), Set.of()).size());
        assertEquals(
                1, CatalogueChange.judge(before, gone, Set.of(), Set.of("used")).size());
        assertEquals(0, CatalogueChange.judge(before, gone, Set.of(), Set.of()).size());
        assertEquals(
                1,
                CatalogueChange.judge(before, raised, Set.of("used"), Set.of()).size());
        assertEquals(
                0,
                CatalogueChange.judge(before, raised, Set.of(), Set.of("used")).size());
    }

    private static List<String> judge(Catalogue before, Catalogue after) {
        return CatalogueChange.judge(before, after, Set.of(), Set.of()).stream()
                .map(Violation::field)
                .toList();
    }

    private static Catalogue catalogue(Role role, Permission... permissions) {
        return Catalogue.check(
                        List.of(permissions).stream()
                                .map(name -> new CatalogueEntry(name, "", name.equals(OPERATE)))
                                .toList(),
                        List.of(role))
                .orElseThrow();
    }

    private static Collection<CatalogueEntry> permissions(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> CatalogueEntry.of("p" + number, ""))
                .toList();
    }
}
