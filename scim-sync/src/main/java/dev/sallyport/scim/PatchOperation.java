package dev.sallyport.scim;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One operation of a PATCH request.
 *
 * @param path as sent; empty if there was none
 * @param value as sent; null if there was none
 */
public record PatchOperation(Kind kind, String path, Object value) {
    private static final String MESSAGE = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    private static final int MAX_OPERATIONS = 1000;

    /** What an operation does. */
    public enum Kind {
        ADD,
        REPLACE,
        REMOVE
    }

    /** Reads the request body. The names of operations may be written in any case. Fails with {@code invalidSyntax}. */
    public static List<PatchOperation> read(JsonObject body) {
        ResourceReader.checkDepth(body, 16);
        boolean named = Names.value(body, "schemas") instanceof JsonArray schemas
                && schemas.stream().anyMatch(schema -> schema instanceof String s && s.equalsIgnoreCase(MESSAGE));
        if (!named) {
            throw ScimException.invalidSyntax("schemas must name " + MESSAGE);
        }
        if (!(Names.value(body, "Operations") instanceof JsonArray operations)
                || operations.isEmpty()
                || operations.size() > MAX_OPERATIONS) {
            throw ScimException.invalidSyntax("Operations must hold 1 to " + MAX_OPERATIONS + " operations");
        }
        List<PatchOperation> result = new ArrayList<>();
        for (Object operation : operations) {
            if (!(operation instanceof JsonObject object)) {
                throw ScimException.invalidSyntax("an operation must be an object");
            }
            result.add(operation(object));
        }
        return result;
    }

    private static PatchOperation operation(JsonObject object) {
        Object path = Names.value(object, "path");
        if (path != null && !(path instanceof String)) {
            throw ScimException.invalidPath("path must be a text");
        }
        Kind kind = kind(Names.value(object, "op"));
        String text = path == null ? "" : ((String) path).strip();
        if (kind == Kind.REMOVE && text.isEmpty()) {
            throw ScimException.noTarget("remove asks for a path");
        }
        if (kind != Kind.REMOVE && Names.key(object, "value").isEmpty()) {
            throw ScimException.invalidValue("add and replace ask for a value");
        }
        return new PatchOperation(kind, text, Names.value(object, "value"));
    }

    private static Kind kind(Object op) {
        return switch (op instanceof String text ? text.toLowerCase(Locale.ROOT) : "") {
            case "add" -> Kind.ADD;
            case "replace" -> Kind.REPLACE;
            case "remove" -> Kind.REMOVE;
            default -> throw ScimException.invalidSyntax("op must be add, replace or remove");
        };
    }
}
