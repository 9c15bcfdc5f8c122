package dev.sallyport.scim;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** At most one value of a multi-valued attribute is the primary one (RFC 7643 §2.4). */
final class Primary {
    private Primary() {}

    /** Refuses two primary values. Fails with {@code invalidValue}. */
    static Object onlyOne(Attribute attribute, Object value) {
        if (value instanceof JsonArray values
                && values.stream().filter(Primary::isPrimary).count() > 1) {
            throw ScimException.invalidValue(attribute.name() + " has more than one primary value");
        }
        return value;
    }

    /** After a patch made one value primary, the others are not any more (RFC 7644 §3.5.2). */
    static void only(JsonArray values, JsonObject primary) {
        for (Object value : values) {
            if (isPrimary(value)) {
                ((JsonObject) value).put("primary", false);
            }
        }
        primary.put("primary", true);
    }

    static boolean isPrimary(Object value) {
        return value instanceof JsonObject object && Boolean.TRUE.equals(object.getValue("primary"));
    }
}
