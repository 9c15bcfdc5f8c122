package dev.sallyport.demo.directory;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** PATCH (RFC 7644 §3.5.2): all operations on a copy, so that either all of them hold or none. */
final class Patch {
    private static final String PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    private final ResourceKind kind;
    private final JsonObject resource;

    private Patch(ResourceKind kind, JsonObject resource) {
        this.kind = kind;
        this.resource = resource;
    }

    /**
     * The resource after all operations; the one given stays as it is.
     *
     * @throws ScimException when an operation is not understood, whatever the others say
     */
    static JsonObject apply(ResourceKind kind, JsonObject current, JsonObject request) {
        boolean announced = field(request, "schemas") instanceof JsonArray schemas
                && schemas.stream().anyMatch(s -> PATCH_OP.equalsIgnoreCase(String.valueOf(s)));
        if (!announced || !(field(request, "Operations") instanceof JsonArray operations) || operations.isEmpty()) {
            throw ScimException.invalidSyntax("A PatchOp message with operations is expected.");
        }
        Patch patch = new Patch(kind, current.copy());
        for (Object one : operations) {
            if (!(one instanceof JsonObject operation) || !(field(operation, "op") instanceof String op)) {
                throw ScimException.invalidSyntax("Each operation must be an object with 'op'.");
            }
            patch.operation(op.toLowerCase(Locale.ROOT), field(operation, "path"), field(operation, "value"));
        }
        return patch.resource;
    }

    private void operation(String op, Object path, Object value) {
        boolean remove = op.equals("remove");
        if (!remove && !op.equals("add") && !op.equals("replace")) {
            throw ScimException.invalidSyntax("'op' must be add, replace or remove.");
        }
        if (path == null) {
            if (remove) {
                throw new ScimException(400, "noTarget", "'remove' needs a path.");
            }
            if (!(value instanceof JsonObject attributes)) {
                throw ScimException.invalidValue("Without a path the value must be an object.");
            }
            each(op, "", attributes);
        } else if (path instanceof String text) {
            target(op, text, value);
        } else {
            throw ScimException.invalidPath("The path must be a string.");
        }
    }

    private void each(String op, String prefix, JsonObject attributes) {
        for (Map.Entry<String, Object> entry : attributes) {
            String name = prefix + entry.getKey();
            boolean unchanged = kind.resolve(name)
                    .filter(p -> p.leaf().readOnly())
                    .filter(p -> p.below().isEmpty())
                    .filter(p -> Objects.equals(
                            p.holder(resource).getValue(p.attribute().name()), entry.getValue()))
                    .isPresent();
            if (!unchanged) {
                target(op, name, entry.getValue());
            }
        }
    }

    private void target(String op, String text, Object value) {
        boolean schema = text.equalsIgnoreCase(kind.urn) || isExtension(text);
        if (schema && value instanceof JsonObject attributes) {
            each(op, text + ":", attributes);
            return;
        }
        if (isExtension(text) && op.equals("remove")) {
            resource.remove(ResourceKind.ENTERPRISE);
            return;
        }
        PatchPath path = PatchPath.parse(kind, text);
        if (value == null && op.equals("add")) {
            throw ScimException.invalidValue("'add' needs a value.");
        }
        String effective = value == null ? "remove" : op;
        AttributePath target = path.target();
        if (!target.container().isEmpty() && !resource.containsKey(target.container())) {
            resource.put(target.container(), new JsonObject());
        }
        JsonObject holder = target.holder(resource);
        if (target.attribute().multiValued()) {
            new PatchValues(target, holder).apply(effective, path, value);
        } else {
            single(effective, holder, target, value);
        }
    }

    private boolean isExtension(String text) {
        return kind.hasEnterprise() && text.equalsIgnoreCase(ResourceKind.ENTERPRISE);
    }

    private static void single(String op, JsonObject holder, AttributePath target, Object value) {
        Attribute attribute = target.attribute();
        String name = attribute.name();
        boolean remove = op.equals("remove");
        if (!target.below().isEmpty()) {
            JsonObject inner = holder.getJsonObject(name, new JsonObject());
            holder.put(name, inner);
            assign(inner, target.leaf().name(), remove, value);
        } else if (attribute.isComplex() && !remove) {
            JsonObject inner = holder.getJsonObject(name, new JsonObject());
            holder.put(name, merge(attribute, inner, value));
        } else {
            assign(holder, name, remove, value);
        }
    }

    static void assign(JsonObject holder, String name, boolean remove, Object value) {
        if (remove) {
            holder.remove(name);
        } else {
            holder.put(name, value);
        }
    }

    /** Puts the sub-attributes of a value into an element, in their own spelling. */
    static JsonObject merge(Attribute attribute, JsonObject into, Object value) {
        if (!(value instanceof JsonObject given)) {
            throw ScimException.invalidValue("'" + attribute.name() + "' takes an object.");
        }
        for (Map.Entry<String, Object> entry : given) {
            Attribute sub = attribute
                    .sub(entry.getKey())
                    .orElseThrow(() -> ScimException.invalidPath("There is no such sub-attribute."));
            into.put(sub.name(), entry.getValue());
        }
        return into;
    }

    private static Object field(JsonObject message, String name) {
        for (Map.Entry<String, Object> entry : message) {
            if (entry.getKey().equalsIgnoreCase(name)) {
                return entry.getValue();
            }
        }
        return null;
    }
}
