package dev.sallyport.demo.story;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a browser shows.
 *
 * @param address where it ended up
 * @param location where it is sent on, when it did not follow; otherwise empty
 * @param trail all addresses on the way, the first one and the last one included
 */
public record Page(URI address, int status, Optional<URI> location, String body, List<URI> trail) {

    /** Copies the trail. */
    public Page {
        trail = List.copyOf(trail);
    }

    /** The forms, from top to bottom. */
    public List<Form> forms() {
        return Form.all(address, body);
    }

    /** The first form that has a field of this name; fails with {@link Broken} when there is none. */
    public Form form(String field) {
        return forms().stream()
                .filter(form -> form.names().contains(field))
                .findFirst()
                .orElseThrow(() -> new Broken(described() + " has no form with a field '" + field + "'"));
    }

    /** The text of the element with this id; fails with {@link Broken} when there is none. */
    public String text(String id) {
        return find("(?is)<(\\w+)\\b[^>]*\\bid=\"" + Pattern.quote(id) + "\"[^>]*>(.*?)</\\1>")
                .orElseThrow(() -> new Broken(described() + " has no element '" + id + "'"));
    }

    /** The texts of all elements of this name whose class attribute holds the word. */
    public List<String> texts(String element, String word) {
        return Pattern.compile("(?is)<" + element + "\\b[^>]*\\bclass=\"[^\"]*\\b" + Pattern.quote(word)
                        + "\\b[^\"]*\"[^>]*>(.*?)</" + element + ">")
                .matcher(body)
                .results()
                .map(found -> Markup.text(found.group(1)))
                .toList();
    }

    /** The address behind the first link whose path ends like this; fails with {@link Broken} when there is none. */
    public URI link(String ending) {
        Matcher links = Pattern.compile("(?is)<a\\b([^>]*)>").matcher(body);
        while (links.find()) {
            String target = Markup.attributes(links.group(1)).getOrDefault("href", "");
            if (target.endsWith(ending)) {
                return Wire.resolve(address, target);
            }
        }
        throw new Broken(described() + " has no link to '" + ending + "'");
    }

    /** The value of a query parameter of where the browser is sent on. */
    public Optional<String> sentOn(String parameter) {
        return location.flatMap(target -> parameter(target, parameter));
    }

    /** The value of a query parameter of an address. */
    public static Optional<String> parameter(URI address, String name) {
        return Optional.ofNullable(address.getRawQuery()).stream()
                .flatMap(query -> List.of(query.split("&", -1)).stream())
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
                .findFirst();
    }

    /** Status, address and headline. */
    String described() {
        String headline = find("(?is)<(h1)\\b[^>]*>(.*?)</\\1>").orElse("");
        return status + " at " + Wire.shown(address) + (headline.isEmpty() ? "" : " (" + headline + ")");
    }

    private Optional<String> find(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(body);
        return matcher.find() ? Optional.of(Markup.text(matcher.group(2))) : Optional.empty();
    }
}
