package dev.sallyport.scim;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Brings values into the form that the schema gives them: names in their canonical spelling, booleans as booleans, plain texts wrapped
 * where a complex value has a {@code value}. What does not fit is {@code invalidValue}.
 */
final class Values {
    private static final int MAX_TEXT = 8192;
    private static final int MAX_VALUES = 100_000;

    private Values() {}

    /** The value of a whole attribute; null if it is none (RFC 7643 §2.5: null, [] and absent are the same). */
    static Object whole(Attribute attribute, Object value) {
        if (value == null) {
            return null;
        }
        if (!attribute.multiValued()) {
            return one(attribute, value instanceof JsonArray array && array.size() == 1 ? array.getValue(0) : value);
        }
        JsonArray values = value instanceof JsonArray array ? array : new JsonArray().add(value);
        if (values.size() > MAX_VALUES) {
            throw ScimException.invalidValue(attribute.name() + " has more than " + MAX_VALUES + " values");
        }
        // The same value twice is one value (RFC 7643 §2.4).
        Map<Object, Object> distinct = new LinkedHashMap<>();
        for (Object each : values) {
            Object one = one(attribute, each);
            if (one != null) {
                distinct.putIfAbsent(identity(one), one);
            }
        }
        JsonArray result = new JsonArray();
        distinct.values().forEach(result::add);
        return result.isEmpty() ? null : result;
    }

    /** One value of an attribute; null if it is none. */
    static Object one(Attribute attribute, Object value) {
        if (value == null) {
            return null;
        }
        return switch (attribute.type()) {
            case "boolean" ->
                Booleans.read(value)
                        .orElseThrow(() -> ScimException.invalidValue(attribute.name() + " must be true or false"));
            case "complex" -> complex(attribute, value);
            default -> text(attribute, value);
        };
    }

    /** What makes a value of a multi-valued attribute the same as another. */
    static Object identity(Object value) {
        if (value instanceof JsonObject object && object.getValue("value") != null) {
            return object.getValue("type") + "\u0000" + object.getValue("value");
        }
        return value;
    }

    private static Object text(Attribute attribute, Object value) {
        if (!(value instanceof String text)) {
            throw ScimException.invalidValue(attribute.name() + " must be a text");
        }
        if (text.length() > MAX_TEXT || text.indexOf('\u0000') >= 0) {
            throw ScimException.invalidValue(attribute.name() + " is too long or holds a NUL");
        }
        return text.isEmpty() ? null : text;
    }

    private static Object complex(Attribute attribute, Object value) {
        if (value instanceof JsonObject object) {
            JsonObject result = new JsonObject();
            for (String key : object.fieldNames()) {
                Attribute sub = attribute
                        .sub(key)
                        .orElseThrow(() ->
                                ScimException.invalidValue(attribute.name() + " has no " + AttributePath.shown(key)));
                Object one = whole(sub, object.getValue(key));
                if (one != null) {
                    result.put(sub.name(), one);
                }
            }
            return result.isEmpty() ? null : result;
        }
        Optional<Attribute> main = attribute.sub("value");
        if (main.isEmpty()) {
            throw ScimException.invalidValue(attribute.name() + " must be an object");
        }
        Object inner = one(main.get(), value);
        return inner == null ? null : new JsonObject().put("value", inner);
    }
}
