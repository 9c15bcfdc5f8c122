package dev.sallyport.demo.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The system's Chromium, with a profile that Playwright makes for it and deletes again. It finds no host but the loopback address. */
final class Chromium implements AutoCloseable {
    static final int WIDTH = 1280;
    static final int HEIGHT = 800;

    private static final String MISSING =
            "There is no chromium: install your system's package to run the browser tests";
    private static final double PATIENCE_MS = 15_000;
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Path executable) {
        this.playwright = playwright;
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        this.browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        .setArgs(ARGUMENTS));
    }

    /** Starts it. Without one the tests are skipped; on the build server they fail. */
    static Chromium start() {
        Path executable = find(System.getenv(), Path.of("/usr/bin"));
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            return new Chromium(playwright, executable);
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /** {@code chromium} in the folders of {@code PATH}, or else in the usual one. */
    static Path find(Map<String, String> environment, Path usual) {
        Stream<Path> folders = Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
        Optional<Path> found = Stream.concat(folders, Stream.of(usual))
                .map(folder -> folder.resolve("chromium"))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            Assertions.assertNotEquals("true", environment.get("CI"), MISSING);
            Assumptions.abort(MISSING);
        }
        return found.orElseThrow();
    }

    /** A person with a browser of their own: no cookie is shared with another visitor. */
    BrowserContext visitor() {
        BrowserContext visitor = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(WIDTH, HEIGHT)
                .setLocale("en-GB")
                .setReducedMotion(ReducedMotion.REDUCE));
        visitor.setDefaultTimeout(PATIENCE_MS);
        return visitor;
    }

    @Override
    public void close() {
        try (Playwright last = playwright) {
            browser.close();
        }
    }
}
