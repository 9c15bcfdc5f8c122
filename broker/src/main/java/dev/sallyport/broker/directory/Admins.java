package dev.sallyport.broker.directory;

import dev.sallyport.broker.offboarding.Offboarding;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.Group;
import dev.sallyport.roles.Permission;
import dev.sallyport.scim.directory.TenantAdmins;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.mapping.AdminLock;
import dev.sallyport.tenant.mapping.Catalogues;
import dev.sallyport.tenant.mapping.RoleMappings;
import dev.sallyport.tenant.mapping.StoredMapping;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.Collection;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Who administers a tenant now: everybody who may sign in and is in a group, or holds a grant, that gives {@code tenant:admin}. */
public final class Admins implements TenantAdmins {
    private static final String HOLDERS = """
            SELECT u.id FROM users u WHERE u.status = 'active' AND (
              EXISTS (SELECT 1 FROM memberships m JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
                      JOIN unnest($1::text[], $2::text[]) AS want (source, value) ON want.source = g.source AND want.value = g.value
                      WHERE m.user_id = u.id)
              OR EXISTS (SELECT 1 FROM grants d WHERE d.user_id = u.id AND d.role = ANY ($3) AND (d.expires_at IS NULL OR d.expires_at > now())))""";

    private final Database database;
    private final Catalogues catalogues;
    private final RoleMappings mappings;
    private final Clock clock;

    public Admins(Database database, Catalogues catalogues, RoleMappings mappings, Clock clock) {
        this.database = database;
        this.catalogues = catalogues;
        this.mappings = mappings;
        this.clock = clock;
    }

    @Override
    public Future<Set<UserId>> of(TenantId tenant) {
        return Future.all(catalogues.current(), mappings.load(tenant))
                .compose(both -> database.tenants()
                        .query(tenant, HOLDERS, giving(both.resultAt(0), both.<StoredMapping>resultAt(1))))
                .map(Admins::people);
    }

    /**
     * A guard of closings that leaves the tenant an admin. Get it before the transaction that it guards. Closings that could together take
     * all admins away wait for each other, and for a change of the rules (I11).
     *
     * @param refusal what a closing of the last admin fails with
     */
    public Future<Offboarding.Guard> keepingOne(TenantId tenant, Supplier<RuntimeException> refusal) {
        return catalogues
                .current()
                .map(catalogue -> (tx, user) -> holders(tx, tenant, catalogue)
                        .compose(seen -> !seen.contains(user)
                                ? Future.succeededFuture()
                                : AdminLock.take(tx, tenant)
                                        .compose(v -> holders(tx, tenant, catalogue))
                                        .compose(sure -> sure.equals(Set.of(user))
                                                ? Future.failedFuture(refusal.get())
                                                : Future.succeededFuture())));
    }

    private Future<Set<UserId>> holders(SqlConnection tx, TenantId tenant, Catalogue catalogue) {
        return RoleMappings.within(tx, tenant)
                .compose(stored -> tx.preparedQuery(HOLDERS).execute(giving(catalogue, stored)))
                .map(Admins::people);
    }

    private Tuple giving(Catalogue catalogue, StoredMapping stored) {
        Collection<Group> groups = stored.mapping().groupsGiving(Permission.TENANT_ADMIN, catalogue, clock.instant());
        return Tuple.of(
                groups.stream().map(g -> g.source().text()).toArray(String[]::new),
                groups.stream().map(Group::value).toArray(String[]::new),
                catalogue.rolesWith(Permission.TENANT_ADMIN).toArray(String[]::new));
    }

    private static Set<UserId> people(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(r -> new UserId(r.getUUID("id")))
                .collect(Collectors.toUnmodifiableSet());
    }
}
