package dev.sallyport.scim.directory;

import static dev.sallyport.scim.Waiting.await;
import static dev.sallyport.scim.Waiting.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.TestDatabase;
import dev.sallyport.database.Uuid7;
import dev.sallyport.outbound.OutboundPolicy;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.secret.MasterKey;
import dev.sallyport.tenant.secret.SealedSecrets;
import dev.sallyport.tenant.setup.DirectorySettings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectoriesTest {
    private static final TestDatabase DATABASE = TestDatabase.fresh();

    private final Vertx vertx = Vertx.vertx();
    private final Database database = DATABASE.open(vertx);
    private final SealedSecrets secrets = new SealedSecrets(database, MasterKey.of(TestDatabase.masterKey(), false));
    private final Directories directories =
            new Directories(database, secrets, new OutboundPolicy(Set.of("127.0.0.1:9999", "127.0.0.1:9998")));
    private final TenantId tenant = new TenantId(Uuid7.next());

    @BeforeEach
    void oneTenant() {
        await(database.platform(
                "INSERT INTO tenants (id, slug, name, data_key) VALUES ($1, $3, 'Acme', $2)",
                Tuple.of(
                        tenant.value(),
                        Buffer.buffer(secrets.newDataKey(tenant)),
                        "t" + tenant.toString().replace("-", ""))));
    }

    @AfterEach
    void close() {
        await(database.close());
        await(vertx.close());
    }

    private static JsonObject body() {
        return new JsonObject()
                .put("kind", "scim")
                .put("base_url", "http://127.0.0.1:9999/scim/v2/")
                .put("auth", new JsonObject().put("type", "bearer").put("token", "canary-secret"))
                .put("interval", 600)
                .put("brake", new JsonObject().put("max_removals", 5).put("max_removal_ratio", 0.2));
    }

    private Directory put(JsonObject body) {
        return await(directories.put(tenant, DirectoryChange.parse(body), Optional.empty(), "operator"));
    }

    @Test
    @DisplayName("B13: the secret can be used and never be read")
    void secretIsWriteOnly() {
        Directory directory = put(body());
        assertEquals("http://127.0.0.1:9999/scim/v2", directory.baseUrl());
        assertFalse(directory.json().encode().contains("canary"));
        assertEquals(true, directory.json().getJsonObject("auth").getValue("secret_set"));
        assertEquals("canary-secret", await(directories.secret(tenant)));
        assertEquals(directory, await(directories.find(tenant)).orElseThrow());
        await(database.tenants()
                        .query(
                                tenant,
                                "SELECT details::text AS d FROM audit_events WHERE tenant_id = $1",
                                Tuple.of(tenant.value())))
                .forEach(row -> assertFalse(row.getString("d").contains("canary")));
    }

    @Test
    @DisplayName("B13: a secret is not sent to another address than the one it was given for")
    void anotherAddressAsksForTheSecretAgain() {
        put(body());
        JsonObject kept = body();
        kept.getJsonObject("auth").remove("token");
        assertEquals(600, put(kept).interval().toSeconds());
        assertEquals("canary-secret", await(directories.secret(tenant)));
        JsonObject moved = kept.copy().put("base_url", "http://127.0.0.1:9998/scim/v2");
        InvalidDirectory refused = failure(
                InvalidDirectory.class,
                directories.put(tenant, DirectoryChange.parse(moved), Optional.empty(), "operator"));
        assertEquals("auth.token", refused.field());
        assertEquals(
                "http://127.0.0.1:9999/scim/v2",
                await(directories.find(tenant)).orElseThrow().baseUrl());
    }

    @Test
    @DisplayName("C01: an address that may not be called is not even stored")
    void blockedAddress() {
        for (String url : new String[] {"http://127.0.0.1:1/scim", "https://10.0.0.1/scim", "file:///etc/passwd"}) {
            failure(
                    OutboundRefused.class,
                    directories.put(
                            tenant, DirectoryChange.parse(body().put("base_url", url)), Optional.empty(), "operator"));
        }
        JsonObject auth = new JsonObject()
                .put("type", "oauth2_client_credentials")
                .put("client_id", "c")
                .put("client_secret", "s")
                .put("token_url", "http://169.254.169.254/token");
        failure(
                OutboundRefused.class,
                directories.put(tenant, DirectoryChange.parse(body().put("auth", auth)), Optional.empty(), "operator"));
        assertTrue(await(directories.find(tenant)).isEmpty());
    }

    @Test
    void ifMatchHolds() {
        Directory first = put(body());
        DirectoryChange change = DirectoryChange.parse(body().put("interval", 700));
        Directory second = await(directories.put(tenant, change, Optional.of(first.version()), "operator"));
        assertEquals(first.version() + 1, second.version());
        failure(VersionChanged.class, directories.put(tenant, change, Optional.of(first.version()), "operator"));
        assertTrue(await(directories.delete(tenant, "operator")));
        assertFalse(await(directories.delete(tenant, "operator")));
    }

    @ParameterizedTest
    @CsvSource({
        "kind, kind, \"ldap\"",
        "base_url, base_url, \"x\"",
        "base_url, base_url, \"https://example.com/scim?tenant=1\"",
        "interval, interval, 59",
        "interval, interval, \"soon\"",
        "brake, brake.max_removals, {\"max_removals\":-1}",
        "brake, brake.max_removal_ratio, {\"max_removal_ratio\":1.1}",
        "brake, brake, 5",
        "auth, auth.type, {\"type\":\"none\"}",
        "auth, auth.username, {\"type\":\"basic\"}",
        "auth, auth.token, '{\"type\":\"bearer\",\"token\":\"a b\"}'",
        "connection, connection, \"x\""
    })
    void badFieldsAreNamed(String name, String field, String json) {
        JsonObject bad = body().mergeIn(new JsonObject("{\"" + name + "\":" + json + "}"));
        assertEquals(
                field,
                assertThrows(InvalidDirectory.class, () -> DirectoryChange.parse(bad))
                        .field());
    }

    @Test
    void theSetupPagesSaveTheSameSettings() {
        SetupDirectory pages = new SetupDirectory(directories, new dev.sallyport.scim.run.SyncRuns(database));
        assertTrue(await(pages.current(tenant)).isEmpty());
        await(pages.save(
                tenant,
                new DirectorySettings.Wanted("http://127.0.0.1:9999/scim", Optional.of("t"), 7, 0.3, Optional.empty()),
                "setup:x"));
        assertEquals(7, await(pages.current(tenant)).orElseThrow().maxRemovals());
        DirectorySettings.Refused moved = failure(
                DirectorySettings.Refused.class,
                pages.save(
                        tenant,
                        new DirectorySettings.Wanted(
                                "http://127.0.0.1:9998/", Optional.empty(), 7, 0.3, Optional.empty()),
                        "setup:x"));
        assertEquals("bearer", moved.violations().get(0).field());
        DirectorySettings.Refused blocked = failure(
                DirectorySettings.Refused.class,
                pages.save(
                        tenant,
                        new DirectorySettings.Wanted(
                                "http://10.0.0.1/scim", Optional.of("t"), 7, 0.3, Optional.empty()),
                        "setup:x"));
        assertEquals("base_url", blocked.violations().get(0).field());
    }
}
