package dev.sallyport.broker.web;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Request parameters that may come once only (RFC 6749 §3.1 and §3.2); an empty value is as good as none. */
public final class Parameters {
    private static final int MAX_VALUE = 8_192;

    private final MultiMap values;

    private Parameters(MultiMap values) {
        this.values = values;
    }

    /** From the query. */
    public static Parameters query(RoutingContext context) {
        return new Parameters(context.queryParams());
    }

    /** From a form body; the body handler has read it. */
    public static Parameters form(RoutingContext context) {
        return new Parameters(context.request().formAttributes());
    }

    /** From the query of a GET, from the body of a POST. */
    public static Parameters of(RoutingContext context) {
        return context.request().method().name().equals("POST") ? form(context) : query(context);
    }

    /** A parameter's value. Throws {@code invalid_request} if it comes twice, is longer than 8 KiB or holds control characters. */
    public Optional<String> get(String name) {
        List<String> all = values.getAll(name);
        if (all.size() > 1) {
            throw OAuthError.invalidRequest("parameter " + name + " is repeated");
        }
        Optional<String> value = all.stream().findFirst().filter(v -> !v.isEmpty());
        value.ifPresent(v -> sound(name, v));
        return value;
    }

    /** The values of a parameter that may be repeated (RFC 8707 §2). Throws {@code invalid_request} as {@link #get}. */
    public List<String> all(String name) {
        List<String> all =
                values.getAll(name).stream().filter(v -> !v.isEmpty()).toList();
        all.forEach(value -> sound(name, value));
        return all;
    }

    /** A parameter that must be there. */
    public String require(String name) {
        return get(name).orElseThrow(() -> OAuthError.invalidRequest("parameter " + name + " is missing"));
    }

    private static void sound(String name, String value) {
        if (value.length() > MAX_VALUE) {
            throw OAuthError.invalidRequest("parameter " + name + " is too long");
        }
        if (value.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw OAuthError.invalidRequest("parameter " + name + " holds control characters");
        }
    }

    /** A space-delimited list, without repetitions. */
    public List<String> list(String name) {
        return get(name)
                .map(v -> Arrays.stream(v.split(" "))
                        .filter(s -> !s.isEmpty())
                        .distinct()
                        .toList())
                .orElse(List.of());
    }

    /** Whether a parameter comes at all. */
    public boolean has(String name) {
        return get(name).isPresent();
    }
}
