package dev.sallyport.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A fresh folder that is deleted, with all that is in it, when it is closed. */
public final class TemporaryFolder implements AutoCloseable {
    private final Path path;

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    /** Makes one in the system's folder for such, with the purpose in its name. */
    public static TemporaryFolder make(String purpose) {
        try {
            return new TemporaryFolder(Files.createTempDirectory("sallyport-" + purpose + "-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Deletes it. What has gone meanwhile is no failure. */
    @Override
    public void close() {
        try {
            for (Path each : content()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + path + " could not be deleted", e);
        }
    }

    private List<Path> content() throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(path)) {
            return all.sorted(Comparator.reverseOrder()).toList();
        }
    }
}
