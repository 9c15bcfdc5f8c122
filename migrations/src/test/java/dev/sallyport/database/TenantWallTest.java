package dev.sallyport.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The wall between tenants, tried from beneath: with SQL, as the application role. */
class TenantWallTest {
    private static final TenantId ACME = new TenantId(Uuid7.next());
    private static final TenantId GLOBEX = new TenantId(Uuid7.next());
    private static final String INSERT_USER =
            "INSERT INTO users (tenant_id, id, status, user_name, source, status_cause) VALUES ($1, $2, 'active', $3, 'admin', 'test')";

    private static Vertx vertx;
    private static TestDatabase testDatabase;
    private static Database database;

    @BeforeAll
    static void twoTenantsWithOnePersonEach() throws Exception {
        vertx = Vertx.vertx();
        testDatabase = TestDatabase.fresh();
        database = testDatabase.open(vertx);
        for (TenantId tenant : List.of(ACME, GLOBEX)) {
            await(database.platform(
                    "INSERT INTO tenants (id, slug, name, data_key) VALUES ($1, $2, $2, '')",
                    Tuple.of(tenant.value(), tenant.equals(ACME) ? "acme" : "globex")));
            await(database.tenants().query(tenant, INSERT_USER, Tuple.of(tenant.value(), Uuid7.next(), "alice")));
        }
    }

    @AfterAll
    static void close() throws Exception {
        await(database.close());
        await(vertx.close());
    }

    @Test
    @DisplayName("B01: a statement without a tenant sees no tenant rows")
    void withoutTenantNothing() throws Exception {
        for (String table : tenantTables()) {
            assertEquals(
                    0L, count(await(database.platform("SELECT count(*) AS n FROM " + table, Tuple.tuple()))), table);
        }
    }

    @Test
    @DisplayName("B01: a tenant sees its own rows only, and cannot write, change or delete another's")
    void onlyOwnRows() throws Exception {
        TenantScope scope = database.tenants();
        assertEquals(1L, count(await(scope.query(ACME, "SELECT count(*) AS n FROM users", Tuple.tuple()))));
        assertEquals(
                0,
                await(scope.query(
                                ACME,
                                "UPDATE users SET display_name = 'x' WHERE tenant_id = $1",
                                Tuple.of(GLOBEX.value())))
                        .rowCount());
        assertEquals(
                0,
                await(scope.query(ACME, "DELETE FROM users WHERE tenant_id = $1", Tuple.of(GLOBEX.value())))
                        .rowCount());
        Throwable refused = failure(scope.query(ACME, INSERT_USER, Tuple.of(GLOBEX.value(), Uuid7.next(), "mallory")));
        assertEquals("42501", ((PgException) refused).getSqlState());
        Throwable moved = failure(scope.query(ACME, "UPDATE users SET tenant_id = $1", Tuple.of(GLOBEX.value())));
        assertTrue(moved instanceof PgException, String.valueOf(moved));
    }

