package dev.sallyport.broker.token;

import dev.sallyport.roles.Access;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.Permission;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a token with less than all that a person may do allows: permissions, and those roles whose every permission is among them, since a
 * role that is named speaks for all that it gives.
 */
public record Allowance(SortedSet<String> permissions, SortedSet<String> roles) {
    public Allowance {
        permissions = Collections.unmodifiableSortedSet(new TreeSet<>(permissions));
        roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
    }

    /** What is left of somebody's access when only these permissions are let through. Never more than the access itself. */
    public static Allowance of(Access access, Catalogue catalogue, Predicate<String> permitted) {
        NavigableSet<String> permissions = new TreeSet<>();
        access.permissions().stream().map(Permission::name).filter(permitted).forEach(permissions::add);
        NavigableSet<String> roles = new TreeSet<>();
        for (String name : access.roles()) {
            boolean whole = catalogue
                    .role(name)
                    .map(role -> role.permissions().stream().allMatch(p -> permissions.contains(p.name())))
                    .orElse(false);
            if (whole) {
                roles.add(name);
            }
        }
        return new Allowance(permissions, roles);
    }
}
