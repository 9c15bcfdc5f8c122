package dev.sallyport.broker.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Pages of lists. */
final class Listing {
    private Listing() {}

    /**
     * A page of what was read with one more item than asked for: that one only tells that there is more.
     *
     * @param key by which the next page begins behind an item
     */
    static <T> JsonObject page(List<T> found, int limit, Function<T, JsonObject> json, Function<T, String> key) {
        List<T> shown = found.size() > limit ? found.subList(0, limit) : found;
        String next = found.size() > limit ? Cursor.of(key.apply(shown.get(limit - 1))) : null;
        return new JsonObject()
                .put("items", new JsonArray(shown.stream().map(json).toList()))
                .put("next_cursor", next);
    }

    /** A page of a list that is there as a whole; a cursor whose item has gone in between is refused (400). */
    static <T> JsonObject page(List<T> all, Call call, Function<T, JsonObject> json, Function<T, String> key) {
        Optional<String> cursor = call.cursor();
        int from = 0;
        if (cursor.isPresent()) {
            List<String> keys = all.stream().map(key).toList();
            String after = Cursor.key(cursor.get(), keys::contains);
            from = keys.indexOf(after) + 1;
        }
        int limit = call.limit();
        return page(all.subList(from, Math.min(all.size(), from + limit + 1)), limit, json, key);
    }
}
