package dev.sallyport.scim.push;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * An answer before it is written.
 *
 * @param body null for none
 */
record Answer(int status, JsonObject body, Map<String, String> headers) {
    static Answer ok(JsonObject body) {
        return new Answer(200, body, Map.of());
    }

    /** 201 with the Location that is also in the resource's meta (RFC 7644 §3.3). */
    static Answer created(JsonObject body) {
        return new Answer(
                201, body, Map.of("Location", body.getJsonObject("meta").getString("location")));
    }

    static Answer gone() {
        return new Answer(204, null, Map.of());
    }
}
