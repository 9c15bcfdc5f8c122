package dev.sallyport.scim;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of an attribute, perhaps with its schema and a sub-attribute (RFC 7644 §3.10).
 *
 * @param schema the schema's URN, or empty
 * @param attribute as it was written
 * @param sub the sub-attribute, or empty
 */
public record AttributePath(String schema, String attribute, String sub) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z$][A-Za-z0-9_$-]*");

    /** Reads a path. Fails with {@code invalidPath}. */
    public static AttributePath parse(String text) {
        String schema = "";
        String rest = text;
        if (text.regionMatches(true, 0, "urn:", 0, 4)) {
            int end = text.lastIndexOf(':');
            schema = text.substring(0, end);
            rest = text.substring(end + 1);
        }
        int dot = rest.indexOf('.');
        String attribute = dot < 0 ? rest : rest.substring(0, dot);
        String sub = dot < 0 ? "" : rest.substring(dot + 1);
        if (!NAME.matcher(attribute).matches()
                || (dot >= 0 && !NAME.matcher(sub).matches())) {
            throw ScimException.invalidPath("not an attribute: " + shown(text));
        }
        return new AttributePath(schema, attribute, sub);
    }

    /** {@code attribute} or {@code attribute.sub} in lower case, without the schema. */
    public String key() {
        String whole = sub.isEmpty() ? attribute : attribute + "." + sub;
        return whole.toLowerCase(Locale.ROOT);
    }

    /** The schema in lower case, or empty. */
    public String schemaKey() {
        return schema.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return (schema.isEmpty() ? "" : schema + ":") + attribute + (sub.isEmpty() ? "" : "." + sub);
    }

    static String shown(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", " ");
        return '"' + (clean.length() > 80 ? clean.substring(0, 80) + "…" : clean) + '"';
    }
}
