package dev.sallyport.broker.outside;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** People as an IdP tells of them. */
public final class Person {
    private Person() {}

    /** Somebody of this name in the group {@code staff}. */
    public static JsonObject named(String name) {
        return new JsonObject()
                .put("sub", name)
                .put("email", name + "@example.com")
                .put("email_verified", true)
                .put("name", name)
                .put("preferred_username", name + "@example.com")
                .put("groups", new JsonArray().add("staff"));
    }
}
