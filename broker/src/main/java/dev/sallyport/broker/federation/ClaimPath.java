package dev.sallyport.broker.federation;

import io.vertx.core.json.JsonObject;

/** Finds a claim by its configured name. Pure. */
final class ClaimPath {
    private ClaimPath() {}

    /**
     * The claim's value, or null. The name as it is written wins ({@code https://example.com/groups}), also inside an object; else each dot
     * may descend into one ({@code resource_access.my.app.roles}), the shortest key first.
     */
    static Object find(JsonObject claims, String name) {
        if (claims.containsKey(name)) {
            return claims.getValue(name);
        }
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            if (claims.getValue(name.substring(0, dot)) instanceof JsonObject inner) {
                Object found = find(inner, name.substring(dot + 1));
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /** Whether an object names this claim, or one that it lies in. */
    static boolean names(JsonObject object, String name) {
        return object.stream()
                .map(java.util.Map.Entry::getKey)
                .anyMatch(key -> name.equals(key) || name.startsWith(key + "."));
    }
}
