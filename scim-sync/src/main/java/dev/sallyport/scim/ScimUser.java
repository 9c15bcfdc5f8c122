package dev.sallyport.scim;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * A view of a User resource (RFC 7643 §4.1) that does not care how attribute names are spelt.
 *
 * @param json the resource; not copied
 */
public record ScimUser(JsonObject json) {
    /** The id that its server gave it. */
    public Optional<String> id() {
        return Names.text(json, "id");
    }

    /** The id that its client gave it. */
    public Optional<String> externalId() {
        return Names.text(json, "externalId");
    }

    /** The name by which the person is known there. */
    public Optional<String> userName() {
        return Names.text(json, "userName");
    }

    /** The name to show; composed from the parts if it is not given. */
    public Optional<String> displayName() {
        return Names.text(json, "displayName")
                .or(() -> Names.text(name(), "formatted"))
                .or(() -> {
                    String composed =
                            (givenName().orElse("") + " " + familyName().orElse("")).strip();
                    return composed.isEmpty() ? Optional.empty() : Optional.of(composed);
                });
    }

    /** The given name. */
    public Optional<String> givenName() {
        return Names.text(name(), "givenName");
    }

    /** The family name. */
    public Optional<String> familyName() {
        return Names.text(name(), "familyName");
    }

    /** The e-mail address: the primary one, else the one for work, else the first. */
    public Optional<String> email() {
        if (!(Names.value(json, "emails") instanceof JsonArray emails)) {
            return Optional.empty();
        }
        List<JsonObject> all = emails.stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(email -> Names.text(email, "value").isPresent())
                .toList();
        return all.stream()
                .filter(email -> Booleans.read(Names.value(email, "primary")).orElse(false))
                .findFirst()
                .or(() -> all.stream()
                        .filter(email -> Names.text(email, "type")
                                .filter("work"::equalsIgnoreCase)
                                .isPresent())
                        .findFirst())
                .or(() -> all.stream().findFirst())
                .flatMap(email -> Names.text(email, "value"));
    }

    /**
     * Whether the directory vouches for this person. Not given means yes (RFC 7643 §4.1.1 leaves it open, servers without the attribute
     * have only active people); given in words that are no boolean is {@code invalidValue}.
     */
    public boolean active() {
        Object value = Names.value(json, "active");
        return value == null
                || Booleans.read(value).orElseThrow(() -> ScimException.invalidValue("active must be true or false"));
    }

    private JsonObject name() {
        return Names.object(json, "name");
    }
}
