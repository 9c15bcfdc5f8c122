package dev.sallyport.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MigratorTest {
    @Test
    @DisplayName("I07: several nodes may migrate at once; exactly one does the work")
    void manyNodesAtOnce() throws Exception {
        TestDatabase database = TestDatabase.empty();
        ExecutorService nodes = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Boolean>> starts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                starts.add(() -> new Migrator(database.owner(), database.role()).migrate());
            }
            int worked = 0;
            for (Future<Boolean> start : nodes.invokeAll(starts)) {
                worked += start.get() ? 1 : 0;
            }
            assertEquals(1, worked);
        } finally {
            nodes.shutdownNow();
        }
    }

    @Test
    void aSecondMigrationFindsNothingToDo() throws Exception {
        TestDatabase database = TestDatabase.fresh();
        Migrator migrator = new Migrator(database.owner(), database.role());
        assertTrue(migrator.isCurrent());
        assertFalse(migrator.migrate());
    }

    @Test
    void aLockLeftByAKilledMigrationDoesNotStopTheNextOne() throws Exception {
        TestDatabase database = TestDatabase.fresh();
        try (var connection = database.asOwner();
                var statement = connection.createStatement()) {
            statement.execute(
                    "UPDATE databasechangeloglock SET locked = true, lockedby = 'a dead node', lockgranted = now()");
            statement.execute("UPDATE schema_state SET fingerprint = 'older'");
        }
        assertTrue(new Migrator(database.owner(), database.role()).migrate());
    }

    @Test
    void anUnreachableDatabaseIsAnError() {
        DatabaseUrl nowhere = DatabaseUrl.parse("postgresql://u:p@127.0.0.1:1/none");
        assertThrows(SQLException.class, () -> new Migrator(nowhere, AppRole.of(nowhere, new byte[32])).migrate());
    }

    @Test
    void urlsAreReadAndBadOnesNamedWithoutTheirPassword() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://us%40er:p%2Fw@db.example:6543/idp?sslmode=verify-full");
        assertEquals("us@er", url.user());
        assertEquals("p/w", url.password());
        assertEquals(6543, url.port());
        assertEquals("postgresql://db.example:6543/idp", url.toString());
        for (String bad : List.of(
                "mysql://u:secretpw@h/d",
                "postgresql://h/d",
                "postgresql://u:secretpw@h",
                "postgresql://u:secretpw@h/d?sslmode=maybe",
                "postgresql://u:secretpw@h/d?foo=bar",
                "postgresql://u:secret pw@h/d",
                "")) {
            var e = assertThrows(IllegalArgumentException.class, () -> DatabaseUrl.parse(bad), bad);
            assertFalse(e.getMessage().contains("secret"), e.getMessage());
        }
    }
}
