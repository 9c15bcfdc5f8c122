package dev.sallyport.demo.keycloak;

import dev.sallyport.demo.FreePort;
import dev.sallyport.demo.story.Answer;
import dev.sallyport.demo.story.Broken;
import dev.sallyport.demo.story.Caller;
import dev.sallyport.demo.story.Checks;
import dev.sallyport.demo.story.Patience;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/** Keycloak as a child process, with its database in memory and the realms that it is given. */
final class KeycloakServer implements AutoCloseable {
    private static final Duration LONGEST_START = Duration.ofMinutes(3);
    private static final int LONGEST_STOP_SECONDS = 10;
    private static final String ADMIN = "story";
    private static final String PASSWORD = "story-of-this-run-alone";

    private final Process process;
    private final Path log;
    private final String base;

    private KeycloakServer(Process process, Path log, String base) {
        this.process = process;
        this.log = log;
        this.base = base;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param home the unpacked distribution
     * @param realms what to import, given the base of all addresses
     */
    static KeycloakServer start(Path home, Function<String, List<JsonObject>> realms) {
        int port = FreePort.any();
        String base = "http://127.0.0.1:" + port;
        List<JsonObject> content = realms.apply(base);
        Path log = home.resolve("story.log");
        try {
            write(home.resolve("data/import"), content);
            KeycloakServer server = new KeycloakServer(launch(home, port, log), log, base);
            server.awaitRealm(content.get(content.size() - 1).getString("realm"));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("Keycloak did not start from " + home, e);
        }
    }

    private static Process launch(Path home, int port, Path log) throws IOException {
        Path script = home.resolve("bin/kc.sh");
        Checks.that(script.toFile().setExecutable(true), script + " is there");
        ProcessBuilder builder = new ProcessBuilder(
                        script.toString(),
                        "start-dev",
                        "--db=dev-mem",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port,
                        "--features=scim-api",
                        "--import-realm")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx640m",
                        "KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN,
                        "KC_BOOTSTRAP_ADMIN_PASSWORD", PASSWORD));
        return builder.start();
    }

    private static void write(Path folder, List<JsonObject> realms) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> old = Files.list(folder)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        for (JsonObject realm : realms) {
            Files.writeString(folder.resolve(realm.getString("realm") + "-realm.json"), realm.encode());
        }
    }

    private void awaitRealm(String realm) {
        try {
            Patience.until("Keycloak answers", LONGEST_START, () -> {
                Checks.that(process.isAlive(), "Keycloak runs; " + log + " says why not");
                return answers(realm) ? Optional.of(true) : Optional.empty();
            });
        } catch (Broken e) {
            close();
            throw e;
        }
    }

    private boolean answers(String realm) {
        try {
            return Caller.anybody(base).get("/realms/" + realm).status() == 200;
        } catch (Broken e) {
            // Nobody listens there yet.
            return false;
        }
    }

    /** The base of all its addresses. */
    String base() {
        return base;
    }

    /** The admin API, as its administrator. */
    Caller admin() {
        Answer answer = Caller.anybody(base)
                .post(
                        "/realms/master/protocol/openid-connect/token",
                        Map.of(
                                "grant_type",
                                "password",
                                "client_id",
                                "admin-cli",
                                "username",
                                ADMIN,
                                "password",
                                PASSWORD));
        String token =
                Checks.status("Keycloak's administrator", 200, answer).json().getString("access_token");
        return Caller.bearer(base + "/admin/realms", token);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
