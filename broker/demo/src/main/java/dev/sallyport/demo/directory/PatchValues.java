package dev.sallyport.demo.directory;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** PATCH on the values of a multi-valued attribute (RFC 7644 §3.5.2.1 to §3.5.2.3). */
final class PatchValues {
    private final AttributePath target;
    private final JsonObject holder;
    private final List<JsonObject> elements = new ArrayList<>();

    PatchValues(AttributePath target, JsonObject holder) {
        this.target = target;
        this.holder = holder;
        holder.getJsonArray(target.attribute().name(), new JsonArray())
                .forEach(one -> elements.add(((JsonObject) one).copy()));
    }

    void apply(String op, PatchPath path, Object value) {
        if (path.filtered() || !target.below().isEmpty()) {
            some(op, elements.stream().filter(path.where()).toList(), value);
        } else {
            all(op, value);
        }
        holder.put(target.attribute().name(), new JsonArray(List.copyOf(elements)));
    }

    private void some(String op, List<JsonObject> chosen, Object value) {
        boolean remove = op.equals("remove");
        if (chosen.isEmpty() && !remove) {
            throw new ScimException(400, "noTarget", "No value fits the path.");
        }
        if (remove && target.below().isEmpty()) {
            elements.removeAll(chosen);
            return;
        }
        for (JsonObject one : chosen) {
            if (!target.below().isEmpty()) {
                Patch.assign(one, target.leaf().name(), remove, value);
            } else {
                if (op.equals("replace")) {
                    one.clear();
                }
                Patch.merge(target.attribute(), one, value);
            }
        }
        onePrimary(chosen);
    }

    private void all(String op, Object value) {
        switch (op) {
            case "add" -> add(given(value));
            case "replace" -> {
                elements.clear();
                add(given(value));
            }
            default -> remove(value);
        }
    }

    private void add(List<JsonObject> added) {
        Set<JsonObject> known = new HashSet<>(elements);
        Set<Object> members = new HashSet<>();
        elements.forEach(e -> members.add(e.getValue("value")));
        List<JsonObject> fresh = new ArrayList<>();
        for (JsonObject one : added) {
            boolean sameMember = target.attribute().name().equals("members") && !members.add(one.getValue("value"));
            if (!sameMember && known.add(one)) {
                fresh.add(one);
            }
        }
        elements.addAll(fresh);
        onePrimary(fresh);
    }

    /** Some clients name the values to be removed in 'value' in place of a filter. */
    private void remove(Object value) {
        if (value == null) {
            elements.clear();
            return;
        }
        Set<Object> unwanted = new HashSet<>();
        given(value).forEach(one -> unwanted.add(one.getValue("value")));
        elements.removeIf(e -> unwanted.contains(e.getValue("value")));
    }

    private List<JsonObject> given(Object value) {
        JsonArray many = value instanceof JsonArray array ? array : new JsonArray().add(value);
        List<JsonObject> given = new ArrayList<>();
        for (Object one : many) {
            given.add(Patch.merge(target.attribute(), new JsonObject(), one));
        }
        return given;
    }

    private void onePrimary(List<JsonObject> touched) {
        if (touched.stream().noneMatch(one -> one.getValue("primary") == Boolean.TRUE)) {
            return;
        }
        Set<JsonObject> mine = Collections.newSetFromMap(new IdentityHashMap<>());
        mine.addAll(touched);
        for (JsonObject element : elements) {
            if (!mine.contains(element) && element.getValue("primary") == Boolean.TRUE) {
                element.put("primary", false);
            }
        }
    }
}
