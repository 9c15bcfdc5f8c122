package dev.sallyport.database;

import io.vertx.core.Vertx;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real PostgreSQL for tests: from Testcontainers where a container engine runs, the embedded one elsewhere. One server per test JVM, a
 * fresh migrated database per call.
 */
public final class TestDatabase {
    private static final byte[] MASTER_KEY = new byte[32];
    private static DatabaseUrl server;

    private final DatabaseUrl owner;
    private final AppRole role;

    private TestDatabase(DatabaseUrl owner, AppRole role) {
        this.owner = owner;
        this.role = role;
    }

    /** A new database with the current schema and no rows. */
    public static TestDatabase fresh() {
        TestDatabase database = empty();
        try {
            new Migrator(database.owner, database.role).migrate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return database;
    }

    /** A new database without a schema. */
    public static TestDatabase empty() {
        DatabaseUrl administrator = server();
        String name = "t" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        try (Connection connection = DriverManager.getConnection(
                        administrator.jdbc(), administrator.user(), administrator.password());
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        DatabaseUrl owner = administrator.withDatabase(name);
        return new TestDatabase(owner, AppRole.of(owner, MASTER_KEY));
    }

    /** The key from which the application role's password comes; 32 zero bytes. */
    public static byte[] masterKey() {
        return MASTER_KEY.clone();
    }

    /** As the owner of the schema. */
    public DatabaseUrl owner() {
        return owner;
    }

    /** As a setting: {@code postgresql://user:pass@host:port/db}. */
    public String setting() {
        return "postgresql://" + owner.user() + ":" + owner.password() + "@" + owner.host() + ":" + owner.port() + "/"
                + owner.database();
    }

    /** The application role. */
    public AppRole role() {
        return role;
    }

    /** Opens a pool as the application role. */
    public Database open(Vertx vertx) {
        return Database.open(vertx, role.url(owner), 8);
    }

    /** A plain connection as the owner, past every wall only if the owner is a superuser. */
    public Connection asOwner() throws SQLException {
        Connection connection = DriverManager.getConnection(owner.jdbc(), owner.user(), owner.password());
        try (var statement = connection.createStatement()) {
            statement.execute("SET search_path TO " + Migrator.SCHEMA);
        }
        return connection;
    }

    private static synchronized DatabaseUrl server() {
        if (server == null) {
            server = hasContainerEngine() ? container() : embedded();
        }
        return server;
    }

    private static boolean hasContainerEngine() {
        boolean named = System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
        return named && DockerClientFactory.instance().isDockerAvailable();
    }

    // Both servers live as long as the test JVM; the hook or Testcontainers' own reaper ends them.
    private static DatabaseUrl container() {
        @SuppressWarnings("resource")
        PostgreSQLContainer container =
                new PostgreSQLContainer("postgres:18").withCommand("postgres", "-c", "fsync=off");
        container.start();
        return new DatabaseUrl(
                container.getHost(),
                container.getMappedPort(5432),
                "postgres",
                container.getUsername(),
                container.getPassword(),
                "disable",
                "");
    }

    private static DatabaseUrl embedded() {
        try {
            Path folder = Files.createTempDirectory("sallyport-test-db");
            @SuppressWarnings("resource")
            EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                    .setDataDirectory(folder)
                    .setServerConfig("fsync", "off")
                    .setServerConfig("max_connections", "200")
                    .start();
            return new DatabaseUrl("127.0.0.1", postgres.getPort(), "postgres", "postgres", "postgres", "disable", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
