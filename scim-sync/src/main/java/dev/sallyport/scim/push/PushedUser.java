package dev.sallyport.scim.push;

import dev.sallyport.scim.Schema;
import dev.sallyport.tenant.UserId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * A person as a SCIM client sees them.
 *
 * @param active whether the account is open
 * @param linked whether a client has ever written this person; if not, another way made them
 * @param vouched whether the client's last word was active
 * @param resource what the client last wrote, in canonical form
 * @param groups if they were asked for and there are any
 */
record PushedUser(
        UserId id,
        String userName,
        Optional<String> email,
        Optional<String> displayName,
        Optional<String> givenName,
        Optional<String> familyName,
        boolean active,
        boolean linked,
        boolean vouched,
        Optional<String> externalId,
        Optional<JsonObject> resource,
        Optional<JsonArray> groups,
        Instant createdAt,
        Instant modifiedAt) {
    /** The resource without what only the server knows, as patches are applied to it. */
    JsonObject writable() {
        JsonObject json = resource.filter(kept -> linked).map(JsonObject::copy).orElseGet(this::composed);
        json.put("active", active);
        if (active || !json.containsKey("userName")) {
            json.put("userName", userName);
        }
        externalId.ifPresent(value -> json.put("externalId", value));
        return json;
    }

    /** The whole resource (RFC 7643 §4.1). */
    JsonObject json(String base) {
        JsonObject written = writable();
        JsonArray schemas = new JsonArray().add(Schema.USER.id());
        if (written.containsKey(Schema.ENTERPRISE.id())) {
            schemas.add(Schema.ENTERPRISE.id());
        }
        JsonObject json = new JsonObject()
                .put("schemas", schemas)
                .put("id", id.toString())
                .mergeIn(written);
        groups.ifPresent(list -> json.put("groups", referenced(list, base)));
        return json.put(
                "meta",
                new JsonObject()
                        .put("resourceType", "User")
                        .put("created", createdAt.toString())
                        .put("lastModified", modifiedAt.toString())
                        .put("location", base + "/Users/" + id));
    }

    private JsonObject composed() {
        JsonObject json = new JsonObject();
        displayName.ifPresent(value -> json.put("displayName", value));
        JsonObject name = new JsonObject();
        givenName.ifPresent(value -> name.put("givenName", value));
        familyName.ifPresent(value -> name.put("familyName", value));
        if (!name.isEmpty()) {
            json.put("name", name);
        }
        email.ifPresent(value -> json.put(
                "emails",
                new JsonArray()
                        .add(new JsonObject()
                                .put("value", value)
                                .put("type", "work")
                                .put("primary", true))));
        return json;
    }

    private static JsonArray referenced(JsonArray groups, String base) {
        JsonArray result = new JsonArray();
        for (int i = 0; i < groups.size(); i++) {
            JsonObject group = groups.getJsonObject(i).copy();
            result.add(group.put("$ref", base + "/Groups/" + group.getString("value")));
        }
        return result;
    }
}
