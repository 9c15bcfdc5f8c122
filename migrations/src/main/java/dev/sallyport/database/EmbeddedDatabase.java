package dev.sallyport.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL that Sallyport brings along. It keeps its data in a folder across restarts, writes durably (fsync on), listens on
 * loopback only and asks for a password that lies in the folder, readable by its owner.
 *
 * <p>Everything here blocks: start and close it on a worker thread.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final String DATABASE = "sallyport";
    private static final String OWNER = "postgres";

    private final EmbeddedPostgres postgres;
    private final FileChannel lockChannel;
    private final FileLock lock;
    private final DatabaseUrl url;

    private EmbeddedDatabase(EmbeddedPostgres postgres, FileChannel lockChannel, FileLock lock, DatabaseUrl url) {
        this.postgres = postgres;
        this.lockChannel = lockChannel;
        this.lock = lock;
        this.url = url;
    }

    /**
     * Starts PostgreSQL on the given data folder, creating it on first use.
     *
     * @throws DataFolderInUse if another process runs on the folder
     * @throws IOException if the folder cannot be used or PostgreSQL does not come up within a minute
     */
    public static EmbeddedDatabase start(Path dataFolder) throws IOException {
        Path folder = dataFolder.toAbsolutePath().normalize();
        Files.createDirectories(folder);
        FileChannel channel = FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
        FileLock lock = lock(channel, folder);
        try {
            Path cluster = folder.resolve("postgres");
            endOrphan(cluster);
            String password = password(folder);
            EmbeddedPostgres postgres = launch(cluster, folder.resolve("postgres-password"), password);
            int port = postgres.getPort();
            createDatabase(postgres);
            DatabaseUrl url = new DatabaseUrl("127.0.0.1", port, DATABASE, OWNER, password, "disable", "");
            return new EmbeddedDatabase(postgres, channel, lock, url);
        } catch (IOException | RuntimeException e) {
            lock.release();
            channel.close();
            throw e;
        }
    }

    /** How to reach the one that another process runs on a data folder; empty if none runs there. */
    public static Optional<DatabaseUrl> running(Path dataFolder) throws IOException {
        Path pidFile = dataFolder.resolve("postgres").resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        // Line 1 is the process id, line 4 the port.
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.size() < 4
                || !lines.get(0).strip().matches("[0-9]{1,9}")
                || !lines.get(3).strip().matches("[0-9]{1,5}")) {
            return Optional.empty();
        }
        long pid = Long.parseLong(lines.get(0).strip());
        if (ProcessHandle.of(pid).filter(EmbeddedDatabase::isPostgres).isEmpty()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(lines.get(3).strip());
        return Optional.of(new DatabaseUrl("127.0.0.1", port, DATABASE, OWNER, password(dataFolder), "disable", ""));
    }

    /** How to reach it as the owner of the schema. */
    public DatabaseUrl url() {
        return url;
    }

    /** Stops PostgreSQL cleanly and frees the folder. */
    @Override
    public void close() throws IOException {
        try {
            postgres.close();
        } finally {
            lock.release();
            lockChannel.close();
        }
    }

    private static FileLock lock(FileChannel channel, Path folder) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new DataFolderInUse(folder);
        }
        return lock;
    }

    private static EmbeddedPostgres launch(Path cluster, Path passwordFile, String password) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(cluster)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setOverrideWorkingDirectory(binaries(cluster).toFile())
                .setPGStartupWait(Duration.ofSeconds(60))
                .setLocaleConfig("auth", "scram-sha-256")
                .setLocaleConfig("pwfile", passwordFile.toString())
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .setLocaleConfig("locale", "C")
                .setConnectConfig("password", password)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "100")
                .setServerConfig("shared_buffers", "64MB")
                .start();
    }

    /** The unpacked programs are shared by all data folders of one user, and never lie where another user could plant them. */
    private static Path binaries(Path cluster) {
        String home = System.getProperty("user.home", "");
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", home.isEmpty() ? "" : home + "/.cache");
        Path shared = Path.of(cache.isEmpty() ? "." : cache, "sallyport", "postgres");
        try {
            Files.createDirectories(shared);
            if (!cache.isEmpty() && Files.isWritable(shared)) {
                return shared;
            }
        } catch (IOException e) {
            LOG.debug("no cache folder for PostgreSQL's programs, they go beside the data", e);
        }
        return cluster.resolveSibling("postgres-programs");
    }

    private static String password(Path folder) throws IOException {
        Path file = folder.resolve("postgres-password");
        if (!Files.exists(file)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            PrivateFile.write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
        }
        return Files.readString(file).strip();
    }

    private static void createDatabase(EmbeddedPostgres postgres) throws IOException {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var found = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
            if (!found.next()) {
                statement.execute("CREATE DATABASE " + DATABASE);
            }
        } catch (java.sql.SQLException e) {
            throw new IOException("embedded PostgreSQL did not take its first statements", e);
        }
    }

    /** A process that was killed leaves its PostgreSQL running; the folder's lock is ours now, so that one is an orphan. */
    private static void endOrphan(Path cluster) throws IOException {
        Path pidFile = cluster.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        List<String> lines = Files.readAllLines(pidFile);
        long pid;
        try {
            pid = lines.isEmpty() ? -1 : Long.parseLong(lines.get(0).strip());
        } catch (NumberFormatException e) {
            return;
        }
        ProcessHandle.of(pid).filter(EmbeddedDatabase::isPostgres).ifPresent(orphan -> {
            LOG.warn("stopping the PostgreSQL that an earlier process left behind, pid {}", pid);
            orphan.destroy();
            try {
                orphan.onExit().get(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("the PostgreSQL with pid {} does not stop", pid, e);
            }
        });
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info().command().map(c -> c.contains("postgres")).orElse(false);
    }

    /** The data folder belongs to a process that is still running. */
    public static final class DataFolderInUse extends IOException {
        private static final long serialVersionUID = 1L;

        DataFolderInUse(Path folder) {
            super("the data folder " + folder
                    + " is in use by another Sallyport; stop it, or set SALLYPORT_DATA_DIR to another folder");
        }
    }

    /** Files that only their owner may read. */
    public static final class PrivateFile {
        private PrivateFile() {}

        /** Writes a new file with mode 600 where the file system knows modes; it must not exist yet. */
        public static void write(Path file, String content) throws IOException {
            Path absolute = file.toAbsolutePath();
            Files.createDirectories(absolute.getParent());
            if (absolute.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        absolute, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(absolute);
            }
            Files.writeString(absolute, content + "\n");
        }
    }
}
