package dev.sallyport.demo.directory;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * A resolved attribute name such as {@code userName}, {@code name.givenName} or the enterprise extension's {@code department}.
 *
 * @param container the extension's URN, or an empty string for the resource itself
 * @param attribute the attribute
 * @param below its sub-attribute, if one was named
 */
record AttributePath(String container, Attribute attribute, List<Attribute> below) {

    Attribute leaf() {
        return below.isEmpty() ? attribute : below.get(0);
    }

    /** The object that holds the attribute. Writing to it has no effect where the extension is absent. */
    JsonObject holder(JsonObject resource) {
        return container.isEmpty() ? resource : resource.getJsonObject(container, new JsonObject());
    }

    /** Every value at this path; a complex attribute without a named sub-attribute stands for its {@code value} (RFC 7644 §3.4.2.2). */
    List<Object> values(JsonObject resource) {
        Object found = holder(resource).getValue(attribute.name());
        List<Object> values = new ArrayList<>();
        if (found instanceof JsonArray many) {
            many.forEach(one -> collect(one, values));
        } else if (found != null) {
            collect(found, values);
        }
        return values;
    }

    private void collect(Object one, List<Object> into) {
        if (!(one instanceof JsonObject complex)) {
            into.add(one);
            return;
        }
        String key = below.isEmpty() ? "value" : below.get(0).name();
        Object inner = complex.getValue(key);
        if (inner != null) {
            into.add(inner);
        } else if (below.isEmpty() && !complex.isEmpty()) {
            into.add(complex);
        }
    }
}
