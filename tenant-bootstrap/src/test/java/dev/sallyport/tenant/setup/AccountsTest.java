package dev.sallyport.tenant.setup;

import static dev.sallyport.outbound.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionSettings;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The step Existing accounts")
class AccountsTest {
    private static House house;

    @BeforeAll
    static void start() {
        house = new House();
        house.catalogue();
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    private static UUID person(Tenant tenant, String name, String status, String source) {
        UUID id = Uuid7.next();
        await(house.database
                .tenants()
                .query(
                        tenant.id(),
                        "INSERT INTO users (tenant_id, id, status, user_name, source, status_cause) VALUES ($1, $2, $3, $4, $5, 'test')",
                        Tuple.of(tenant.id().value(), id, status, name, source)));
        return id;
    }

    private static void link(Tenant tenant, UUID user, Connection connection, String subject) {
        await(house.database
                .tenants()
                .query(
                        tenant.id(),
                        "INSERT INTO identities (tenant_id, id, user_id, connection_id, issuer, subject) VALUES ($1, $2, $3, $4, $5, $6)",
                        Tuple.of(
                                tenant.id().value(),
                                Uuid7.next(),
                                user,
                                connection.id().value(),
                                connection.issuer(),
                                subject)));
    }

    private static Connection connection(Tenant tenant, String name) {
        return await(house.connections.create(
                tenant.id(),
                ConnectionSettings.of(name, house.idp.issuer(), "sallyport", Optional.of("s")),
                "operator"));
    }

    @Test
    @DisplayName("counts everybody once, by what the connection means to them, and names nobody")
    void counts() {
        Tenant tenant = house.tenant("peopled");
        Connection first = connection(tenant, "first");
        Connection other = connection(tenant, "other");
        person(tenant, "expected@canary.example", "staged", "import");
        link(tenant, person(tenant, "here", "active", "jit"), first, "1");
        UUID both = person(tenant, "both", "active", "scim");
        link(tenant, both, first, "2");
        link(tenant, both, other, "2");
        link(tenant, person(tenant, "elsewhere", "active", "jit"), other, "3");
        person(tenant, "asking", "waiting", "jit");
        link(tenant, person(tenant, "gone", "offboarded", "jit"), first, "4");
        Tenant stranger = house.tenant("stranger");
        person(stranger, "somebody", "active", "jit");

        assertEquals(
                new Accounts(1, 2, 1, 1, 1, 3),
                await(Accounts.count(house.database, tenant.id(), Optional.of(first.id()))));
        assertEquals(
                new Accounts(1, 0, 3, 1, 1, 3), await(Accounts.count(house.database, tenant.id(), Optional.empty())));

        NewSetupLink link = house.link(tenant);
        Browser browser = new Browser();
        browser.redeem(link.url());
        String page = browser.get(house.publicUrl + "/setup/" + link.link().id() + "/accounts")
                .body();
        assertTrue(page.contains("2 have signed in by this connection"), page);
        assertTrue(page.contains("6 accounts"));
        assertFalse(page.contains("canary"));
    }
}
