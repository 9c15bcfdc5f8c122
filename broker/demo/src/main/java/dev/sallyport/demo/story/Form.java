package dev.sallyport.demo.story;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A form on a page, with what it would send if it were sent now. Buttons send nothing unless their name is filled in like a field's.
 *
 * @param action where it goes, absolute
 * @param method GET or POST
 * @param names the names of all its fields, those too that would send nothing now
 */
public record Form(URI action, String method, Map<String, String> fields, Set<String> names) {
    private static final Pattern FORM = Pattern.compile("(?is)<form\\b([^>]*)>(.*?)</form>");
    private static final Pattern TAG = Pattern.compile("(?is)<(input|button|textarea|select)\\b([^>]*)>");
    private static final Pattern OPTION = Pattern.compile("(?is)<option\\b([^>]*)>([^<]*)");
    private static final Set<String> BUTTONS = Set.of("submit", "button", "image", "reset");
    private static final Set<String> TICKED = Set.of("checkbox", "radio");

    /** Copies the fields. */
    public Form {
        fields = Map.copyOf(fields);
        names = Set.copyOf(names);
    }

    /** The forms of a page, from top to bottom. */
    static List<Form> all(URI page, String body) {
        List<Form> forms = new ArrayList<>();
        Matcher matcher = FORM.matcher(body);
        while (matcher.find()) {
            Map<String, String> attributes = Markup.attributes(matcher.group(1));
            String action = attributes.getOrDefault("action", "");
            Map<String, String> fields = new LinkedHashMap<>();
            Set<String> names = new LinkedHashSet<>();
            read(matcher.group(2), fields, names);
            forms.add(new Form(
                    action.isEmpty() ? page : Wire.resolve(page, action),
                    attributes.getOrDefault("method", "get").toUpperCase(Locale.ROOT),
                    fields,
                    names));
        }
        return forms;
    }

    /** The same form with this field filled in; fails with {@link Broken} when it has no such field. */
    public Form with(String name, String value) {
        Checks.that(names.contains(name), "the form has a field '" + name + "', it has " + names);
        Map<String, String> filled = new LinkedHashMap<>(fields);
        filled.put(name, value);
        return new Form(action, method, filled, names);
    }

    private static void read(String inside, Map<String, String> fields, Set<String> names) {
        Matcher tags = TAG.matcher(inside);
        while (tags.find()) {
            Map<String, String> attributes = Markup.attributes(tags.group(2));
            String name = attributes.getOrDefault("name", "");
            if (name.isEmpty() || attributes.containsKey("disabled")) {
                continue;
            }
            names.add(name);
            String rest = inside.substring(tags.end());
            switch (tags.group(1).toLowerCase(Locale.ROOT)) {
                case "select" -> fields.putIfAbsent(name, selected(before(rest, "</select")));
                case "textarea" -> fields.putIfAbsent(name, Markup.unescaped(before(rest, "</textarea")));
                case "input" -> {
                    if (isSent(attributes)) {
                        fields.putIfAbsent(name, attributes.getOrDefault("value", ""));
                    }
                }
                default -> {
                    // A button is sent only when somebody presses it.
                }
            }
        }
    }

    private static boolean isSent(Map<String, String> attributes) {
        String type = attributes.getOrDefault("type", "text").toLowerCase(Locale.ROOT);
        return !BUTTONS.contains(type) && (!TICKED.contains(type) || attributes.containsKey("checked"));
    }

    private static String selected(String options) {
        Matcher matcher = OPTION.matcher(options);
        String first = null;
        while (matcher.find()) {
            Map<String, String> attributes = Markup.attributes(matcher.group(1));
            String value = attributes.getOrDefault("value", Markup.text(matcher.group(2)));
            if (attributes.containsKey("selected")) {
                return value;
            }
            first = first == null ? value : first;
        }
        return first == null ? "" : first;
    }

    private static String before(String text, String end) {
        int at = text.toLowerCase(Locale.ROOT).indexOf(end);
        return at < 0 ? text : text.substring(0, at);
    }
}
