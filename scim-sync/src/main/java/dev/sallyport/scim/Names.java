package dev.sallyport.scim;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Attribute names are compared without regard to case (RFC 7643 §2.1); JSON keys are not. This is the bridge. */
public final class Names {
    private Names() {}

    /** The key under which an object holds an attribute, however it is spelt there. */
    public static Optional<String> key(JsonObject object, String name) {
        if (object.containsKey(name)) {
            return Optional.of(name);
        }
        return object.fieldNames().stream()
                .filter(key -> key.equalsIgnoreCase(name))
                .findFirst();
    }

    /** The value of an attribute, or null. */
    public static Object value(JsonObject object, String name) {
        return key(object, name).map(object::getValue).orElse(null);
    }

    /** The value of an attribute if it is a text that is not blank. */
    public static Optional<String> text(JsonObject object, String name) {
        return value(object, name) instanceof String text && !text.isBlank()
                ? Optional.of(text.strip())
                : Optional.empty();
    }

    /** The object under an attribute; an empty one if there is none. */
    public static JsonObject object(JsonObject object, String name) {
        return value(object, name) instanceof JsonObject found ? found : new JsonObject();
    }
}
