package dev.sallyport.tenant.mapping;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.CatalogueChange;
import dev.sallyport.roles.CatalogueEntry;
import dev.sallyport.roles.Checked;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.Role;
import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The platform's permissions and roles. Nothing that somebody relies on vanishes: a permission leaves all roles first, a role all mappings
 * and grants. The permission {@code tenant:admin} is always there and is never about the platform.
 */
public final class Catalogues {
    private static final CatalogueEntry TENANT_ADMIN =
            new CatalogueEntry(Permission.TENANT_ADMIN, "Administer this tenant.", false);

    private final Database database;
    private final ConfigCache cache;
    private final ConfigCache.Region<String, Catalogue> current;

    public Catalogues(Database database, ConfigCache cache) {
        this.database = database;
        this.cache = cache;
        this.current = cache.keyed(
                Duration.ofMinutes(5), key -> database.tenants().transaction(TenantId.PLATFORM, Catalogues::read));
    }

    /** The catalogue in force. */
    public Future<Catalogue> current() {
        return current.get("");
    }

    /** All roles with their versions, in alphabetical order. */
    public Future<List<StoredRole>> roles() {
        return database.tenants().transaction(TenantId.PLATFORM, CatalogueRows::roles);
    }

    /** One role. */
    public Future<Optional<StoredRole>> role(String name) {
        return roles().map(all ->
                all.stream().filter(stored -> stored.role().name().equals(name)).findFirst());
    }

    /** Replaces the list of permissions. Fails with {@link MappingRefused}, IN_USE if a role holds one that would vanish. */
    public Future<Catalogue> putPermissions(List<CatalogueEntry> permissions, String actor) {
        return putPermissions(permissions, before -> true, actor);
    }

    /** The same, unless what is there is not what the caller means; fails with {@link VersionChanged} then. */
    public Future<Catalogue> putPermissions(
            List<CatalogueEntry> permissions, Predicate<Catalogue> asMeant, String actor) {
        List<CatalogueEntry> entries = withTenantAdmin(permissions);
        return change(tx -> CatalogueRows.lock(tx).compose(locked -> read(tx)).compose(before -> {
            if (!asMeant.test(before)) {
                return Future.failedFuture(new VersionChanged());
            }
            Catalogue alone = checked(entries, List.of());
            List<Role> whole = before.roles().stream()
                    .filter(role -> role.permissions().stream().allMatch(alone::contains))
                    .toList();
            Catalogue after = checked(entries, whole);
            Set<String> mapped = mappable(before);
            mapped.removeIf(role -> after.role(role).isEmpty());
            refuseIf(CatalogueChange.judge(before, after, mapped, Set.of()));
            return CatalogueRows.replacePermissions(tx, entries)
                    .compose(done -> audit(tx, actor, "permissions.replaced", "permissions", names(after)))
                    .map(after);
        }));
    }

    /** Creates a role or changes it. Fails with {@link MappingRefused}, or {@link VersionChanged} if the caller insists on a version. */
    public Future<StoredRole> putRole(Role role, Optional<Long> ifVersion, String actor) {
        return change(tx -> CatalogueRows.lock(tx)
                .compose(locked -> CatalogueRows.roles(tx))
                .compose(stored -> versionHolds(stored, role.name(), ifVersion))
                .compose(ok -> read(tx))
                .compose(before -> {
                    List<Role> roles = new ArrayList<>(before.roles());
                    roles.removeIf(other -> other.name().equals(role.name()));
                    roles.add(role);
                    Catalogue after = checked(List.copyOf(before.permissions()), roles);
                    // Whose mapping names a role cannot be seen from here, so each that may be mapped counts as mapped.
                    refuseIf(CatalogueChange.judge(before, after, mappable(before), Set.of()));
                    return CatalogueRows.upsertRole(tx, role);
                })
                .compose(written -> audit(
                                tx,
                                actor,
                                "role.saved",
                                "role:" + role.name(),
                                new JsonArray(role.permissions().stream()
                                        .map(Permission::name)
                                        .toList()))
                        .map(written)));
    }

