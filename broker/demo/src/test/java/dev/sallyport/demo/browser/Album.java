package dev.sallyport.demo.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ScreenshotCaret;
import com.microsoft.playwright.options.ScreenshotScale;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keeps screenshots, numbered in the order in which they were taken; each in light and in dark, and none twice. What keeps people out of
 * a page fails here, in both.
 */
final class Album {
    private static final int NARROW = 390;
    private static final int TALL = 844;

    private final Path folder;
    private final Set<String> taken = new HashSet<>();

    private Album(Path folder) {
        this.folder = folder;
    }

    /** An empty one. */
    static Album in(Path folder) {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> old = Files.list(folder)) {
                for (Path each : old.toList()) {
                    Files.delete(each);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Album(folder);
    }

    /** Takes the whole page, and goes through it with the keyboard. */
    void take(Page page, String name) {
        boolean first = !taken.contains(name);
        take(page, name, Chromium.WIDTH, Chromium.HEIGHT);
        if (first) {
            Accessibility.demand(name, Accessibility.byKeyboard(page));
            Accessibility.demand(name, Accessibility.enlarged(page));
            page.setViewportSize(Chromium.WIDTH, Chromium.HEIGHT);
        }
    }

    /** Takes the whole page, and again as a telephone shows it. */
    void takeNarrowToo(Page page, String name) {
        take(page, name);
        take(page, name + "-narrow", NARROW, TALL);
        page.setViewportSize(Chromium.WIDTH, Chromium.HEIGHT);
    }

    private void take(Page page, String name, int width, int height) {
        if (!taken.add(name)) {
            return;
        }
        page.setViewportSize(width, height);
        assertEquals(
                width,
                page.evaluate("document.documentElement.scrollWidth"),
                name + " does not scroll sideways at a width of " + width);
        // What sticks to the window would stand in the middle of the picture.
        page.evaluate("scrollTo(0, 0)");
        for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            Accessibility.demand(name + ", " + scheme, Accessibility.ofPage(page));
            String file =
                    "%02d-%s-%s.png".formatted(taken.size(), name, scheme.name().toLowerCase(Locale.ROOT));
            // The caret stays: hiding it takes an inline style, which no page's policy allows.
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setCaret(ScreenshotCaret.INITIAL)
                    .setScale(ScreenshotScale.CSS)
                    .setPath(folder.resolve(file)));
            Palette.reduce(folder.resolve(file));
        }
    }
}
