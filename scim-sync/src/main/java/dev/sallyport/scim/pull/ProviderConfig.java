package dev.sallyport.scim.pull;

import dev.sallyport.scim.Names;
import io.vertx.core.json.JsonObject;

/**
 * What the directory's server says it can do (RFC 7644 §4, RFC 9865 §4).
 *
 * @param cursor it pages by cursor
 * @param filter it can filter lists
 */
record ProviderConfig(boolean cursor, boolean filter) {
    /** Of a server that says nothing: pages by index, no filters. */
    static final ProviderConfig UNKNOWN = new ProviderConfig(false, false);

    static ProviderConfig of(JsonObject document) {
        return new ProviderConfig(
                Boolean.TRUE.equals(Names.value(Names.object(document, "pagination"), "cursor")),
                Boolean.TRUE.equals(Names.value(Names.object(document, "filter"), "supported")));
    }
}
