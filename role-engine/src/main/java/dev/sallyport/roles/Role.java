package dev.sallyport.roles;

import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A named bundle of permissions. The vendor defines roles; a tenant maps groups to them and cannot invent any.
 *
 * @param name the name that rules and tokens use; {@link Catalogue#check} judges its form
 * @param permissions what the role holds, sorted
 * @param description one sentence for the administrator who maps it
 */
public record Role(String name, SortedSet<Permission> permissions, String description) {

    public Role {
        Objects.requireNonNull(name);
        Objects.requireNonNull(description);
        permissions = Collections.unmodifiableSortedSet(new TreeSet<>(permissions));
    }

    /** The same from permissions in any order. */
    public static Role of(String name, Collection<Permission> permissions, String description) {
        return new Role(name, new TreeSet<>(permissions), description);
    }
}
