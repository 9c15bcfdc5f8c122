package dev.sallyport.scim.directory;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.scim.directory.DirectoryRefused.Reason;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** People as plain rows: does what {@link DirectoryPeople} asks of the broker, and counts what had an effect. */
public final class RowsPeople implements DirectoryPeople {
    private final Database database;
    /** Every closing that changed something, with its cause. */
    public final List<Cause> removals = new CopyOnWriteArrayList<>();
    /** Every account that was made. */
    public final AtomicInteger admissions = new AtomicInteger();
    /** Every update. */
    public final AtomicInteger updates = new AtomicInteger();
    /** People who are the last administrators. */
    public final Set<UserId> lastAdmins = ConcurrentHashMap.newKeySet();
    /** After so many calls nothing answers any more, although it was done; negative for never. */
    public final AtomicInteger answersLeft = new AtomicInteger(-1);

    public RowsPeople(Database database) {
        this.database = database;
    }

    @Override
    public Future<UserId> admit(TenantId tenant, DirectoryPerson person, Cause cause) {
        return answered(database.tenants()
                .transaction(tenant, tx -> DirectoryAccounts.find(tx, tenant, person.source(), person.resourceId())
                        .compose(found ->
                                found.isPresent() ? Future.succeededFuture(found.get()) : create(tx, tenant, person)))
                .recover(RowsPeople::taken));
    }

    private Future<UserId> create(SqlConnection tx, TenantId tenant, DirectoryPerson person) {
        UserId user = new UserId(
                person.source() == DirectorySource.PUSH ? UUID.fromString(person.resourceId()) : Uuid7.next());
        return adoptable(tx, tenant, person)
                .compose(adopted -> adopted.isPresent()
                        ? write(tx, tenant, adopted.get(), person).map(adopted.get())
                        : tx.preparedQuery("""
                        INSERT INTO users (tenant_id, id, status, user_name, source, status_cause)
                        VALUES ($1, $2, 'active', $3, $4, 'directory')""")
                                .execute(Tuple.of(
                                        tenant.value(),
                                        user.value(),
                                        person.userName(),
                                        person.source().userSource()))
                                .compose(done -> write(tx, tenant, user, person))
                                .onSuccess(done -> admissions.incrementAndGet())
                                .map(user));
    }

    private static Future<Optional<UserId>> adoptable(SqlConnection tx, TenantId tenant, DirectoryPerson person) {
        return tx.preparedQuery("""
                SELECT id FROM users WHERE tenant_id = $1 AND lower(user_name) = lower($2) AND source = 'jit' AND status = 'active'""")
                .execute(Tuple.of(tenant.value(), person.userName()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(new UserId(rows.iterator().next().getUUID("id"))));
    }

    @Override
    public Future<Void> update(TenantId tenant, UserId user, DirectoryPerson person, Cause cause) {
        updates.incrementAndGet();
        return answered(database.tenants()
                .transaction(tenant, tx -> write(tx, tenant, user, person))
                .recover(RowsPeople::taken));
    }

    private static Future<Void> write(SqlConnection tx, TenantId tenant, UserId user, DirectoryPerson person) {
        return tx.preparedQuery("""
                UPDATE users SET user_name = $3, email = $4, display_name = $5, given_name = $6, family_name = $7, updated_at = now()
                WHERE tenant_id = $1 AND id = $2""")
                .execute(Tuple.tuple()
                        .addUUID(tenant.value())
                        .addUUID(user.value())
                        .addString(person.userName())
                        .addString(person.email().orElse(null))
                        .addString(person.displayName().orElse(null))
                        .addString(person.givenName().orElse(null))
                        .addString(person.familyName().orElse(null)))
                .compose(done -> DirectoryAccounts.link(tx, tenant, user, person))
                .compose(done -> person.groups().isPresent()
                        ? DirectoryGroups.replace(
                                tx, tenant, user, person.groups().get())
                        : Future.succeededFuture());
    }

    @Override
    public Future<Void> remove(TenantId tenant, UserId user, Cause cause) {
        if (lastAdmins.contains(user)) {
            return Future.failedFuture(new DirectoryRefused(Reason.LAST_ADMIN));
        }
        return answered(database.tenants().transaction(tenant, tx -> tx.preparedQuery("""
                UPDATE users SET status = 'offboarded', status_cause = $3, status_changed_at = now()
                WHERE tenant_id = $1 AND id = $2 AND status <> 'offboarded'""")
                .execute(Tuple.of(tenant.value(), user.value(), cause.code()))
                .compose(rows -> {
                    if (rows.rowCount() == 1) {
                        removals.add(cause);
                    }
                    return tx.preparedQuery("DELETE FROM memberships WHERE tenant_id = $1 AND user_id = $2")
                            .execute(Tuple.of(tenant.value(), user.value()));
                })
                .mapEmpty()));
    }

    @Override
    public Future<Void> readmit(TenantId tenant, UserId user, Cause cause) {
        return answered(database.tenants()
                .query(
                        tenant,
                        "UPDATE users SET status = 'active', status_cause = $3 WHERE tenant_id = $1 AND id = $2",
                        Tuple.of(tenant.value(), user.value(), cause.code()))
                .mapEmpty());
    }

    /** A node that dies never hears of what it did last. */
    private <T> Future<T> answered(Future<T> done) {
        if (answersLeft.get() < 0 || answersLeft.getAndDecrement() > 0) {
            return done;
        }
        answersLeft.set(0);
        return done.compose(answer -> Promise.<T>promise().future());
    }

    private static <T> Future<T> taken(Throwable failure) {
        return Future.failedFuture(
                Database.violates(failure, "users_user_name") ? new DirectoryRefused(Reason.USER_NAME_TAKEN) : failure);
    }
}
