package dev.sallyport.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script in the root folder, in a tree of its own with a Java and a Maven that only say what they were told. */
class LauncherTest {
    private static final Path SCRIPT =
            Path.of("../../sallyport").toAbsolutePath().normalize();

    @TempDir
    Path temporary;

    private Path root;

    private record Run(int exit, String out, String err) {}

    @BeforeEach
    void plant() throws IOException {
        root = Files.createDirectories(temporary.resolve("a tree"));
        Files.copy(SCRIPT, root.resolve("sallyport"));
        for (String file : List.of(
                "pom.xml", "broker/pom.xml", "broker/src/main/A", "broker/demo/pom.xml", "broker/demo/src/main/B")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), "");
        }
        script("java/bin/java", """
                [ "$1" = -version ] && { echo 'openjdk version "'${FAKE_VERSION:-17.0.9}'"' >&2; exit 0; }
                for word in "$@"; do printf '<%s>' "$word"; done; echo
                """);
        script("bin/mvn", """
                echo "maven $*" >&2
                [ -z "$FAKE_FAILS" ] || exit 1
                sleep 0.5
                mkdir -p broker/target broker/demo/target
                echo > broker/target/sallyport.jar; echo > broker/demo/target/demo.jar
                """);
    }

    private void script(String name, String content) throws IOException {
        Path path = temporary.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "#!/bin/sh\n" + content);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Process start(List<String> variables, Path script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "JAVA_HOME=" + temporary.resolve("java")));
        command.add("PATH=" + temporary.resolve("bin") + ":/usr/bin:/bin");
        command.addAll(variables);
        command.add(script.toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(temporary.toFile()).start();
    }

    private Run end(Process process) throws IOException, InterruptedException {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return new Run(process.exitValue(), out, err);
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        return end(start(List.of(), root.resolve("sallyport"), arguments));
    }

    private static void age(Path file, int seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(seconds)));
    }

    @Test
    @DisplayName("The first start builds, the next does not, and one after an edit does")
    void buildsWhenNeeded() throws Exception {
        Run first = run("tenant", "create", "a b");
        assertEquals(0, first.exit(), first.err());
        assertTrue(first.err().startsWith("building…\n"), first.err());
        assertTrue(first.out().contains("<-jar><" + root.toRealPath() + "/broker/target/sallyport.jar>"), first.out());
        assertTrue(first.out().endsWith("<tenant><create><a b>\n"), first.out());
        assertEquals("", run("serve").err());
        age(root.resolve("broker/demo/src/main/B"), 2);
        assertTrue(run("serve").err().startsWith("building…"));
        age(root.resolve("broker/pom.xml"), 2);
        assertTrue(run("serve").err().startsWith("building…"));
    }

    @Test
    @DisplayName("The demo runs from both jars, through a symbolic link and from another folder too")
    void runsTheDemo() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), Path.of("a tree/sallyport"));
        Run demo =
                end(start(List.of(), Files.createSymbolicLink(temporary.resolve("again"), link), "demo", "--headless"));
        String real = root.toRealPath().toString();
        assertTrue(
                demo.out()
                        .contains("<-cp><" + real + "/broker/demo/target/demo.jar:" + real
                                + "/broker/target/sallyport.jar><dev.sallyport.demo.Demo><--headless>"),
                demo.out() + demo.err());
        assertTrue(demo.out().contains("<-Dsallyport.jar=" + real + "/broker/target/sallyport.jar>"), demo.out());
    }

    @Test
    @DisplayName("The benchmark builds when its own jar is missing, and fetches its peer only when it is asked for one")
    void runsTheBenchmark() throws Exception {
        assertEquals(0, run("serve").exit());
        Files.createDirectories(root.resolve("broker/bench/src/main"));
        Files.writeString(root.resolve("broker/bench/pom.xml"), "");
        Files.writeString(root.resolve("pom.xml"), "<keycloak.version>1.2.3</keycloak.version>");
        age(root.resolve("pom.xml"), -60);
        Run alone = run("bench", "refresh", "--seconds", "1");
        String real = root.toRealPath().toString();
        assertTrue(alone.err().startsWith("building…"), alone.err());
        assertTrue(
                alone.out()
                        .contains("<-cp><" + real + "/broker/bench/target/bench.jar:" + real
                                + "/broker/demo/target/demo.jar:" + real
                                + "/broker/target/sallyport.jar><dev.sallyport.bench.Bench><refresh><--seconds><1>"),
                alone.out());
        Run compared = run("bench", "refresh", "--peer", "keycloak");
        assertTrue(compared.err().contains("fetching Keycloak 1.2.3…"), compared.err());
        assertTrue(compared.err().contains("dependency:unpack@keycloak"), compared.err());
        assertTrue(
                compared.out().contains("<-Dkeycloak.home=" + real + "/broker/bench/target/keycloak/keycloak-1.2.3>"),
                compared.out());
    }

    @Test
    @DisplayName("Options for the Java machine can be replaced")
    void takesOptions() throws Exception {
        run("serve");
        Run run = end(start(List.of("SALLYPORT_JAVA_OPTS=-Xmx99m -XX:+UseZGC"), root.resolve("sallyport"), "serve"));
        assertTrue(run.out().startsWith("<-Xmx99m><-XX:+UseZGC><-jar>"), run.out());
    }

    @Test
    @DisplayName("Two first starts at the same moment build once")
    void buildsOnce() throws Exception {
        Process one = start(List.of(), root.resolve("sallyport"), "one");
        Process two = start(List.of(), root.resolve("sallyport"), "two");
        String err = end(one).err() + end(two).err();
        assertEquals(2, err.split("maven ", -1).length, err);
        assertTrue(Files.notExists(root.resolve("target/building")));
    }

    @Test
    @DisplayName("The lock of a build that died is taken over")
    void takesOver() throws Exception {
        Files.createDirectories(root.resolve("target/building"));
        Files.writeString(root.resolve("target/building/owner"), "99999999\n");
        assertEquals(0, run("serve").exit());
    }

    @Test
    @DisplayName("What is missing is named: Java, a newer Java, Maven; a failed build is an error and leaves no lock")
    void complains() throws Exception {
        Run old = end(start(List.of("FAKE_VERSION=11.0.2"), root.resolve("sallyport"), "serve"));
        assertEquals(1, old.exit());
        assertTrue(old.err().contains("Java 17 or newer is needed"), old.err());
        Run none = end(start(List.of("JAVA_HOME=/nowhere"), root.resolve("sallyport"), "serve"));
        assertEquals(1, none.exit());
        assertTrue(none.err().contains("JAVA_HOME is /nowhere"), none.err());
        Run fails = end(start(List.of("FAKE_FAILS=1"), root.resolve("sallyport"), "serve"));
        assertEquals(1, fails.exit());
        assertTrue(fails.err().contains("the build failed"), fails.err());
        assertTrue(Files.notExists(root.resolve("target/building")));
        Run noMaven = end(start(List.of("PATH=" + toolsWithoutMaven()), root.resolve("sallyport"), "serve"));
        assertEquals(1, noMaven.exit());
        assertTrue(noMaven.err().contains("Maven is missing"), noMaven.err());
    }

    private Path toolsWithoutMaven() throws IOException {
        Path tools = Files.createDirectories(temporary.resolve("tools"));
        for (String tool : List.of("sh", "readlink", "dirname", "find", "head", "sed", "mkdir", "cat", "rm", "mv")) {
            Path real = Path.of("/usr/bin", tool);
            Files.createSymbolicLink(tools.resolve(tool), Files.exists(real) ? real : Path.of("/bin", tool));
        }
        return tools;
    }
}
