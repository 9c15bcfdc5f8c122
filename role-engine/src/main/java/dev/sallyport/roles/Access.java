package dev.sallyport.roles;

import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a person may do at one moment, and why. The engine leaves here only which rules fired; names and reasons are
 * written out when asked for, because most callers want only one of the three. Each call builds a new collection.
 */
public final class Access {

    private final Catalogue catalogue;
    private final RoleMapping mapping;
    private final RuleIndex.Match match;
    private final List<DirectGrant> direct;
    private final long permissions;

    Access(
            Catalogue catalogue,
            RoleMapping mapping,
            RuleIndex.Match match,
            List<DirectGrant> direct,
            long permissions) {
        this.catalogue = catalogue;
        this.mapping = mapping;
        this.match = match;
        this.direct = direct;
        this.permissions = permissions;
    }

    /** Whether the person holds the permission. */
    public boolean holds(Permission permission) {
        return catalogue.holds(permissions, permission);
    }

    /** All permissions, in alphabetical order. */
    public SortedSet<Permission> permissions() {
        return catalogue.named(permissions);
    }

    /** The names of the roles that the permissions come from, in alphabetical order. */
    public SortedSet<String> roles() {
        SortedSet<String> names = new TreeSet<>();
        BitSet numbers = match.roles();
        for (int number = numbers.nextSetBit(0); number >= 0; number = numbers.nextSetBit(number + 1)) {
            String role = mapping.index().role(number);
            if (catalogue.isMappable(role)) {
                names.add(role);
            }
        }
        direct.forEach(grant -> names.add(grant.role()));
        return names;
    }

    /** Every reason for every permission, ordered by permission, role and origin. */
    public List<Grant> provenance() {
        Stream<Grant> mapped = match.rules().stream()
                .mapToObj(mapping.rules()::get)
                .flatMap(rule ->
                        rule.roles().stream().filter(catalogue::isMappable).flatMap(role -> grants(role, rule)));
        Stream<Grant> given = direct.stream().flatMap(grant -> grants(grant.role(), grant));
        return Stream.concat(mapped, given).distinct().sorted(Grant.ORDER).toList();
    }

    /** The reasons for one permission; empty exactly when the person does not hold it. */
    public List<Grant> provenance(Permission permission) {
        return provenance().stream()
                .filter(grant -> grant.permission().equals(permission))
                .toList();
    }

    private Stream<Grant> grants(String role, Origin origin) {
        return catalogue.role(role).stream()
                .flatMap(found -> found.permissions().stream())
                .map(permission -> new Grant(permission, role, origin));
    }

    /** Equal when permissions, roles and reasons are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Access that
                && permissions().equals(that.permissions())
                && roles().equals(that.roles())
                && provenance().equals(that.provenance());
    }

    @Override
    public int hashCode() {
        return Objects.hash(permissions(), roles());
    }

    @Override
    public String toString() {
        return "Access" + permissions() + " through " + roles();
    }
}
