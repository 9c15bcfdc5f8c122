package dev.sallyport.scim;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An attribute of a schema (RFC 7643 §7): what may be written, and what the schema document says of it.
 *
 * @param type {@code string}, {@code boolean}, {@code complex}, {@code reference}, {@code dateTime} or {@code binary}
 * @param mutability {@code readWrite}, {@code readOnly}, {@code writeOnly} or {@code immutable}
 * @param subs sub-attributes of a complex attribute
 */
public record Attribute(
        String name,
        String type,
        boolean multiValued,
        String mutability,
        boolean required,
        boolean caseExact,
        String uniqueness,
        List<Attribute> subs) {
    public Attribute {
        subs = List.copyOf(subs);
    }

    static Attribute text(String name) {
        return new Attribute(name, "string", false, "readWrite", false, false, "none", List.of());
    }

    static Attribute bool(String name) {
        return new Attribute(name, "boolean", false, "readWrite", false, false, "none", List.of());
    }

    static Attribute complex(String name, Attribute... subs) {
        return new Attribute(name, "complex", false, "readWrite", false, false, "none", Arrays.asList(subs));
    }

    /** Multi-valued with the usual sub-attributes {@code value, display, type, primary}. */
    static Attribute plural(String name) {
        return new Attribute(
                name,
                "complex",
                true,
                "readWrite",
                false,
                false,
                "none",
                List.of(text("value"), text("display"), text("type"), bool("primary")));
    }

    Attribute ofType(String other) {
        return new Attribute(name, other, multiValued, mutability, required, caseExact, uniqueness, subs);
    }

    Attribute many() {
        return new Attribute(name, type, true, mutability, required, caseExact, uniqueness, subs);
    }

    Attribute mutability(String other) {
        return new Attribute(name, type, multiValued, other, required, caseExact, uniqueness, subs);
    }

    Attribute demanded() {
        return new Attribute(name, type, multiValued, mutability, true, caseExact, uniqueness, subs);
    }

    Attribute exact() {
        return new Attribute(name, type, multiValued, mutability, required, true, uniqueness, subs);
    }

    Attribute unique() {
        return new Attribute(name, type, multiValued, mutability, required, caseExact, "server", subs);
    }

    boolean isComplex() {
        return type.equals("complex");
    }

    boolean isReadOnly() {
        return mutability.equals("readOnly");
    }

    Optional<Attribute> sub(String wanted) {
        return subs.stream().filter(sub -> sub.name().equalsIgnoreCase(wanted)).findFirst();
    }
}
