package dev.sallyport.scim.run;

import static dev.sallyport.scim.Waiting.await;
import static dev.sallyport.scim.Waiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.database.TenantId;
import dev.sallyport.scim.directory.SetupDirectory;
import dev.sallyport.tenant.setup.DirectorySettings.Tried;
import io.vertx.sqlclient.Tuple;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The setup wizard tries a directory out. */
class DryRunTest {
    private static SyncHouse house;
    private static SetupDirectory pages;

    @BeforeAll
    static void start() {
        house = new SyncHouse();
        house.worker(house.people);
        pages = new SetupDirectory(house.directories, house.runs);
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    @Test
    @DisplayName("a tenant that is not live reads its directory without changing anything, one reading at a time")
    void beforeGoingLive() {
        TenantId tenant = house.tenant();
        await(house.database.platform("UPDATE tenants SET status = 'pending' WHERE id = $1", Tuple.of(tenant.value())));
        assertTrue(await(pages.tried(tenant)).isEmpty());
        assertTrue(await(pages.tryOut(tenant, "setup:x")));
        Tried tried = until(house.vertx, () -> pages.tried(tenant), found -> found.orElseThrow()
                        .over())
                .orElseThrow();
        assertEquals("", tried.problem());
        assertEquals(tried.found(), tried.come());
        assertEquals(0, tried.missing());
        assertEquals(Set.of(), house.active(tenant));
        assertFalse(
                await(pages.tryOut(new TenantId(java.util.UUID.randomUUID()), "setup:x")), "there is nothing to read");
    }
}
