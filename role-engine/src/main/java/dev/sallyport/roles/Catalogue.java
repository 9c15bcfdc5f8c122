package dev.sallyport.roles;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The vendor's permissions and the roles that bundle them. Small on purpose: the limit of {@value #MAX_PERMISSIONS}
 * permissions keeps tokens short, keeps people able to read it, and lets a set of permissions be one {@code long}.
 */
public final class Catalogue {

    /** No catalogue has more permissions than this. */
    public static final int MAX_PERMISSIONS = 64;

    private final SortedMap<Permission, CatalogueEntry> entries;
    private final SortedMap<String, Role> roles;
    private final List<Permission> byBit;
    private final Map<String, Bundle> bundles = new HashMap<>();

    /** A role as the engine uses it: bit n of the mask stands for the n-th permission in alphabetical order. */
    record Bundle(Role role, long mask, boolean mappable) {}

    private Catalogue(SortedMap<Permission, CatalogueEntry> entries, SortedMap<String, Role> roles) {
        this.entries = Collections.unmodifiableSortedMap(entries);
        this.roles = Collections.unmodifiableSortedMap(roles);
        this.byBit = List.copyOf(entries.keySet());
        roles.forEach((name, role) -> bundles.put(name, bundle(role)));
    }

    private Bundle bundle(Role role) {
        long mask = 0;
        boolean mappable = true;
        for (Permission permission : role.permissions()) {
            mask |= 1L << Collections.binarySearch(byBit, permission);
            mappable &= !isPlatform(permission);
        }
        return new Bundle(role, mask, mappable);
    }

    /**
     * Builds a catalogue, or says what is wrong: more than {@value #MAX_PERMISSIONS} permissions, a name used twice, a
     * malformed role name, a role that is empty or holds a permission that does not exist.
     */
    public static Checked<Catalogue> check(Collection<CatalogueEntry> permissions, Collection<Role> roles) {
        List<Violation> violations = new ArrayList<>();
        SortedMap<Permission, CatalogueEntry> entries = new TreeMap<>();
        if (permissions.size() > MAX_PERMISSIONS) {
            violations.add(new Violation(
                    "permissions",
                    "There are " + permissions.size() + " permissions; the limit is " + MAX_PERMISSIONS + "."));
        }
        int position = 0;
        for (CatalogueEntry entry : permissions) {
            if (entries.putIfAbsent(entry.permission(), entry) != null) {
                violations.add(new Violation(
                        "permissions[" + position + "].name", "'" + entry.permission() + "' is listed twice."));
            }
            position++;
        }
        SortedMap<String, Role> byName = new TreeMap<>();
        for (Role role : roles) {
            if (byName.putIfAbsent(role.name(), role) != null) {
                violations.add(new Violation("roles[" + role.name() + "].name", "This role is listed twice."));
            }
            violations.addAll(faultsOf(role, entries));
        }
        return violations.isEmpty()
                ? new Checked.Valid<>(new Catalogue(entries, byName))
                : new Checked.Invalid<>(violations);
    }

    private static List<Violation> faultsOf(Role role, SortedMap<Permission, CatalogueEntry> entries) {
        List<Violation> violations = new ArrayList<>();
        String path = "roles[" + role.name() + "]";
        if (!Permission.NAME.matcher(role.name()).matches()) {
            violations.add(new Violation(path + ".name", "A role name must match " + Permission.NAME + "."));
        }
        if (role.permissions().isEmpty()) {
            violations.add(new Violation(path + ".permissions", "A role holds at least one permission."));
        }
        for (Permission permission : role.permissions()) {
            if (!entries.containsKey(permission)) {
                violations.add(new Violation(
                        path + ".permissions", "The permission '" + permission + "' is not in the catalogue."));
            }
        }
        return violations;
    }

    /** The catalogue of a platform that has not published anything yet. */
    public static Catalogue empty() {
        return new Catalogue(new TreeMap<>(), new TreeMap<>());
    }

    /** All permissions with what is known about them, in alphabetical order. */
    public Collection<CatalogueEntry> permissions() {
        return entries.values();
    }

    /** All roles, in alphabetical order of their names. */
    public Collection<Role> roles() {
        return roles.values();
    }

    /** The role of that name. */
    public Optional<Role> role(String name) {
        return Optional.ofNullable(roles.get(name));
    }

    /** Whether the permission exists. */
    public boolean contains(Permission permission) {
        return entries.containsKey(permission);
    }

    /** Whether the permission exists and is about the platform. */
    public boolean isPlatform(Permission permission) {
        CatalogueEntry entry = entries.get(permission);
        return entry != null && entry.platform();
    }

    /** Whether a tenant may map the role: it exists and holds no platform permission. */
    public boolean isMappable(String role) {
        Bundle bundle = bundles.get(role);
        return bundle != null && bundle.mappable();
    }

    /** The names of the roles that hold the permission. */
    public SortedSet<String> rolesWith(Permission permission) {
        SortedSet<String> names = new TreeSet<>();
        roles.forEach((name, role) -> {
            if (role.permissions().contains(permission)) {
                names.add(name);
            }
        });
        return names;
    }

    /** The role prepared for evaluation, or null when there is none of that name. */
    Bundle bundle(String role) {
        return bundles.get(role);
    }

    SortedSet<Permission> named(long mask) {
        SortedSet<Permission> permissions = new TreeSet<>();
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            permissions.add(byBit.get(Long.numberOfTrailingZeros(rest)));
        }
        return permissions;
    }

    boolean holds(long mask, Permission permission) {
        int bit = Collections.binarySearch(byBit, permission);
        return bit >= 0 && (mask >>> bit & 1) == 1;
    }
}
