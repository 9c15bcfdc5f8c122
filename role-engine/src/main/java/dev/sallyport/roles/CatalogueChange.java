package dev.sallyport.roles;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the vendor may change in a catalogue that is in use. Nothing that somebody relies on vanishes in one step: a
 * permission leaves all roles first and the catalogue second; a role leaves all mappings and grants first.
 */
public final class CatalogueChange {

    private CatalogueChange() {}

    /**
     * Says what forbids the change; empty when it may be made.
     *
     * @param before the catalogue in force
     * @param after the catalogue that shall replace it
     * @param mappedRoles names of the roles that any tenant's rules name
     * @param grantedRoles names of the roles that anybody has been given directly
     */
    public static List<Violation> judge(
            Catalogue before, Catalogue after, Set<String> mappedRoles, Set<String> grantedRoles) {
        List<Violation> violations = new ArrayList<>();
        for (CatalogueEntry entry : before.permissions()) {
            Permission permission = entry.permission();
            if (!after.contains(permission) && !before.rolesWith(permission).isEmpty()) {
                violations.add(new Violation(
                        "permissions",
                        "'" + permission + "' is still held by the roles " + before.rolesWith(permission)
                                + "; take it out of them first."));
            }
        }
        for (Role role : before.roles()) {
            String name = role.name();
            String path = "roles[" + name + "]";
            boolean mapped = mappedRoles.contains(name);
            if (after.role(name).isEmpty() && (mapped || grantedRoles.contains(name))) {
                violations.add(new Violation(path, "The role '" + name + "' is still mapped or granted."));
            } else if (after.role(name).isPresent() && mapped && !after.isMappable(name)) {
                violations.add(new Violation(
                        path + ".permissions",
                        "Tenants map the role '" + name + "', so it cannot hold a platform permission."));
            }
        }
        return violations;
    }
}
