package dev.sallyport.tenant.mapping;

import dev.sallyport.roles.CatalogueEntry;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.Role;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The statements on {@code permissions}, {@code roles} and {@code role_permissions}. */
final class CatalogueRows {
    private static final String ROLES = """
            SELECT r.name, r.description, r.updated_at, r.version,
                   coalesce((SELECT array_agg(p.permission) FROM role_permissions p WHERE p.role = r.name), '{}') AS permissions
            FROM roles r ORDER BY r.name""";
    private static final String UPSERT_PERMISSION = """
            INSERT INTO permissions (name, description, platform) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET description = excluded.description, platform = excluded.platform""";
    private static final String UPSERT_ROLE = """
            INSERT INTO roles (name, description) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET description = excluded.description, updated_at = now(), version = roles.version + 1
            RETURNING updated_at, version""";

    private CatalogueRows() {}

    /** One change of the catalogue at a time. */
    static Future<Void> lock(SqlConnection tx) {
        return tx.query("SELECT pg_advisory_xact_lock(hashtext('sallyport.catalogue'))")
                .execute()
                .mapEmpty();
    }

    static Future<List<CatalogueEntry>> permissions(SqlConnection tx) {
        return tx.query("SELECT name, description, platform FROM permissions ORDER BY name")
                .execute()
                .map(rows -> stream(rows)
                        .map(row -> new CatalogueEntry(
                                new Permission(row.getString("name")),
                                row.getString("description"),
                                row.getBoolean("platform")))
                        .toList());
    }

    static Future<List<StoredRole>> roles(SqlConnection tx) {
        return tx.query(ROLES)
                .execute()
                .map(rows -> stream(rows).map(CatalogueRows::role).toList());
    }

    static Future<Void> replacePermissions(SqlConnection tx, List<CatalogueEntry> entries) {
        String[] names =
                entries.stream().map(entry -> entry.permission().name()).toArray(String[]::new);
        List<Tuple> rows = entries.stream()
                .map(entry -> Tuple.of(entry.permission().name(), entry.description(), entry.platform()))
                .toList();
        return tx.preparedQuery("DELETE FROM permissions WHERE name <> ALL ($1)")
                .execute(Tuple.tuple().addArrayOfString(names))
                .compose(done -> tx.preparedQuery(UPSERT_PERMISSION).executeBatch(rows))
                .mapEmpty();
    }

    static Future<StoredRole> upsertRole(SqlConnection tx, Role role) {
        List<Tuple> held = role.permissions().stream()
                .map(permission -> Tuple.of(role.name(), permission.name()))
                .toList();
        // The catalogue always has tenant:admin; its row is written when a role first holds it.
        Tuple admin = Tuple.of(Permission.TENANT_ADMIN.name());
        return tx.preparedQuery("INSERT INTO permissions (name) VALUES ($1) ON CONFLICT DO NOTHING")
                .execute(admin)
                .compose(done -> tx.preparedQuery(UPSERT_ROLE).execute(Tuple.of(role.name(), role.description())))
                .compose(rows -> {
                    Row row = rows.iterator().next();
                    StoredRole stored = new StoredRole(
                            role, row.getOffsetDateTime("updated_at").toInstant(), row.getLong("version"));
                    return tx.preparedQuery("DELETE FROM role_permissions WHERE role = $1")
                            .execute(Tuple.of(role.name()))
                            .compose(done -> tx.preparedQuery(
                                            "INSERT INTO role_permissions (role, permission) VALUES ($1, $2)")
                                    .executeBatch(held))
                            .map(stored);
                });
    }

    static Future<Void> deleteRole(SqlConnection tx, String name) {
        return tx.preparedQuery("DELETE FROM roles WHERE name = $1")
                .execute(Tuple.of(name))
                .mapEmpty();
    }

    private static StoredRole role(Row row) {
        List<Permission> permissions = Stream.of(row.getArrayOfStrings("permissions"))
                .map(Permission::new)
                .toList();
        return new StoredRole(
                Role.of(row.getString("name"), permissions, row.getString("description")),
                row.getOffsetDateTime("updated_at").toInstant(),
                row.getLong("version"));
    }

    private static Stream<Row> stream(Iterable<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }
}
