package dev.sallyport.roles;

import java.util.Comparator;
import java.util.Objects;

/**
 * One reason why a person holds a permission. A permission that is given twice has two of them.
 *
 * @param permission what they may do
 * @param role the role that holds it
 * @param origin the rule (which names the group) or the direct grant that gave them the role
 */
public record Grant(Permission permission, String role, Origin origin) {

    static final Comparator<Grant> ORDER = Comparator.comparing(Grant::permission)
            .thenComparing(Grant::role)
            .thenComparing(Grant::isDirect)
            .thenComparing(grant -> grant.origin().id());

    public Grant {
        Objects.requireNonNull(permission);
        Objects.requireNonNull(role);
        Objects.requireNonNull(origin);
    }

    /** Whether it was given to the person by hand and not through a group. */
    public boolean isDirect() {
        return origin instanceof DirectGrant;
    }
}
