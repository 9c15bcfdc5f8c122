package dev.sallyport.tenant.mapping;

import static dev.sallyport.outbound.Waiting.await;
import static dev.sallyport.outbound.Waiting.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.database.TenantId;
import dev.sallyport.roles.CatalogueEntry;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.MappingRule;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.Role;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.setup.House;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The platform's catalogue")
class CataloguesTest {
    private static House house;

    @BeforeAll
    static void start() {
        house = new House();
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        try (var owner = house.testDatabase.asOwner();
                var statement = owner.createStatement()) {
            statement.executeUpdate("DELETE FROM tenants");
            statement.executeUpdate("DELETE FROM roles");
            statement.executeUpdate("DELETE FROM permissions");
        }
        house.cache.dropAll();
    }

    private StoredRole put(Role role) {
        return await(house.catalogues.putRole(role, Optional.empty(), "operator"));
    }

    private MappingRefused refused(Role role) {
        return failure(MappingRefused.class, house.catalogues.putRole(role, Optional.empty(), "operator"));
    }

    @Test
    void alwaysHasTenantAdminAndTenantsMayMapIt() {
        assertTrue(await(house.catalogues.current()).contains(Permission.TENANT_ADMIN));
        put(House.role("owner", "", "tenant:admin"));
        assertTrue(await(house.catalogues.current()).isMappable("owner"));
        await(house.catalogues.putPermissions(
                List.of(CatalogueEntry.of("a:b", ""), CatalogueEntry.platform("tenant:admin", "")), "operator"));
        assertTrue(await(house.catalogues.current()).isMappable("owner"), "it never becomes the platform's own");
        await(house.catalogues.putPermissions(List.of(), "operator"));
        assertEquals(1, await(house.catalogues.current()).permissions().size());
    }

    @Test
    void isKeptAndAudited() {
        house.catalogue();
        assertEquals(3, await(house.catalogues.roles()).size());
        assertEquals(
                List.of("invoice:read", "invoice:write"),
                await(house.catalogues.role("editor")).orElseThrow().role().permissions().stream()
                        .map(Permission::name)
                        .toList());
        assertTrue(house.audit(TenantId.PLATFORM).containsAll(List.of("permissions.replaced", "role.saved")));
    }

    @Test
    void aPermissionThatARoleHoldsCannotVanish() {
        house.catalogue();
        MappingRefused refused = failure(
                MappingRefused.class,
                house.catalogues.putPermissions(List.of(CatalogueEntry.of("invoice:read", "")), "operator"));
        assertEquals(MappingRefused.Kind.IN_USE, refused.kind());
        assertTrue(refused.getMessage().contains("invoice:write"));
        put(House.role("editor", "", "invoice:read"));
        await(house.catalogues.putPermissions(List.of(CatalogueEntry.of("invoice:read", "")), "operator"));
        assertFalse(await(house.catalogues.current()).contains(new Permission("invoice:write")));
    }

    @Test
    void aRoleThatIsMappedCannotVanish() {
        house.catalogue();
        Tenant tenant = house.tenant("acme");
        await(house.mappings.save(
                tenant.id(),
                List.of(MappingRule.of("new", GroupSource.scim(), "staff", "viewer")),
                Optional.empty(),
                "operator"));
        assertEquals(
                MappingRefused.Kind.IN_USE,
                failure(MappingRefused.class, house.catalogues.deleteRole("viewer", Optional.empty(), "operator"))
                        .kind());
        assertTrue(await(house.catalogues.deleteRole("editor", Optional.empty(), "operator")));
        assertFalse(await(house.catalogues.deleteRole("editor", Optional.empty(), "operator")));
    }

    @Test
    @DisplayName("B08 a role that tenants may map cannot take up a permission of the platform")
    void platformPermissionsStayOut() {
        house.catalogue();
        assertEquals(
                MappingRefused.Kind.IN_USE,
                refused(House.role("viewer", "", "invoice:read", "platform:operate"))
                        .kind());
        put(House.role("operators", "", "platform:operate"));
        assertFalse(await(house.catalogues.current()).isMappable("operators"));
    }

    @Test
    void whatIsMalformedIsRefused() {
        house.catalogue();
        assertEquals(
                MappingRefused.Kind.INVALID,
                refused(House.role("Bad Name", "", "invoice:read")).kind());
        assertEquals(
                MappingRefused.Kind.INVALID, refused(House.role("empty", "")).kind());
        assertEquals(
                MappingRefused.Kind.INVALID,
                refused(House.role("unknown", "", "no:such")).kind());
        assertEquals(3, await(house.catalogues.roles()).size());
    }

    @Test
    void changesAskForTheVersionTheyWereMadeFor() {
        StoredRole first = put(House.role("r", "", "tenant:admin"));
        StoredRole second = await(house.catalogues.putRole(
                House.role("r", "better", "tenant:admin"), Optional.of(first.version()), "operator"));
        assertTrue(second.version() > first.version());
        failure(VersionChanged.class, house.catalogues.putRole(first.role(), Optional.of(first.version()), "operator"));
        failure(VersionChanged.class, house.catalogues.deleteRole("r", Optional.of(first.version()), "operator"));
    }
}