    @Test
    @DisplayName("B02: a pooled connection carries no tenant over, also after errors")
    void nothingIsCarriedOver() throws Exception {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            TenantId tenant = i % 2 == 0 ? ACME : GLOBEX;
            if (i % 5 == 0) {
                all.add(database.tenants()
                        .query(tenant, "SELECT 1/0", Tuple.tuple())
                        .otherwiseEmpty());
            }
            all.add(database.tenants()
                    .query(tenant, "SELECT tenant_id FROM users", Tuple.tuple())
                    .map(rows -> {
                        assertEquals(1, rows.size());
                        assertEquals(tenant.value(), rows.iterator().next().getUUID("tenant_id"));
                        return null;
                    }));
            all.add(database.platform("SELECT count(*) AS n FROM users", Tuple.tuple())
                    .map(rows -> {
                        assertEquals(0L, count(rows));
                        return null;
                    }));
        }
        await(Future.all(all));
    }

    @Test
    void aTransactionThatSwallowedAnErrorIsNotReportedAsDone() throws Exception {
        Throwable failure = failure(database.tenants()
                .transaction(
                        ACME,
                        c -> c.query("SELECT 1/0").execute().<String>mapEmpty().otherwise("looks fine")));
        assertEquals("25P02", ((PgException) failure).getSqlState());
        assertEquals("ok", await(database.tenants().transaction(ACME, c -> Future.succeededFuture("ok"))));
    }

    @Test
    void theApplicationRoleOwnsNothingAndCannotPassTheWall() throws Exception {
        try (var connection = testDatabase.asOwner();
                var statement = connection.createStatement()) {
            String role = testDatabase.role().name();
            try (ResultSet r = statement.executeQuery(
                    "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = '"
                            + role + "'")) {
                assertTrue(r.next());
                assertFalse(r.getBoolean(1));
            }
            try (ResultSet r = statement.executeQuery(
                    "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = '" + role + "'")) {
                r.next();
                assertEquals(0, r.getInt(1));
            }
        }
        for (String sql : List.of(
                "ALTER TABLE users DISABLE ROW LEVEL SECURITY",
                "DROP POLICY tenant_wall ON users",
                "CREATE TABLE sallyport.mine (x int)",
                "SET ROLE postgres",
                "UPDATE schema_state SET fingerprint = ''",
                "TRUNCATE users")) {
            assertTrue(failure(database.platform(sql, Tuple.tuple())) instanceof PgException, sql);
        }
    }

    @Test
    @DisplayName("H05: the audit log can be added to and read, never changed")
    void auditIsAppendOnly() throws Exception {
        await(database.tenants()
                .query(
                        ACME,
                        "INSERT INTO audit_events (tenant_id, id, actor, action) VALUES ($1, $2, 'test', 'test')",
                        Tuple.of(ACME.value(), UUID.randomUUID())));
        for (String sql : List.of(
                "UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events", "DELETE FROM offboardings")) {
            assertEquals(
                    "42501",
                    ((PgException) failure(database.tenants().query(ACME, sql, Tuple.tuple()))).getSqlState(),
                    sql);
        }
    }

    @Test
    void everyTenantTableHasTheTenantFirstInItsKeysAndAForcedWall() throws Exception {
        try (var connection = testDatabase.asOwner();
                var statement = connection.createStatement()) {
            try (ResultSet r = statement.executeQuery("""
                    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
                    WHERE c.relnamespace = 'sallyport'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('jobs', 'domain_routes', 'revocation_news')
                      AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                               AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant_wall'))""")) {
                assertFalse(r.next(), "without a wall");
            }
            try (ResultSet r = statement.executeQuery("""
                    SELECT t.relname, k.conname FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
                    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'tenant_id'
                    WHERE t.relnamespace = 'sallyport'::regnamespace AND t.relname NOT IN ('domain_routes')
                      AND ((k.contype = 'p' AND k.conkey[1] <> a.attnum)
                        OR (k.contype = 'f' AND NOT a.attnum = ANY (k.conkey)
                            AND EXISTS (SELECT 1 FROM pg_attribute f WHERE f.attrelid = k.confrelid AND f.attname = 'tenant_id')))""")) {
                assertFalse(r.next(), "a key without the tenant");
            }
        }
    }

    private static List<String> tenantTables() throws Exception {
        List<String> tables = new ArrayList<>();
        try (var connection = testDatabase.asOwner();
                var statement = connection.createStatement();
                ResultSet r = statement.executeQuery(
                        "SELECT relname FROM pg_class WHERE relnamespace = 'sallyport'::regnamespace AND relrowsecurity")) {
            while (r.next()) {
                tables.add(r.getString(1));
            }
        }
        assertTrue(tables.size() > 30, tables.toString());
        return tables;
    }

    private static long count(RowSet<Row> rows) {
        return rows.iterator().next().getLong("n");
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static Throwable failure(Future<?> future) throws Exception {
        return await(future.map(x -> (Throwable) null).otherwise(e -> e));
    }
}
