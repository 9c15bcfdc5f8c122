package dev.sallyport.demo.directory;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns what a client sent into what the directory keeps: known attributes in their own spelling, of the right type, readOnly ones left out. */
final class Normaliser {
    private static final int MAX_TEXT = 1024;

    private Normaliser() {}

    /**
     * The writable attributes of a resource (RFC 7643 §2.5: null and empty lists are the same as absent; RFC 7644 §3.5.1: readOnly is ignored).
     *
     * @throws ScimException invalidValue for a value of the wrong type or a required attribute that is missing
     */
    static JsonObject normalise(ResourceKind kind, JsonObject input) {
        JsonObject kept = object(kind.allCore().toList(), input);
        for (Map.Entry<String, Object> entry : input) {
            if (kind.hasEnterprise() && entry.getKey().equalsIgnoreCase(ResourceKind.ENTERPRISE)) {
                if (!(entry.getValue() instanceof JsonObject extension)) {
                    throw ScimException.invalidValue("The enterprise extension must be an object.");
                }
                JsonObject inner = object(kind.enterprise(), extension);
                if (!inner.isEmpty()) {
                    kept.put(ResourceKind.ENTERPRISE, inner);
                }
            }
        }
        return kept;
    }

    private static JsonObject object(List<Attribute> attributes, JsonObject input) {
        JsonObject kept = new JsonObject();
        for (Map.Entry<String, Object> entry : input) {
            Optional<Attribute> known =
                    Attribute.find(attributes, entry.getKey()).filter(a -> !a.readOnly());
            if (known.isPresent() && entry.getValue() != null) {
                put(kept, known.get(), entry.getValue());
            }
        }
        for (Attribute attribute : attributes) {
            boolean missing = attribute.required()
                    && (!(kept.getValue(attribute.name()) instanceof String text) || text.isBlank());
            if (missing) {
                throw ScimException.invalidValue("'" + attribute.name() + "' is required.");
            }
        }
        return kept;
    }

    private static void put(JsonObject kept, Attribute attribute, Object value) {
        if (!attribute.multiValued()) {
            Object clean = single(attribute, value);
            if (!(clean instanceof JsonObject complex && complex.isEmpty())) {
                kept.put(attribute.name(), clean);
            }
            return;
        }
        if (!(value instanceof JsonArray many)) {
            throw ScimException.invalidValue("'" + attribute.name() + "' must be a list.");
        }
        JsonArray values = new JsonArray();
        int primaries = 0;
        for (Object one : many) {
            Object clean = single(attribute, one);
            if (clean instanceof JsonObject o && o.getValue("primary") == Boolean.TRUE) {
                primaries++;
            }
            values.add(clean);
        }
        if (primaries > 1) {
            throw ScimException.invalidValue("'" + attribute.name() + "' has more than one primary value.");
        }
        if (!values.isEmpty()) {
            kept.put(attribute.name(), values);
        }
    }

    private static Object single(Attribute attribute, Object value) {
        boolean fits =
                switch (attribute.type()) {
                    case BOOLEAN -> value instanceof Boolean;
                    case COMPLEX -> value instanceof JsonObject;
                    default -> value instanceof String text && text.length() <= MAX_TEXT;
                };
        if (!fits) {
            throw ScimException.invalidValue("'" + attribute.name() + "' must be a " + attribute.type().scimName + ".");
        }
        return value instanceof JsonObject complex ? object(attribute.subs(), complex) : value;
    }
}
