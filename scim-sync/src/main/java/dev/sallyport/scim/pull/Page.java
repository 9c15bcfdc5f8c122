package dev.sallyport.scim.pull;

import dev.sallyport.scim.Names;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One page of a list (RFC 7644 §3.4.2).
 *
 * @param total how many resources the server says there are
 * @param nextCursor where to go on, if it pages by cursor and there is more
 */
record Page(int total, List<JsonObject> resources, Optional<String> nextCursor) {
    /** Reads a page; every resource has an id of at most 500 characters. Fails with {@link PullFault}. */
    static Page of(JsonObject document) {
        Object total = Names.value(document, "totalResults");
        if (!(total instanceof Integer count) || count < 0) {
            throw new PullFault("the list has no usable totalResults");
        }
        Object listed = Names.value(document, "Resources");
        if (listed != null && !(listed instanceof JsonArray)) {
            throw new PullFault("the list has no Resources");
        }
        List<JsonObject> resources = new ArrayList<>();
        if (listed instanceof JsonArray array) {
            for (Object one : array) {
                if (!(one instanceof JsonObject resource) || !hasId(resource)) {
                    throw new PullFault("a resource in the list has no usable id");
                }
                resources.add(resource);
            }
        }
        return new Page(count, resources, Names.text(document, "nextCursor"));
    }

    private static boolean hasId(JsonObject resource) {
        return Names.text(resource, "id")
                .filter(id -> id.length() <= 500 && id.chars().noneMatch(Character::isISOControl))
                .isPresent();
    }
}
