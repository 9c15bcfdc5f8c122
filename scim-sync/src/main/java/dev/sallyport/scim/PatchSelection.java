package dev.sallyport.scim;

import dev.sallyport.scim.FilterExpression.And;
import dev.sallyport.scim.FilterExpression.Comparison;
import dev.sallyport.scim.FilterExpression.Operator;
import dev.sallyport.scim.PatchOperation.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** An operation on some values of a multi-valued attribute: {@code emails[type eq "work"].value}, {@code members[value eq "2819c223"]}. */
final class PatchSelection {
    private final JsonObject holder;
    private final Attribute attribute;
    private final PatchPath path;
    private final JsonArray values;
    private final List<JsonObject> selected = new ArrayList<>();

    PatchSelection(JsonObject holder, Attribute attribute, PatchPath path) {
        this.holder = holder;
        this.attribute = attribute;
        this.path = path;
        this.values = values(holder, attribute);
        for (Object value : values) {
            if (value instanceof JsonObject object
                    && (path.filter() == null || FilterEvaluation.test(known(path.filter()), object))) {
                selected.add(object);
            }
        }
    }

    void apply(Kind kind, Object value) {
        if (kind == Kind.REMOVE) {
            remove();
        } else if (path.sub().isEmpty()) {
            whole(kind, value);
        } else {
            sub(kind, value);
        }
        if (values.isEmpty()) {
            holder.remove(attribute.name());
        } else {
            holder.put(attribute.name(), values);
        }
    }

    /** A member that is not there is removed already; anything else that is selected has to exist. */
    private void remove() {
        if (selected.isEmpty() && !attribute.name().equals("members")) {
            throw nothing();
        }
        List<Object> gone = new ArrayList<>();
        for (JsonObject one : selected) {
            if (!path.sub().isEmpty()) {
                one.remove(sub(attribute, path.sub()).name());
            }
            if (path.sub().isEmpty() || one.isEmpty() || path.sub().equalsIgnoreCase("value")) {
                gone.add(one);
            }
        }
        List<Object> kept = values.stream().filter(one -> !gone.contains(one)).toList();
        values.clear();
        kept.forEach(values::add);
    }

    private void whole(Kind kind, Object value) {
        if (!(Values.one(attribute, value) instanceof JsonObject read)) {
            throw ScimException.invalidValue(attribute.name() + " must be an object");
        }
        for (JsonObject one : targets(kind)) {
            if (kind == Kind.REPLACE) {
                one.clear();
            }
            one.mergeIn(read);
            if (Primary.isPrimary(one)) {
                Primary.only(values, one);
            }
        }
    }

    private void sub(Kind kind, Object value) {
        Attribute sub = sub(attribute, path.sub());
        Object read = Values.whole(sub, value);
        if (read == null) {
            throw ScimException.invalidValue(path + " asks for a value");
        }
        for (JsonObject one : targets(kind)) {
            one.put(sub.name(), read);
            if (sub.name().equals("primary") && Primary.isPrimary(one)) {
                Primary.only(values, one);
            }
        }
    }

    /** What is selected; add may make the value that was asked for. */
    private List<JsonObject> targets(Kind kind) {
        if (!selected.isEmpty()) {
            return selected;
        }
        if (kind != Kind.ADD) {
            throw nothing();
        }
        JsonObject made = new JsonObject();
        describe(path.filter(), made);
        values.add(made);
        return List.of(made);
    }

    private void describe(FilterExpression filter, JsonObject made) {
        if (filter instanceof And and) {
            and.all().forEach(one -> describe(one, made));
        } else if (filter instanceof Comparison comparison && comparison.operator() == Operator.EQ) {
            Attribute sub = sub(attribute, comparison.path().attribute());
            made.put(sub.name(), Values.whole(sub, comparison.value()));
        } else if (filter != null) {
            throw nothing();
        }
    }

    private FilterExpression known(FilterExpression filter) {
        FilterAttributes.of(filter).forEach(inner -> sub(attribute, inner.attribute()));
        return filter;
    }

    private ScimException nothing() {
        return ScimException.noTarget("no value of " + attribute.name() + " is selected");
    }

    static Attribute sub(Attribute attribute, String name) {
        Attribute sub = attribute
                .sub(name)
                .orElseThrow(
                        () -> ScimException.invalidPath(attribute.name() + " has no " + AttributePath.shown(name)));
        if (sub.isReadOnly()) {
            throw ScimException.mutability(attribute.name() + "." + sub.name() + " is read-only");
        }
        return sub;
    }

    static JsonArray values(JsonObject holder, Attribute attribute) {
        JsonArray result = new JsonArray();
        if (holder.getValue(attribute.name()) instanceof JsonArray found) {
            // Wrapped once, so that what is changed here is what is kept.
            found.forEach(result::add);
        }
        return result;
    }

    /** Adds a value, or completes the one that is there already (RFC 7644 §3.5.2.1); the value as it is now. */
    static Object merged(JsonArray values, Object added) {
        for (Object there : values) {
            if (plainIdentity(there).equals(plainIdentity(added))) {
                return there instanceof JsonObject before && added instanceof JsonObject more
                        ? before.mergeIn(more)
                        : there;
            }
        }
        values.add(added);
        return added;
    }

    /** Members and e-mail addresses are the same if their value is, whatever else is said of them. */
    static Object plainIdentity(Object value) {
        return value instanceof JsonObject object && object.getValue("value") != null
                ? object.getValue("value")
                : value;
    }
}
