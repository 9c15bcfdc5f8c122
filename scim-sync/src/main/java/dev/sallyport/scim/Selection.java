package dev.sallyport.scim;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Which attributes of a resource are returned: {@code attributes} and {@code excludedAttributes} (RFC 7644 §3.4.2.5). */
public final class Selection {
    private static final Set<String> ALWAYS = Set.of("schemas", "id");

    private final List<AttributePath> wanted;
    private final List<AttributePath> unwanted;

    private Selection(List<AttributePath> wanted, List<AttributePath> unwanted) {
        this.wanted = wanted;
        this.unwanted = unwanted;
    }

    /** Reads the two parameters; null or empty means all. Fails with {@code invalidPath}. */
    public static Selection of(String attributes, String excludedAttributes) {
        return new Selection(paths(attributes), paths(excludedAttributes));
    }

    /** Whether an attribute, written as in the schema, would be returned at all; saves looking it up. */
    public boolean wants(String attribute) {
        boolean named = wanted.isEmpty()
                || wanted.stream().anyMatch(path -> path.attribute().equalsIgnoreCase(attribute));
        return named
                && unwanted.stream()
                        .noneMatch(
                                path -> path.sub().isEmpty() && path.attribute().equalsIgnoreCase(attribute));
    }

    /** The resource with what was asked for; id and schemas are always returned. */
    public JsonObject apply(JsonObject resource) {
        if (wanted.isEmpty() && unwanted.isEmpty()) {
            return resource;
        }
        JsonObject result = new JsonObject();
        for (String key : resource.fieldNames()) {
            Object value = resource.getValue(key);
            if (ALWAYS.contains(key)) {
                result.put(key, value);
            } else if (!wanted.isEmpty()) {
                keep(result, key, value);
            } else {
                drop(result, key, value);
            }
        }
        return result;
    }

    private void keep(JsonObject result, String key, Object value) {
        List<AttributePath> here = about(wanted, key);
        if (here.stream().anyMatch(path -> isWhole(path, key))) {
            result.put(key, value);
        } else if (!here.isEmpty()) {
            result.put(
                    key,
                    narrowed(value, here.stream().map(path -> inner(path, key)).toList(), true));
        }
    }

    private void drop(JsonObject result, String key, Object value) {
        List<AttributePath> here = about(unwanted, key);
        if (here.stream().noneMatch(path -> isWhole(path, key))) {
            result.put(
                    key,
                    here.isEmpty()
                            ? value
                            : narrowed(
                                    value,
                                    here.stream().map(path -> inner(path, key)).toList(),
                                    false));
        }
    }

    private static List<AttributePath> about(List<AttributePath> paths, String key) {
        return paths.stream()
                .filter(path -> path.attribute().equalsIgnoreCase(key)
                        || path.schema().equalsIgnoreCase(key)
                        || path.toString().equalsIgnoreCase(key))
                .toList();
    }

    private static boolean isWhole(AttributePath path, String key) {
        return path.toString().equalsIgnoreCase(key)
                || (path.attribute().equalsIgnoreCase(key) && path.sub().isEmpty());
    }

    private static String inner(AttributePath path, String key) {
        return path.schema().equalsIgnoreCase(key) ? path.attribute() : path.sub();
    }

    private static Object narrowed(Object value, List<String> names, boolean keep) {
        if (value instanceof JsonArray array) {
            JsonArray result = new JsonArray();
            array.forEach(one -> result.add(narrowed(one, names, keep)));
            return result;
        }
        if (!(value instanceof JsonObject object)) {
            return value;
        }
        JsonObject result = new JsonObject();
        object.forEach(entry -> {
            if (names.stream().anyMatch(entry.getKey()::equalsIgnoreCase) == keep) {
                result.put(entry.getKey(), entry.getValue());
            }
        });
        return result;
    }

    private static List<AttributePath> paths(String parameter) {
        if (parameter == null || parameter.isBlank()) {
            return List.of();
        }
        if (parameter.length() > FilterParser.MAX_LENGTH) {
            throw ScimException.invalidPath("the list of attributes is too long");
        }
        return Arrays.stream(parameter.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(AttributePath::parse)
                .toList();
    }
}
