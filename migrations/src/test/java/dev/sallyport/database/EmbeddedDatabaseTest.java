package dev.sallyport.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {
    @Test
    void keepsItsDataRefusesASecondStartAndAsksForAPassword(@TempDir Path folder) throws Exception {
        try (EmbeddedDatabase first = EmbeddedDatabase.start(folder)) {
            var refused = assertThrows(EmbeddedDatabase.DataFolderInUse.class, () -> EmbeddedDatabase.start(folder));
            assertTrue(refused.getMessage().contains("SALLYPORT_DATA_DIR"), refused.getMessage());
            assertThrows(SQLException.class, () -> DriverManager.getConnection(
                            first.url().jdbc(), "postgres", "guess")
                    .close());
            run(first, "CREATE TABLE kept (n int)");
            run(first, "INSERT INTO kept VALUES (42)");
            assertEquals("on", ask(first, "SHOW fsync"));
            assertEquals("on", ask(first, "SHOW synchronous_commit"));
        }
        assertEquals(
                "rw-------",
                java.nio.file.attribute.PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("postgres-password"))));
        try (EmbeddedDatabase second = EmbeddedDatabase.start(folder)) {
            assertEquals("42", ask(second, "SELECT n FROM kept"));
        }
    }

    private static void run(EmbeddedDatabase database, String sql) throws SQLException {
        DatabaseUrl url = database.url();
        try (var c = DriverManager.getConnection(url.jdbc(), url.user(), url.password());
                var s = c.createStatement()) {
            s.execute(sql);
        }
    }

    private static String ask(EmbeddedDatabase database, String sql) throws SQLException {
        DatabaseUrl url = database.url();
        try (var c = DriverManager.getConnection(url.jdbc(), url.user(), url.password());
                var s = c.createStatement();
                var r = s.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        }
    }
}
