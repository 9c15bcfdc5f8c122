package dev.sallyport.scim;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * A view of a Group resource (RFC 7643 §4.2) that does not care how attribute names are spelt.
 *
 * @param json the resource; not copied
 */
public record ScimGroup(JsonObject json) {
    /** The id that its server gave it. */
    public Optional<String> id() {
        return Names.text(json, "id");
    }

    /** The id that its client gave it. */
    public Optional<String> externalId() {
        return Names.text(json, "externalId");
    }

    /** The group's name. */
    public Optional<String> displayName() {
        return Names.text(json, "displayName");
    }

    /** Whether the resource says anything about its members; some servers leave them out of lists. */
    public boolean tellsMembers() {
        return Names.key(json, "members").isPresent();
    }

    /** The ids of its direct members that are people, in order, each once. */
    public List<String> members() {
        if (!(Names.value(json, "members") instanceof JsonArray members)) {
            return List.of();
        }
        return members.stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(member -> !Names.text(member, "type")
                        .filter("group"::equalsIgnoreCase)
                        .isPresent())
                .flatMap(member -> Names.text(member, "value").stream())
                .distinct()
                .toList();
    }
}
