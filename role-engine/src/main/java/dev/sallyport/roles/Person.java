package dev.sallyport.roles;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * All that the engine wants to know about somebody. Only people who may sign in belong here; the engine does not know
 * about suspension.
 *
 * @param id the caller's id for the person, returned unchanged
 * @param groups the groups each source has put them in
 * @param directGrants roles given to them by hand
 */
public record Person(String id, Set<Group> groups, List<DirectGrant> directGrants) {

    public Person {
        Objects.requireNonNull(id);
        groups = Set.copyOf(groups);
        directGrants = List.copyOf(directGrants);
    }

    /** A person who holds no direct grants. */
    public static Person in(String id, Collection<Group> groups) {
        return new Person(id, Set.copyOf(groups), List.of());
    }
}
