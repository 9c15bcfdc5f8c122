package dev.sallyport.scim.push;

import dev.sallyport.scim.Schema;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A group as a SCIM client sees it.
 *
 * @param name the value by which rules name it
 * @param members as {@code {value, display}}; empty if they were not asked for
 */
record PushedGroup(
        UUID id,
        String name,
        Optional<String> externalId,
        Optional<JsonArray> members,
        Instant createdAt,
        Instant modifiedAt) {
    /** The resource without what only the server knows, as patches are applied to it. */
    JsonObject writable() {
        JsonObject json = new JsonObject().put("displayName", name);
        externalId.ifPresent(value -> json.put("externalId", value));
        members.filter(list -> !list.isEmpty()).ifPresent(list -> json.put("members", list.copy()));
        return json;
    }

    /** The whole resource (RFC 7643 §4.2). */
    JsonObject json(String base) {
        JsonObject json = new JsonObject()
                .put("schemas", new JsonArray().add(Schema.GROUP.id()))
                .put("id", id.toString())
                .put("displayName", name);
        externalId.ifPresent(value -> json.put("externalId", value));
        members.ifPresent(list -> json.put("members", referenced(list, base)));
        return json.put(
                "meta",
                new JsonObject()
                        .put("resourceType", "Group")
                        .put("created", createdAt.toString())
                        .put("lastModified", modifiedAt.toString())
                        .put("location", base + "/Groups/" + id));
    }

    /** The ids of the members in a resource. */
    static Set<String> memberIds(JsonObject resource) {
        return resource.getJsonArray("members", new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .map(member -> member.getString("value", ""))
                .collect(Collectors.toSet());
    }

    private static JsonArray referenced(JsonArray members, String base) {
        JsonArray result = new JsonArray();
        for (int i = 0; i < members.size(); i++) {
            JsonObject member = members.getJsonObject(i).copy();
            result.add(member.put("type", "User").put("$ref", base + "/Users/" + member.getString("value")));
        }
        return result;
    }
}
