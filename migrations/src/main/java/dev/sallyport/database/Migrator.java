package dev.sallyport.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.command.core.helpers.ShowSummaryArgument;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.lockservice.LockServiceFactory;
import liquibase.ui.LoggerUIService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database to the current schema, creates the application role, and puts the tenant wall on every tenant table. Any number of
 * nodes may call it at once: one works, the others wait, and whoever finds the schema current leaves at once.
 *
 * <p>Blocks; call it on a worker thread.
 */
public final class Migrator {
    /** The schema that holds all tables. */
    public static final String SCHEMA = "sallyport";

    private static final Logger LOG = LoggerFactory.getLogger(Migrator.class);
    private static final String CHANGELOG = "dev/sallyport/database/changelog.xml";
    private static final List<String> PARTS = List.of(
            "001-platform",
            "002-tenant",
            "003-people",
            "004-sign-in",
            "005-directory",
            "006-exit",
            "007-clients",
            "008-consent",
            "009-exchange",
            "010-revocation-news",
            "011-names",
            "013-index-order",
            "014-audit-news",
            "015-federation",
            "016-federation",
            "017-liveness",
            "018-links",
            "019-home-realm",
            "020-golive",
            "023-auth-time",
            "024-scim-refusals");
    private static final long LOCK = 0x5A11_0907_0001L;
    private static final java.util.logging.Logger LIQUIBASE_LOG = java.util.logging.Logger.getLogger("liquibase");

    private final DatabaseUrl owner;
    private final AppRole role;

    /**
     * A migrator.
     *
     * @param owner connects as the role that owns (or will own) the schema
     * @param role the role as which the broker will connect
     */
    public Migrator(DatabaseUrl owner, AppRole role) {
        this.owner = owner;
        this.role = role;
    }

    /**
     * Migrates if the schema is not current.
     *
     * @return true if anything was done
     * @throws SQLException if the database cannot be reached or refuses a statement
     */
    public boolean migrate() throws SQLException {
        try (Connection connection = DriverManager.getConnection(owner.jdbc(), owner.user(), owner.password())) {
            String wanted = fingerprint();
            if (wanted.equals(currentFingerprint(connection))) {
                return false;
            }
            lock(connection);
            try {
                if (wanted.equals(currentFingerprint(connection))) {
                    return false;
                }
                role.create(connection);
                run(connection, "CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
                liquibase();
                run(connection, "SET search_path TO " + SCHEMA);
                run(connection, resource("isolation.sql").replace("@app_role@", role.name()));
                remember(connection, wanted);
                return true;
            } finally {
                run(connection, "SELECT pg_advisory_unlock(" + LOCK + ")");
            }
        }
    }

    /** Whether the database holds exactly this release's schema, for this application role. */
    public boolean isCurrent() throws SQLException {
        try (Connection connection = DriverManager.getConnection(owner.jdbc(), owner.user(), owner.password())) {
            return fingerprint().equals(currentFingerprint(connection));
        }
    }

    private void liquibase() throws SQLException {
        LIQUIBASE_LOG.setLevel(Level.WARNING);
        try (Connection connection = DriverManager.getConnection(owner.jdbc(), owner.user(), owner.password())) {
            run(connection, "SET search_path TO " + SCHEMA);
            Map<String, Object> scope =
                    Map.of(Scope.Attr.ui.name(), new LoggerUIService(), "liquibase.analytics.enabled", "false");
            Scope.child(scope, () -> {
                liquibase.database.Database database =
                        DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
                database.setDefaultSchemaName(SCHEMA);
                database.setLiquibaseSchemaName(SCHEMA);
                // Our advisory lock is held; a Liquibase lock can only be left over from a process that was killed.
                LockServiceFactory.getInstance().getLockService(database).forceReleaseLock();
                new CommandScope(UpdateCommandStep.COMMAND_NAME)
                        .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
                        .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, CHANGELOG)
                        .addArgumentValue(ShowSummaryArgument.SHOW_SUMMARY, UpdateSummaryEnum.OFF)
                        .execute();
            });
        } catch (SQLException e) {
            throw e;
        } catch (Exception e) {
            throw new SQLException("the schema could not be brought up to date: " + e.getMessage(), e);
        }
        LOG.info("schema is current");
    }

    private static void lock(Connection connection) throws SQLException {
        run(connection, "SELECT pg_advisory_lock(" + LOCK + ")");
    }

    private String currentFingerprint(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet exists = statement.executeQuery("SELECT to_regclass('" + SCHEMA + ".schema_state')")) {
            exists.next();
            if (exists.getString(1) == null) {
                return "";
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet state = statement.executeQuery("SELECT fingerprint FROM " + SCHEMA + ".schema_state")) {
            return state.next() ? state.getString(1) : "";
        }
    }

    private void remember(Connection connection, String fingerprint) throws SQLException {
        run(
                connection,
                "CREATE TABLE IF NOT EXISTS schema_state (one boolean PRIMARY KEY DEFAULT true CHECK (one), fingerprint text NOT NULL)");
        run(connection, "GRANT SELECT ON schema_state TO " + role.quotedName());
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO schema_state (fingerprint) VALUES (?) ON CONFLICT (one) DO UPDATE SET fingerprint = excluded.fingerprint")) {
            statement.setString(1, fingerprint);
            statement.executeUpdate();
        }
    }

    /** Changes with every file of the schema, with the role's name and with its password. */
    private String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(resource("isolation.sql").getBytes(StandardCharsets.UTF_8));
            for (String part : PARTS) {
                digest.update(resource("changelog/" + part + ".sql").getBytes(StandardCharsets.UTF_8));
            }
            digest.update((role.name() + "\n" + role.passwordFingerprint()).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Migrator.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the jar's " + name + " cannot be read", e);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
