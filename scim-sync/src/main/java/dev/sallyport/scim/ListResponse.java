package dev.sallyport.scim;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * One page of a list (RFC 7644 §3.4.2).
 *
 * @param totalResults how many there are on all pages together
 * @param startIndex 1-based number of the first on this page
 */
public record ListResponse(long totalResults, long startIndex, List<JsonObject> resources) {
    private static final String MESSAGE = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

    public ListResponse {
        resources = List.copyOf(resources);
    }

    /** The body. */
    public JsonObject body() {
        return new JsonObject()
                .put("schemas", new JsonArray().add(MESSAGE))
                .put("totalResults", totalResults)
                .put("startIndex", startIndex)
                .put("itemsPerPage", resources.size())
                .put("Resources", new JsonArray(resources));
    }
}
