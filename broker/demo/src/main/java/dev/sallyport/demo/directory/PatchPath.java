package dev.sallyport.demo.directory;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Predicate;

/**
 * The target of a PATCH operation (RFC 7644 §3.5.2): an attribute, perhaps only some of its values, perhaps only a sub-attribute.
 *
 * @param target the attribute, with its sub-attribute if one is named
 * @param filtered whether a filter in brackets was given
 * @param where which elements of a multi-valued attribute are meant
 */
record PatchPath(AttributePath target, boolean filtered, Predicate<JsonObject> where) {

    /**
     * Parses a path.
     *
     * @throws ScimException invalidPath when it is malformed or unknown, mutability when it may not be written
     */
    static PatchPath parse(ResourceKind kind, String text) {
        PatchPath path;
        try {
            path = read(kind, new FilterTokens(text));
        } catch (ScimException e) {
            throw ScimException.invalidPath("The path is not understood: " + e.getMessage());
        }
        if (path.target.leaf().readOnly()) {
            throw new ScimException(400, "mutability", "'" + path.target.leaf().name() + "' is read-only.");
        }
        return path;
    }

    private static PatchPath read(ResourceKind kind, FilterTokens tokens) {
        String name = tokens.take().text();
        AttributePath target =
                kind.resolve(name).orElseThrow(() -> ScimException.invalidPath("There is no such attribute."));
        if (tokens.atEnd()) {
            return new PatchPath(target, false, element -> true);
        }
        tokens.expect("[");
        FilterExpression where = new FilterParser(tokens, kind::resolve).element(target);
        if (!target.attribute().multiValued()) {
            throw ScimException.invalidPath("Only a multi-valued attribute takes a filter.");
        }
        if (!tokens.atEnd()) {
            String rest = tokens.take().text();
            Attribute sub = target.attribute()
                    .sub(rest.startsWith(".") ? rest.substring(1) : "")
                    .orElseThrow(() -> ScimException.invalidPath("There is no such sub-attribute."));
            target = new AttributePath(target.container(), target.attribute(), List.of(sub));
        }
        if (!tokens.atEnd()) {
            throw ScimException.invalidPath("Something is left over at the end.");
        }
        return new PatchPath(target, true, where);
    }
}
