package dev.sallyport.bench.report;

import dev.sallyport.bench.Databases;
import dev.sallyport.database.DatabaseUrl;
import dev.sallyport.demo.story.Broken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** On what it was measured. */
public final class Machine {
    private static final String SETTINGS = """
            SELECT name, current_setting(name) FROM pg_settings
            WHERE name IN ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_connections',
              'wal_level', 'commit_delay')
            ORDER BY name""";

    private Machine() {}

    /** Names and values, in the order in which they are told. Nothing of it can be a secret. */
    public static Map<String, String> describe(DatabaseUrl database, Path folder) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", processor());
        facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        facts.put("memory", memory());
        facts.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        facts.put("PostgreSQL", postgres(database));
        facts.put("file system", fileSystem(folder));
        return facts;
    }

    /** Memory that a process and its children hold, in MiB (their resident sets). */
    public static long resident(long pid) {
        return ProcessHandle.of(pid).stream()
                        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                        .mapToLong(process -> kibibytes(process.pid()))
                        .sum()
                / 1_024;
    }

    private static long kibibytes(long pid) {
        try {
            Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
            String said = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return said.isEmpty() ? 0 : Long.parseLong(said);
        } catch (IOException e) {
            throw new Broken("ps does not run: " + e.getMessage(), e);
        }
    }

    private static String processor() {
        return field(Path.of("/proc/cpuinfo"), "model name").orElse(System.getProperty("os.arch"));
    }

    private static String memory() {
        return field(Path.of("/proc/meminfo"), "MemTotal")
                .map(kibibytes -> Long.parseLong(kibibytes.replace(" kB", "")) / 1_048_576 + " GiB")
                .orElse("unknown");
    }

    private static Optional<String> field(Path file, String name) {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fileSystem(Path folder) {
        try {
            return Files.getFileStore(folder).type();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String postgres(DatabaseUrl url) {
        StringBuilder settings = new StringBuilder();
        try (Connection connection = Databases.connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SETTINGS)) {
            while (rows.next()) {
                settings.append(settings.isEmpty() ? "" : ", ")
                        .append(rows.getString(1))
                        .append(' ')
                        .append(rows.getString(2));
            }
            return settings.toString();
        } catch (SQLException e) {
            throw new Broken("PostgreSQL does not say how it is set: " + e.getMessage(), e);
        }
    }
}
