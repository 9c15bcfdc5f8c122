package dev.sallyport.broker.account;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A browser and its system in words, from what it says of itself (RFC 9110 §10.1.5). A hint for a person, nothing to rely on. */
final class UserAgent {
    /** The first that fits wins: many name the ones they are made of too. */
    private static final List<Map.Entry<String, String>> BROWSERS = List.of(
            Map.entry("Edg", "Edge"),
            Map.entry("OPR/", "Opera"),
            Map.entry("SamsungBrowser/", "Samsung Internet"),
            Map.entry("Firefox/", "Firefox"),
            Map.entry("FxiOS/", "Firefox"),
            Map.entry("CriOS/", "Chrome"),
            Map.entry("Chrome/", "Chrome"),
            Map.entry("Safari/", "Safari"));

    private static final List<Map.Entry<String, String>> SYSTEMS = List.of(
            Map.entry("iPhone", "iPhone"),
            Map.entry("iPad", "iPad"),
            Map.entry("Android", "Android"),
            Map.entry("CrOS", "ChromeOS"),
            Map.entry("Windows", "Windows"),
            Map.entry("Mac OS X", "macOS"),
            Map.entry("Linux", "Linux"));

    private UserAgent() {}

    static String words(Optional<String> header) {
        String text = header.orElse("");
        String browser = first(BROWSERS, text).orElse("A browser");
        return first(SYSTEMS, text).map(system -> browser + " on " + system).orElse(browser);
    }

    private static Optional<String> first(List<Map.Entry<String, String>> names, String text) {
        return names.stream()
                .filter(name -> text.contains(name.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
