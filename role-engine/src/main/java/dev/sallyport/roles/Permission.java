package dev.sallyport.roles;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One thing a person may do in an application, for example {@code invoice:read}. The name is part of the vendor's
 * public interface: it is what access tokens carry.
 *
 * @param name 1 to 64 characters, {@code [a-z][a-z0-9_.:-]{0,63}}
 */
public record Permission(String name) implements Comparable<Permission> {

    static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.:-]{0,63}");

    /** Whoever holds this may administer the tenant. A tenant that is running always has a holder. */
    public static final Permission TENANT_ADMIN = new Permission("tenant:admin");

    /** Fails with {@link IllegalArgumentException} when the name is malformed; for outside input use {@link #parse}. */
    public Permission {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a permission name: it must match " + NAME);
        }
    }

    /** Reads a name that comes from outside; empty when it is malformed. */
    public static Optional<Permission> parse(String name) {
        return NAME.matcher(name).matches() ? Optional.of(new Permission(name)) : Optional.empty();
    }

    @Override
    public int compareTo(Permission other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
