package dev.sallyport.demo.directory;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The {@code attributes} and {@code excludedAttributes} parameters (RFC 7644 §3.4.2.5). Unknown names are passed over. */
final class Projection {
    private final ResourceKind kind;

    private Projection(ResourceKind kind) {
        this.kind = kind;
    }

    /**
     * What the request wants to see of a resource.
     *
     * @throws ScimException invalidValue when both parameters are given
     */
    static UnaryOperator<JsonObject> of(ResourceKind kind, MultiMap query) {
        Optional<List<String>> wanted = names(query.get("attributes"));
        Optional<List<String>> unwanted = names(query.get("excludedAttributes"));
        if (wanted.isPresent() && unwanted.isPresent()) {
            throw ScimException.invalidValue("'attributes' and 'excludedAttributes' exclude each other.");
        }
        Projection projection = new Projection(kind);
        if (wanted.isPresent()) {
            return resource -> projection.only(resource, wanted.get());
        }
        return resource -> projection.without(resource, unwanted.orElse(List.of()));
    }

    private static Optional<List<String>> names(String parameter) {
        if (parameter == null || parameter.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(parameter.split(",", -1))
                .map(String::trim)
                .filter(n -> !n.isEmpty())
                .toList());
    }

    private JsonObject only(JsonObject resource, List<String> names) {
        JsonObject shown = new JsonObject();
        kind.allCore().filter(Attribute::always).forEach(a -> shown.put(a.name(), resource.getValue(a.name())));
        for (String name : names) {
            if (isExtension(name) && resource.containsKey(ResourceKind.ENTERPRISE)) {
                shown.put(ResourceKind.ENTERPRISE, resource.getValue(ResourceKind.ENTERPRISE));
            }
            kind.resolve(name).ifPresent(path -> show(path, resource, shown));
        }
        return shown;
    }

    private static void show(AttributePath path, JsonObject resource, JsonObject shown) {
        String name = path.attribute().name();
        Object value = path.holder(resource).getValue(name);
        if (value == null) {
            return;
        }
        JsonObject holder = shown;
        if (!path.container().isEmpty()) {
            holder = shown.getJsonObject(path.container(), new JsonObject());
            shown.put(path.container(), holder);
        }
        if (path.below().isEmpty()) {
            holder.put(name, value);
        } else {
            holder.put(name, narrowed(value, holder.getValue(name), path.leaf().name()));
        }
    }

    /** Keeps one sub-attribute, beside those that were kept before. */
    private static Object narrowed(Object value, Object kept, String sub) {
        if (value instanceof JsonArray many) {
            List<Object> elements = new ArrayList<>();
            for (int i = 0; i < many.size(); i++) {
                Object before = kept instanceof JsonArray array ? array.getValue(i) : null;
                elements.add(narrowed(many.getValue(i), before, sub));
            }
            return new JsonArray(elements);
        }
        JsonObject narrow = kept instanceof JsonObject object ? object : new JsonObject();
        if (value instanceof JsonObject complex && complex.containsKey(sub)) {
            narrow.put(sub, complex.getValue(sub));
        }
        return narrow;
    }

    private JsonObject without(JsonObject resource, List<String> names) {
        for (String name : names) {
            if (isExtension(name)) {
                resource.remove(ResourceKind.ENTERPRISE);
            }
            kind.resolve(name).filter(path -> !path.attribute().always()).ifPresent(path -> hide(path, resource));
        }
        return resource;
    }

    private static void hide(AttributePath path, JsonObject resource) {
        JsonObject holder = path.holder(resource);
        String name = path.attribute().name();
        if (path.below().isEmpty()) {
            holder.remove(name);
        } else if (holder.getValue(name) instanceof JsonArray many) {
            for (int i = 0; i < many.size(); i++) {
                many.getJsonObject(i).remove(path.leaf().name());
            }
        } else if (holder.getValue(name) instanceof JsonObject complex) {
            complex.remove(path.leaf().name());
        }
    }

    private boolean isExtension(String name) {
        return kind.hasEnterprise() && name.equalsIgnoreCase(ResourceKind.ENTERPRISE);
    }
}
