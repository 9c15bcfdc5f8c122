package dev.sallyport.tenant.mapping;

import dev.sallyport.roles.Violation;
import java.util.List;

/** A catalogue or mapping that cannot be stored as it was asked for; says which fields are at fault. */
public final class MappingRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of refusal it is. */
    public enum Kind {
        /** The input itself is wrong. */
        INVALID,
        /** Something that is in use would vanish. */
        IN_USE,
        /** Nobody would administer the tenant any more. */
        LAST_ADMIN
    }

    private final Kind kind;
    private final transient List<Violation> violations;

    MappingRefused(Kind kind, List<Violation> violations) {
        super(violations.toString());
        this.kind = kind;
        this.violations = List.copyOf(violations);
    }

    static MappingRefused invalid(List<Violation> violations) {
        return new MappingRefused(Kind.INVALID, violations);
    }

    static MappingRefused inUse(String field, String message) {
        return new MappingRefused(Kind.IN_USE, List.of(new Violation(field, message)));
    }

    /** What kind of refusal it is. */
    public Kind kind() {
        return kind;
    }

    /** What is wrong, field by field. */
    public List<Violation> violations() {
        return violations;
    }
}
