package dev.sallyport.broker.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Query parameters in their order, repetitions and all. */
public final class Query {
    private final List<Map.Entry<String, String>> entries;

    private Query(List<Map.Entry<String, String>> entries) {
        this.entries = new ArrayList<>(entries);
    }

    /** These parameters. */
    public static Query of(List<Map.Entry<String, String>> entries) {
        return new Query(entries);
    }

    /** One more. */
    public Query add(String name, String value) {
        entries.add(Map.entry(name, value));
        return this;
    }

    /** A path with this query, percent-encoded; the bare path if there are no parameters. */
    public String after(String path) {
        return entries.stream()
                .map(e -> encode(e.getKey()) + "=" + encode(e.getValue()))
                .collect(Collectors.collectingAndThen(
                        Collectors.joining("&"), query -> query.isEmpty() ? path : path + "?" + query));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
