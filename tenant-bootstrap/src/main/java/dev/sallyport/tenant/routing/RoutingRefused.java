package dev.sallyport.tenant.routing;

import dev.sallyport.roles.Violation;
import java.util.List;

/** Rules that cannot be stored. */
public final class RoutingRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;

    RoutingRefused(List<Violation> violations) {
        super("the routing rules are not in order");
        this.violations = List.copyOf(violations);
    }

    /** What is wrong, with the field. */
    public List<Violation> violations() {
        return violations;
    }
}
