package dev.sallyport.demo.directory;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** One attribute with its characteristics (RFC 7643 §7). The builder-like methods return changed copies. */
record Attribute(
        String name,
        Type type,
        boolean multiValued,
        boolean required,
        boolean caseExact,
        boolean readOnly,
        boolean unique,
        boolean always,
        List<Attribute> subs) {

    enum Type {
        STRING("string"),
        BOOLEAN("boolean"),
        DATE_TIME("dateTime"),
        REFERENCE("reference"),
        COMPLEX("complex");

        final String scimName;

        Type(String scimName) {
            this.scimName = scimName;
        }
    }

    static Attribute string(String name) {
        return new Attribute(name, Type.STRING, false, false, false, false, false, false, List.of());
    }

    static Attribute bool(String name) {
        return new Attribute(name, Type.BOOLEAN, false, false, false, false, false, false, List.of());
    }

    static Attribute dateTime(String name) {
        return new Attribute(name, Type.DATE_TIME, false, false, false, false, false, false, List.of());
    }

    static Attribute reference(String name) {
        return new Attribute(name, Type.REFERENCE, false, false, true, false, false, false, List.of());
    }

    static Attribute complex(String name, Attribute... subs) {
        return new Attribute(name, Type.COMPLEX, false, false, false, false, false, false, List.of(subs));
    }

    Attribute many() {
        return new Attribute(name, type, true, required, caseExact, readOnly, unique, always, subs);
    }

    Attribute need() {
        return new Attribute(name, type, multiValued, true, caseExact, readOnly, unique, always, subs);
    }

    Attribute exact() {
        return new Attribute(name, type, multiValued, required, true, readOnly, unique, always, subs);
    }

    Attribute fixed() {
        List<Attribute> fixedSubs = subs.stream().map(Attribute::fixed).toList();
        return new Attribute(name, type, multiValued, required, caseExact, true, unique, always, fixedSubs);
    }

    Attribute single() {
        return new Attribute(name, type, multiValued, required, caseExact, readOnly, true, always, subs);
    }

    Attribute shownAlways() {
        return new Attribute(name, type, multiValued, required, caseExact, readOnly, unique, true, subs);
    }

    boolean isComplex() {
        return type == Type.COMPLEX;
    }

    Optional<Attribute> sub(String subName) {
        return find(subs, subName);
    }

    /** Attribute names are compared without regard to case (RFC 7643 §2.1). */
    static Optional<Attribute> find(List<Attribute> among, String wanted) {
        return among.stream().filter(a -> a.name.equalsIgnoreCase(wanted)).findFirst();
    }

    /** The definition as /Schemas shows it. */
    JsonObject describe() {
        JsonObject shown = new JsonObject()
                .put("name", name)
                .put("type", type.scimName)
                .put("multiValued", multiValued)
                .put("description", "")
                .put("required", required)
                .put("mutability", readOnly ? "readOnly" : "readWrite")
                .put("returned", always ? "always" : "default")
                .put("uniqueness", unique ? "server" : "none");
        switch (type) {
            case STRING -> shown.put("caseExact", caseExact);
            case REFERENCE ->
                shown.put("caseExact", caseExact)
                        .put("referenceTypes", new JsonArray().add("User").add("Group"));
            case COMPLEX -> {
                JsonArray inner = new JsonArray();
                subs.forEach(s -> inner.add(s.describe()));
                shown.put("subAttributes", inner);
            }
            default -> {}
        }
        return shown;
    }
}
