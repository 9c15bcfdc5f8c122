package dev.sallyport.scim.push;

import dev.sallyport.scim.FilterExpression;
import dev.sallyport.scim.ScimException;
import dev.sallyport.scim.Selection;
import io.vertx.core.MultiMap;
import java.util.Optional;

/**
 * The parameters of a list (RFC 7644 §3.4.2). Sorting is not offered; lists are in the order of ids.
 *
 * @param startIndex from 1
 * @param count 0 to 1000
 */
record ListQuery(Optional<FilterExpression> filter, long startIndex, int count, Selection selection) {
    private static final int DEFAULT_COUNT = 100;
    private static final int MOST = 1000;

    static ListQuery of(MultiMap parameters) {
        Optional<FilterExpression> filter = Optional.ofNullable(parameters.get("filter"))
                .filter(text -> !text.isBlank())
                .map(FilterExpression::parse);
        long startIndex = Math.max(1, number(parameters, "startIndex", 1));
        int count = (int) Math.max(0, Math.min(MOST, number(parameters, "count", DEFAULT_COUNT)));
        return new ListQuery(filter, startIndex, count, selection(parameters));
    }

    static Selection selection(MultiMap parameters) {
        return Selection.of(parameters.get("attributes"), parameters.get("excludedAttributes"));
    }

    private static long number(MultiMap parameters, String name, long otherwise) {
        String text = parameters.get(name);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        if (!text.matches("-?\\d{1,18}")) {
            throw ScimException.invalidValue(name + " must be a number");
        }
        return Long.parseLong(text);
    }
}