    /** Deletes a role that nobody maps and nobody was given. False if there is none. Fails with {@link MappingRefused} IN_USE. */
    public Future<Boolean> deleteRole(String name, Optional<Long> ifVersion, String actor) {
        return change(tx -> CatalogueRows.lock(tx)
                        .compose(locked -> CatalogueRows.roles(tx))
                        .compose(stored -> versionHolds(stored, name, ifVersion))
                        .compose(found -> found
                                ? CatalogueRows.deleteRole(tx, name)
                                        .compose(done ->
                                                audit(tx, actor, "role.deleted", "role:" + name, new JsonArray()))
                                        .map(true)
                                : Future.succeededFuture(false)))
                .recover(e -> Future.failedFuture(
                        Database.violates(e, "role_rule_roles_role_fkey") || Database.violates(e, "grants_role_fkey")
                                ? MappingRefused.inUse(
                                        "role", "the role is mapped or granted; take it away there first")
                                : e));
    }

    private <T> Future<T> change(java.util.function.Function<SqlConnection, Future<T>> work) {
        return database.tenants().transaction(TenantId.PLATFORM, work).onSuccess(done -> cache.dropAll());
    }

    private static Future<Catalogue> read(SqlConnection tx) {
        return CatalogueRows.permissions(tx).compose(entries -> CatalogueRows.roles(tx)
                .map(roles -> checked(
                        withTenantAdmin(entries),
                        roles.stream().map(StoredRole::role).toList())));
    }

    private static Catalogue checked(List<CatalogueEntry> entries, java.util.Collection<Role> roles) {
        Checked<Catalogue> checked = Catalogue.check(entries, roles);
        if (checked instanceof Checked.Invalid<Catalogue> invalid) {
            throw MappingRefused.invalid(invalid.violations());
        }
        return checked.orElseThrow();
    }

    private static List<CatalogueEntry> withTenantAdmin(List<CatalogueEntry> entries) {
        List<CatalogueEntry> all = new ArrayList<>(entries);
        if (all.stream().noneMatch(entry -> entry.permission().equals(Permission.TENANT_ADMIN))) {
            all.add(TENANT_ADMIN);
        }
        all.replaceAll(entry -> entry.permission().equals(Permission.TENANT_ADMIN)
                ? new CatalogueEntry(entry.permission(), entry.description(), false)
                : entry);
        return all;
    }

    private static Set<String> mappable(Catalogue catalogue) {
        Set<String> names = new TreeSet<>();
        catalogue.roles().stream().map(Role::name).filter(catalogue::isMappable).forEach(names::add);
        return names;
    }

    private static void refuseIf(List<Violation> violations) {
        if (!violations.isEmpty()) {
            throw new MappingRefused(MappingRefused.Kind.IN_USE, violations);
        }
    }

    private static Future<Boolean> versionHolds(List<StoredRole> stored, String name, Optional<Long> ifVersion) {
        Optional<StoredRole> found =
                stored.stream().filter(role -> role.role().name().equals(name)).findFirst();
        boolean holds = ifVersion.isEmpty() || found.map(StoredRole::version).equals(ifVersion);
        return holds ? Future.succeededFuture(found.isPresent()) : Future.failedFuture(new VersionChanged());
    }

    private static Future<Void> audit(
            SqlConnection tx, String actor, String action, String subject, JsonArray permissions) {
        return AuditTrail.append(
                tx,
                TenantId.PLATFORM,
                AuditEvent.of(actor, action, subject).with(new JsonObject().put("permissions", permissions)));
    }

    private static JsonArray names(Catalogue catalogue) {
        return new JsonArray(catalogue.permissions().stream()
                .map(entry -> entry.permission().name())
                .toList());
    }
}
