package dev.sallyport.demo.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Looks for what keeps people out who do not see a page, see it badly, enlarge it, or have no mouse: WCAG 2.2 AA, as far as a machine
 * can tell. Each answer is a list of faults, in words.
 */
final class Accessibility {
    /** A window of 1,280 pixels at 400 per cent (WCAG 2.2, 1.4.10). */
    static final int ENLARGED = 320;

    // More things to come to than this has no page.
    private static final int MOST = 300;

    private static final String PAGE = script("accessibility.js");
    private static final String FOCUS = script("focus.js");
    private static final String UNREACHED = script("unreached.js");

    private Accessibility() {}

    /** Headings, names, labels, references, and the contrast in the colours that are on now. */
    static List<String> ofPage(Page page) {
        return strings(page.evaluate(PAGE));
    }

    /** Goes through the page with the Tab key: one sees where one is, everything is come to, and nothing holds one fast. */
    static List<String> byKeyboard(Page page) {
        List<String> faults = new ArrayList<>();
        Set<Object> seen = new HashSet<>();
        Object last = null;
        page.evaluate(UNREACHED);
        for (int i = 0; i < MOST; i++) {
            page.keyboard().press("Tab");
            if (!(page.evaluate(FOCUS) instanceof Map<?, ?> at)) {
                break;
            }
            Object now = at.get("number");
            boolean again = !seen.add(now);
            if (again && now.equals(last)) {
                // A field of several parts, such as a date: the next part of it.
                continue;
            }
            if (again) {
                break;
            }
            last = now;
            if (!Boolean.TRUE.equals(at.get("lined"))) {
                faults.add("one does not see that the keyboard is at " + at.get("label"));
            }
            if (!Boolean.TRUE.equals(at.get("inView"))) {
                faults.add(at.get("label") + " is out of sight while the keyboard is at it");
            }
        }
        faults.addAll(strings(page.evaluate(UNREACHED)));
        return faults;
    }

    /** Whether it has to be scrolled sideways when it is enlarged; changes the size of the window. */
    static List<String> enlarged(Page page) {
        page.setViewportSize(ENLARGED, Chromium.HEIGHT);
        Object width = page.evaluate("document.documentElement.scrollWidth");
        return width.equals(ENLARGED) ? List.of() : List.of("scrolls sideways at " + ENLARGED + " pixels: " + width);
    }

    /** Fails if there is a fault. */
    static void demand(String page, List<String> faults) {
        assertEquals(List.of(), faults, "what keeps people out of the page " + page);
    }

    private static List<String> strings(Object list) {
        return ((List<?>) list).stream().map(String::valueOf).toList();
    }

    private static String script(String name) {
        try (InputStream in = Objects.requireNonNull(Accessibility.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("//"))
                    .reduce("", (all, line) -> all + line + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
