package dev.sallyport.scim;

import dev.sallyport.scim.PatchOperation.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Applies a PATCH request (RFC 7644 §3.5.2) to a resource: all operations or none. Understands what Entra ID and Okta send: operations in
 * any case, {@code "False"} for false, objects without a path, dotted and URN keys in them. Whatever it does not understand it refuses; an
 * operation is never skipped.
 */
public final class Patch {
    private final ResourceType type;
    private final JsonObject resource;

    private Patch(ResourceType type, JsonObject resource) {
        this.type = type;
        this.resource = resource;
    }

    /**
     * Applies the operations in order.
     *
     * @param resource in canonical form; stays as it is
     * @return the resource afterwards. Fails with {@code invalidPath}, {@code invalidValue}, {@code noTarget} or {@code mutability}
     */
    public static JsonObject apply(ResourceType type, JsonObject resource, List<PatchOperation> operations) {
        Patch patch = new Patch(type, resource.copy());
        operations.forEach(patch::apply);
        for (Attribute attribute : type.core().attributes()) {
            if (attribute.required()
                    && Names.text(patch.resource, attribute.name()).isEmpty()) {
                throw ScimException.invalidValue(attribute.name() + " is required");
            }
        }
        return patch.resource;
    }

    private void apply(PatchOperation operation) {
        if (!operation.path().isEmpty()) {
            apply(operation.kind(), operation.path(), operation.value());
        } else if (operation.value() instanceof JsonObject value && !value.isEmpty()) {
            value.fieldNames().forEach(key -> entry(operation.kind(), key, value.getValue(key)));
        } else {
            throw ScimException.invalidValue("without a path the value must be an object with attributes");
        }
    }

    /** An attribute of a value that came without a path. Clients repeat the id and the schemas there; that changes nothing. */
    private void entry(Kind kind, String key, Object value) {
        boolean sameId = key.equalsIgnoreCase("id") && value != null && value.equals(resource.getValue("id"));
        if (!sameId && !key.equalsIgnoreCase("schemas")) {
            apply(kind, key, value);
        }
    }

    private void apply(Kind kind, String text, Object value) {
        Schema extension = type.extension(text).orElse(null);
        if (extension != null) {
            whole(kind, extension, value);
            return;
        }
        PatchPath path = PatchPath.parse(text);
        Schema schema = type.schema(path.schema())
                .orElseThrow(() -> ScimException.invalidPath("no such schema: " + AttributePath.shown(path.schema())));
        Attribute attribute = schema.attribute(path.attribute())
                .orElseThrow(() -> ScimException.invalidPath(
                        schema.name() + " has no attribute " + AttributePath.shown(path.attribute())));
        if (attribute.isReadOnly()) {
            throw ScimException.mutability(attribute.name() + " is read-only");
        }
        if (attribute.mutability().equals("writeOnly")) {
            Values.whole(attribute, value);
            return;
        }
        boolean core = schema.equals(type.core());
        JsonObject holder = core ? resource : holder(schema);
        new Target(holder, attribute, path).apply(kind, value);
        if (!core && holder.isEmpty()) {
            resource.remove(schema.id());
        }
    }

    private void whole(Kind kind, Schema extension, Object value) {
        if (kind == Kind.REMOVE) {
            resource.remove(extension.id());
        } else if (value instanceof JsonObject object) {
            object.fieldNames().forEach(key -> apply(kind, extension.id() + ":" + key, object.getValue(key)));
        } else {
            throw ScimException.invalidValue(extension.id() + " must be an object");
        }
    }

    private JsonObject holder(Schema extension) {
        if (!(resource.getValue(extension.id()) instanceof JsonObject)) {
            resource.put(extension.id(), new JsonObject());
        }
        return resource.getJsonObject(extension.id());
    }

    /** Where an operation lands. */
    private record Target(JsonObject holder, Attribute attribute, PatchPath path) {
        void apply(Kind kind, Object value) {
            if (path.filter() != null) {
                if (!attribute.multiValued()) {
                    throw ScimException.invalidPath(attribute.name() + " has one value only");
                }
                new PatchSelection(holder, attribute, path).apply(kind, value);
            } else if (!path.sub().isEmpty()) {
                sub(kind, value);
            } else if (kind == Kind.REMOVE) {
                remove(value);
            } else {
                set(kind, value);
            }
        }

        private void sub(Kind kind, Object value) {
            Attribute sub = PatchSelection.sub(attribute, path.sub());
            if (attribute.multiValued()) {
                new PatchSelection(holder, attribute, path).apply(kind, value);
                return;
            }
            JsonObject complex =
                    holder.getValue(attribute.name()) instanceof JsonObject found ? found : new JsonObject();
            Object read = kind == Kind.REMOVE ? null : Values.whole(sub, value);
            if (read == null) {
                complex.remove(sub.name());
            } else {
                complex.put(sub.name(), read);
            }
            put(complex.isEmpty() ? null : complex);
        }

        private void remove(Object value) {
            if (attribute.required() || attribute.name().equals("active")) {
                throw ScimException.mutability(attribute.name() + " cannot be removed");
            }
            // Entra ID names the values to remove instead of filtering for them.
            if (value == null || !attribute.multiValued()) {
                holder.remove(attribute.name());
            } else if (Values.whole(attribute, value) instanceof JsonArray gone) {
                List<Object> identities =
                        gone.stream().map(PatchSelection::plainIdentity).toList();
                JsonArray kept = new JsonArray();
                PatchSelection.values(holder, attribute).stream()
                        .filter(one -> !identities.contains(PatchSelection.plainIdentity(one)))
                        .forEach(kept::add);
                put(kept.isEmpty() ? null : kept);
            }
        }

        private void set(Kind kind, Object value) {
            Object read = Values.whole(attribute, value);
            if (attribute.multiValued()) {
                put(kind == Kind.ADD ? added(read) : Primary.onlyOne(attribute, read));
            } else if (read instanceof JsonObject more
                    && holder.getValue(attribute.name()) instanceof JsonObject before) {
                put(before.mergeIn(more));
            } else if (read == null && attribute.name().equals("active")) {
                throw ScimException.invalidValue("active must be true or false");
            } else {
                put(read);
            }
        }

        private JsonArray added(Object read) {
            JsonArray values = PatchSelection.values(holder, attribute);
            if (read instanceof JsonArray more) {
                Primary.onlyOne(attribute, more);
                for (Object one : more) {
                    Object kept = PatchSelection.merged(values, one);
                    if (kept instanceof JsonObject object && Primary.isPrimary(object)) {
                        Primary.only(values, object);
                    }
                }
            }
            return values.isEmpty() ? null : values;
        }

        private void put(Object value) {
            if (value == null) {
                holder.remove(attribute.name());
            } else {
                holder.put(attribute.name(), value);
            }
        }
    }
}
