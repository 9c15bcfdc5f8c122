package dev.sallyport.broker;

import dev.sallyport.broker.config.Settings;
import dev.sallyport.broker.config.SettingsReader.BadSetting;
import dev.sallyport.database.AppRole;
import dev.sallyport.database.DatabaseUrl;
import dev.sallyport.database.EmbeddedDatabase;
import dev.sallyport.database.EmbeddedDatabase.PrivateFile;
import dev.sallyport.database.Migrator;
import dev.sallyport.tenant.secret.MasterKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the server stands on: the master key, a database that is up, a schema that is current. Blocks; for a worker thread or the command line. */
public final class Ground implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ground.class);
    private static final int ATTEMPTS = 10;
    private static final long PAUSE_MILLIS = 1_000;

    private final Optional<EmbeddedDatabase> embedded;
    private final DatabaseUrl owner;
    private final MasterKey masterKey;

    private Ground(Optional<EmbeddedDatabase> embedded, DatabaseUrl owner, MasterKey masterKey) {
        this.embedded = embedded;
        this.owner = owner;
        this.masterKey = masterKey;
    }

    /**
     * Starts the embedded database if none is configured, waits for a configured one for at most {@value #ATTEMPTS} seconds, and brings the
     * schema up to date if asked to.
     *
     * @throws BadSetting naming the setting that keeps it from working
     */
    public static Ground prepare(Settings settings, boolean migrate) {
        try {
            MasterKey masterKey = masterKey(settings);
            Optional<EmbeddedDatabase> embedded = settings.database().isPresent()
                    ? Optional.empty()
                    : Optional.of(EmbeddedDatabase.start(settings.dataDir()));
            DatabaseUrl owner =
                    settings.database().orElseGet(() -> embedded.orElseThrow().url());
            Ground ground = new Ground(embedded, owner, masterKey);
            try {
                ground.schema(migrate, embedded.isPresent() ? 1 : ATTEMPTS);
                return ground;
            } catch (RuntimeException e) {
                ground.close();
                throw e;
            }
        } catch (IOException e) {
            throw new BadSetting("SALLYPORT_DATA_DIR", "cannot be used: " + e.getMessage());
        }
    }

    /**
     * For a visitor beside a running broker: uses its embedded database if one runs in the data folder, and changes nothing.
     *
     * @throws BadSetting naming the setting that keeps it from working
     */
    public static Ground visit(Settings settings) {
        try {
            Optional<DatabaseUrl> running =
                    settings.database().isPresent() ? Optional.empty() : EmbeddedDatabase.running(settings.dataDir());
            if (running.isEmpty()) {
                return prepare(settings, false);
            }
            Ground ground = new Ground(Optional.empty(), running.get(), masterKey(settings));
            ground.schema(false, 1);
            return ground;
        } catch (IOException e) {
            throw new BadSetting("SALLYPORT_DATA_DIR", "cannot be used: " + e.getMessage());
        }
    }

    /** The database as the application role. */
    public DatabaseUrl applicationUrl() {
        return role().url(owner);
    }

    /** The key above all keys. */
    public MasterKey masterKey() {
        return masterKey;
    }

    @Override
    public void close() {
        embedded.ifPresent(database -> {
            try {
                database.close();
            } catch (IOException e) {
                LOG.warn("the embedded database did not stop cleanly", e);
            }
        });
    }

    private AppRole role() {
        return AppRole.of(owner, masterKey.bytes());
    }

    private void schema(boolean migrate, int attempts) {
        Migrator migrator = new Migrator(owner, role());
        for (int attempt = 1; ; attempt++) {
            try {
                if (migrate) {
                    migrator.migrate();
                } else if (!migrator.isCurrent()) {
                    throw new BadSetting(
                            "SALLYPORT_MIGRATE", "is false and the schema is not current; run: sallyport migrate");
                }
                return;
            } catch (SQLException e) {
                boolean unreachable = e.getSQLState() != null
                        && (e.getSQLState().startsWith("08") || e.getSQLState().startsWith("57P"));
                if (!unreachable || attempt >= attempts) {
                    throw new BadSetting("SALLYPORT_DATABASE_URL", "(" + owner + ") does not work: " + e.getMessage());
                }
                LOG.warn("the database does not answer, attempt {} of {}", attempt, attempts);
                pause();
            }
        }
    }

    private static void pause() {
        try {
            java.util.concurrent.TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the database", e);
        }
    }

    private static MasterKey masterKey(Settings settings) throws IOException {
        if (settings.masterKey().isPresent()) {
            return settings.masterKey().get();
        }
        Path file = settings.dataDir().resolve("master-key");
        if (!Files.exists(file)) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            PrivateFile.write(file, Base64.getEncoder().encodeToString(random));
        }
        try {
            return MasterKey.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException("the file " + file + " " + e.getMessage(), e);
        }
    }
}
