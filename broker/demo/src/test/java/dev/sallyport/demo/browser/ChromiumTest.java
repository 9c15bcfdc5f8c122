package dev.sallyport.demo.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class ChromiumTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("The first chromium on the path that can be run is taken")
    void found() throws IOException {
        Path not = Files.createDirectories(folder.resolve("a"));
        Path yes = Files.createDirectories(folder.resolve("b"));
        Files.createFile(not.resolve("chromium"));
        Path program = Files.createFile(
                yes.resolve("chromium"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertEquals(program, Chromium.find(Map.of("PATH", not + File.pathSeparator + yes), folder));
        assertEquals(program, Chromium.find(Map.of("PATH", not.toString()), yes));
    }

    @Test
    @DisplayName("Without one the tests are skipped with a reason, and fail where CI is true")
    void missing() {
        Map<String, String> path = Map.of("PATH", folder.toString());
        TestAbortedException skipped = assertThrows(TestAbortedException.class, () -> Chromium.find(path, folder));
        assertTrue(skipped.getMessage().contains("There is no chromium"), skipped.getMessage());
        Map<String, String> onServer = Map.of("PATH", folder.toString(), "CI", "true");
        AssertionError failed = assertThrows(AssertionError.class, () -> Chromium.find(onServer, folder));
        assertTrue(failed.getMessage().contains("There is no chromium"), failed.getMessage());
    }
}
