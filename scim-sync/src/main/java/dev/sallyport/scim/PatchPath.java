package dev.sallyport.scim;

import dev.sallyport.scim.FilterExpression.ValuePath;

/**
 * The path of a patch operation (RFC 7644 §3.5.2): an attribute, perhaps with a value filter and a sub-attribute.
 *
 * @param filter selects values of a multi-valued attribute; null if all are meant
 * @param sub the sub-attribute, or empty
 */
record PatchPath(String schema, String attribute, FilterExpression filter, String sub) {
    static final int MAX_LENGTH = FilterParser.MAX_LENGTH;

    /** Reads a path. Fails with {@code invalidPath}, or {@code invalidFilter} within the brackets. */
    static PatchPath parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw ScimException.invalidPath("the path is longer than " + MAX_LENGTH + " characters");
        }
        int open = text.indexOf('[');
        if (open < 0) {
            AttributePath path = AttributePath.parse(text);
            return new PatchPath(path.schema(), path.attribute(), null, path.sub());
        }
        int close = text.lastIndexOf(']');
        String rest = text.substring(close + 1);
        if (close < open || !(rest.isEmpty() || (rest.startsWith(".") && rest.length() > 1))) {
            throw ScimException.invalidPath("not a path: " + AttributePath.shown(text));
        }
        String sub =
                rest.isEmpty() ? "" : AttributePath.parse(rest.substring(1)).attribute();
        FilterExpression parsed = FilterExpression.parse(text.substring(0, close + 1));
        if (!(parsed instanceof ValuePath selected)) {
            throw ScimException.invalidPath("not a path: " + AttributePath.shown(text));
        }
        return new PatchPath(selected.path().schema(), selected.path().attribute(), selected.filter(), sub);
    }

    @Override
    public String toString() {
        return (schema.isEmpty() ? "" : schema + ":") + attribute + (sub.isEmpty() ? "" : "." + sub);
    }
}
