package dev.sallyport.tenant.mapping;

import static dev.sallyport.outbound.Waiting.await;
import static dev.sallyport.outbound.Waiting.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.database.TenantId;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.MappingRule;
import dev.sallyport.roles.Permission;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionSettings;
import dev.sallyport.tenant.setup.House;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A tenant's role mapping")
class RoleMappingsTest {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static House house;
    private Tenant tenant;
    private Connection connection;

    @BeforeAll
    static void start() {
        house = new House();
        house.catalogue();
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    @BeforeEach
    void another() {
        tenant = house.tenant("acme" + COUNT.incrementAndGet());
        connection = await(house.connections.create(
                tenant.id(),
                ConnectionSettings.of("SSO", house.idp.issuer(), "sallyport", Optional.of("secret")),
                "operator"));
    }

    private static MappingRule scim(String group, String... roles) {
        return MappingRule.of("new-" + group, GroupSource.scim(), group, roles);
    }

    private StoredMapping save(MappingRule... rules) {
        return await(house.mappings.save(tenant.id(), List.of(rules), Optional.empty(), "operator"));
    }

    private MappingRefused refused(MappingRule... rules) {
        return failure(
                MappingRefused.class, house.mappings.save(tenant.id(), List.of(rules), Optional.empty(), "operator"));
    }

    private UUID person(String name, String status, String... groups) {
        UUID user = UUID.randomUUID();
        TenantId id = tenant.id();
        await(house.database
                .tenants()
                .query(
                        id,
                        "INSERT INTO users (tenant_id, id, status, user_name, source, status_cause) VALUES ($1, $2, $3, $4, 'scim', 'x')",
                        Tuple.of(id.value(), user, status, name)));
        for (String group : groups) {
            await(house.database.tenants().query(id, """
                    WITH g AS (INSERT INTO groups (tenant_id, id, source, value) VALUES ($1, $2, 'scim', $4)
                               ON CONFLICT (tenant_id, source, value) DO UPDATE SET value = excluded.value RETURNING id)
                    INSERT INTO memberships (tenant_id, user_id, group_id) SELECT $1, $3, g.id FROM g""", Tuple.of(id.value(), UUID.randomUUID(), user, group)));
        }
        return user;
    }

    @Test
    void isNothingUntilItIsSaved() {
        StoredMapping none = await(house.mappings.load(tenant.id()));
        assertTrue(none.mapping().rules().isEmpty());
        assertEquals(0, none.version());
    }

    @Test
    void isReadAsItWasSavedAndRulesKeepTheirIds() {
        Instant end = Instant.parse("2027-01-01T00:00:00Z");
        GroupSource sso = GroupSource.connection(connection.id().toString());
        StoredMapping saved = save(
                scim("staff, all", "viewer", "editor").until(end).because("project"),
                MappingRule.of("x", sso, "staff, all", "admin"));
        StoredMapping loaded = await(house.mappings.load(tenant.id()));
        assertEquals(
                Set.copyOf(saved.mapping().rules()), Set.copyOf(loaded.mapping().rules()));
        assertEquals(1, loaded.version());
        List<MappingRule> kept = loaded.mapping().rules();
        StoredMapping again = save(kept.get(0), scim("more", "viewer"));
        assertEquals(kept.get(0).id(), again.mapping().rules().get(0).id());
        assertEquals(2, await(house.mappings.load(tenant.id())).version());
        assertTrue(house.audit(tenant.id()).contains("role_mapping.replaced"));
    }

    @Test
    void whatIsWrongIsNamed() {
        assertEquals(
                "rules[0].roles", refused(scim("a", "root")).violations().get(0).field());
        assertEquals(
                "rules[1].source",
                refused(scim("a", "viewer"), MappingRule.of("x", GroupSource.connection("nobody"), "a", "viewer"))
                        .violations()
                        .get(0)
                        .field());
        assertEquals(MappingRefused.Kind.INVALID, refused(scim("", "viewer")).kind());
        assertEquals(0, await(house.mappings.load(tenant.id())).version());
    }

    @Test
    @DisplayName("B01 a rule cannot name another tenant's connection, nor take over another tenant's rule")
    void otherTenantsStayOut() {
        Tenant other = house.tenant("globex");
        GroupSource foreign = GroupSource.connection(connection.id().toString());
        assertEquals(
                "rules[0].source",
                failure(
                                MappingRefused.class,
                                house.mappings.save(
                                        other.id(),
                                        List.of(MappingRule.of("x", foreign, "a", "admin")),
                                        Optional.empty(),
                                        "operator"))
                        .violations()
                        .get(0)
                        .field());
        String id = save(scim("staff", "viewer")).mapping().rules().get(0).id();
        StoredMapping theirs = await(house.mappings.save(
                other.id(),
                List.of(MappingRule.of(id, GroupSource.scim(), "staff", "admin")),
                Optional.empty(),
                "operator"));
        assertFalse(theirs.mapping().rules().get(0).id().equals(id));
        assertEquals(
                Set.of("viewer"),
                await(house.mappings.load(tenant.id())).mapping().rules().get(0).roles());
    }

    @Test
    @DisplayName("B08 a role of the platform cannot be mapped")
    void platformRolesCannotBeMapped() {
        await(house.catalogues.putRole(House.role("operators", "", "platform:operate"), Optional.empty(), "operator"));
        assertEquals(
                MappingRefused.Kind.INVALID, refused(scim("staff", "operators")).kind());
    }

    @Test
    void changesAskForTheVersionTheyWereMadeFor() {
        save(scim("a", "viewer"));
        failure(VersionChanged.class, house.mappings.save(tenant.id(), List.of(), Optional.of(0L), "operator"));
        await(house.mappings.save(tenant.id(), List.of(), Optional.of(1L), "operator"));
        assertTrue(await(house.mappings.load(tenant.id())).mapping().rules().isEmpty());
    }

    @Test
    @DisplayName("I11 the last administrator cannot be mapped away")
    void theLastAdminStays() {
        person("ann", "active", "admins");
        save(scim("admins", "admin"));
        MappingRefused refused = refused(scim("admins", "viewer"));
        assertEquals(MappingRefused.Kind.LAST_ADMIN, refused.kind());
        assertTrue(await(house.mappings.preview(tenant.id(), List.of(scim("admins", "viewer"))))
                .lastAdminGoes());
        person("bob", "active", "owners");
        save(scim("owners", "admin"), scim("admins", "viewer"));
    }

    @Test
    void aPreviewSaysWhoGainsAndWhoLosesAndSavesNothing() {
        UUID ann = person("ann", "active", "staff", "admins");
        UUID bob = person("bob", "staged", "staff");
        person("gone", "offboarded", "staff");
        person("off", "suspended", "staff");
        save(scim("staff", "editor"), scim("admins", "admin"));
        MappingPreview preview = await(house.mappings.preview(
                tenant.id(),
                List.of(scim("staff", "viewer"), scim("admins", "admin", "editor"), scim("typo", "viewer"))));
        assertEquals(2, preview.people(), "who is off is not asked about");
        assertTrue(preview.preview().gains().isEmpty());
        assertEquals(1, preview.preview().losses().size());
        assertEquals(bob.toString(), preview.preview().losses().get(0).person());
        assertEquals(Set.of("bob"), Set.copyOf(preview.names().values()));
        assertEquals(1, preview.preview().holders().get(Permission.TENANT_ADMIN));
        assertEquals(
                Set.of("Nobody is in the group 'typo' of scim."),
                preview.preview().warnings().stream()
                        .map(warning -> warning.message())
                        .collect(Collectors.toSet()));
        assertFalse(preview.lastAdminGoes());
        assertEquals(1, await(house.mappings.load(tenant.id())).version());
        assertFalse(preview.names().containsKey(ann.toString()));
    }

    @Test
    void aPreviewCountsMorePeopleThanOnePage() {
        await(house.database
                .tenants()
                .query(tenant.id(), """
                INSERT INTO users (tenant_id, id, status, user_name, source, status_cause)
                SELECT $1, gen_random_uuid(), 'active', 'p' || n, 'scim', 'x' FROM generate_series(1, 1203) n""", Tuple.of(tenant.id().value())));
        assertEquals(
                1203,
                await(house.mappings.preview(tenant.id(), List.of(scim("a", "viewer"))))
                        .people());
    }

    @Test
    void aPreviewSeesDirectGrants() {
        UUID ann = person("ann", "active");
        await(house.database
                .tenants()
                .query(
                        tenant.id(),
                        "INSERT INTO grants (tenant_id, id, user_id, role, reason, granted_by) VALUES ($1, $2, $3, 'admin', 'founder', 'operator')",
                        Tuple.of(tenant.id().value(), UUID.randomUUID(), ann)));
        MappingPreview preview = await(house.mappings.preview(tenant.id(), List.of()));
        assertEquals(1, preview.preview().holders().get(Permission.TENANT_ADMIN));
    }
}
