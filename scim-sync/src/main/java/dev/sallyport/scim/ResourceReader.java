package dev.sallyport.scim;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Reads a resource that a client sends with POST or PUT (RFC 7644 §3.3, §3.5.1). Read-only attributes are ignored, as the standard asks;
 * a password is taken and forgotten, because nobody can sign in with one; what no schema knows is refused, so that a wrong mapping at the
 * client is seen there.
 */
public final class ResourceReader {
    private static final int MAX_DEPTH = 16;

    private ResourceReader() {}

    /** The resource in canonical form. Fails with {@code invalidSyntax} or {@code invalidValue}. */
    public static JsonObject read(ResourceType type, JsonObject body) {
        checkDepth(body, MAX_DEPTH);
        JsonObject resource = new JsonObject();
        for (String key : body.fieldNames()) {
            if (!key.equalsIgnoreCase("schemas")) {
                put(type, resource, key, body.getValue(key));
            }
        }
        for (Attribute attribute : type.core().attributes()) {
            if (attribute.required() && Names.text(resource, attribute.name()).isEmpty()) {
                throw ScimException.invalidValue(attribute.name() + " is required");
            }
        }
        return resource;
    }

    /** Refuses documents that are nested deeper than a resource can be. Fails with {@code invalidSyntax}. */
    public static void checkDepth(Object value, int left) {
        if (left == 0) {
            throw ScimException.invalidSyntax("the document is nested too deep");
        }
        if (value instanceof JsonObject object) {
            object.forEach(entry -> checkDepth(object.getValue(entry.getKey()), left - 1));
        } else if (value instanceof JsonArray array) {
            array.forEach(one -> checkDepth(one, left - 1));
        }
    }

    private static void put(ResourceType type, JsonObject resource, String key, Object value) {
        Schema extension = type.extension(key).orElse(null);
        if (extension != null) {
            JsonObject inner = new JsonObject();
            if (value instanceof JsonObject object) {
                object.fieldNames().forEach(name -> put(extension, inner, name, object.getValue(name)));
            } else if (value != null) {
                throw ScimException.invalidValue(key + " must be an object");
            }
            if (!inner.isEmpty()) {
                resource.put(extension.id(), inner);
            }
            return;
        }
        put(type.core(), resource, key, value);
    }

    private static void put(Schema schema, JsonObject holder, String key, Object value) {
        Attribute attribute = schema.attribute(key)
                .orElseThrow(() ->
                        ScimException.invalidValue(schema.name() + " has no attribute " + AttributePath.shown(key)));
        if (attribute.isReadOnly() || attribute.mutability().equals("writeOnly")) {
            return;
        }
        if (holder.containsKey(attribute.name())) {
            throw ScimException.invalidSyntax(attribute.name() + " stands there twice");
        }
        Object read = Values.whole(attribute, value);
        if (read != null) {
            holder.put(attribute.name(), Primary.onlyOne(attribute, read));
        }
    }
}
