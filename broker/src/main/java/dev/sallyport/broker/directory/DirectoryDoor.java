package dev.sallyport.broker.directory;

import dev.sallyport.broker.offboarding.Closing;
import dev.sallyport.broker.offboarding.Offboarding;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.scim.directory.Cause;
import dev.sallyport.scim.directory.DirectoryAccounts;
import dev.sallyport.scim.directory.DirectoryGroups;
import dev.sallyport.scim.directory.DirectoryPeople;
import dev.sallyport.scim.directory.DirectoryPerson;
import dev.sallyport.scim.directory.DirectoryRefused;
import dev.sallyport.scim.directory.DirectoryRefused.Reason;
import dev.sallyport.scim.directory.DirectorySource;
import dev.sallyport.tenant.TenantRegistry;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * The door that the directory uses. It creates and updates people and vouches for them; whom it no longer vouches for it hands to
 * {@link Offboarding}. An account that somebody's sign-in or an import made first is adopted by user name, inside the tenant only, if no
 * other entry of the same directory is linked to it. Whom an administrator turned off stays off.
 */
public final class DirectoryDoor implements DirectoryPeople {
    private final Database database;
    private final TenantRegistry tenants;
    private final Offboarding offboarding;
    private final Admins admins;

    public DirectoryDoor(Database database, TenantRegistry tenants, Offboarding offboarding, Admins admins) {
        this.database = database;
        this.tenants = tenants;
        this.offboarding = offboarding;
        this.admins = admins;
    }

    @Override
    public Future<UserId> admit(TenantId tenant, DirectoryPerson person, Cause cause) {
        return database.tenants()
                .transaction(tenant, tx -> DirectoryAccounts.find(tx, tenant, person.source(), person.resourceId())
                        .compose(linked -> linked.isPresent()
                                ? takeOver(tx, tenant, linked.get(), person).map(linked.get())
                                : namesake(tx, person)
                                        .compose(found -> found.isPresent()
                                                ? adopt(tx, tenant, found.get(), person, cause)
                                                : create(tx, tenant, person, cause))));
    }

    @Override
    public Future<Void> update(TenantId tenant, UserId user, DirectoryPerson person, Cause cause) {
        return database.tenants().transaction(tenant, tx -> takeOver(tx, tenant, user, person)
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant,
                        AuditEvent.of(cause.actor(), "person.updated", "user:" + user)
                                .because(cause.code()))));
    }

    @Override
    public Future<Void> remove(TenantId tenant, UserId user, Cause cause) {
        boolean human = !cause.actor().startsWith("sync:") && !cause.actor().startsWith("scim:");
        // Whom the directory closes it may open again; for everybody else the person has left.
        Closing closing = new Closing(Closing.Kind.OFFBOARD, cause.code(), cause.actor(), cause.detail());
        return tenants.byId(tenant)
                .map(Optional::orElseThrow)
                .compose(found -> human
                        ? offboarding.close(found, user, closing)
                        : admins.keepingOne(tenant, () -> new DirectoryRefused(Reason.LAST_ADMIN))
                                .compose(guard -> offboarding.close(found, user, closing, guard)))
                .mapEmpty();
    }

    @Override
    public Future<Void> readmit(TenantId tenant, UserId user, Cause cause) {
        return database.tenants().transaction(tenant, tx -> tx.preparedQuery(
                        "SELECT status, status_cause FROM users u WHERE u.id = $1 FOR UPDATE")
                .execute(Tuple.of(user.value()))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture()
                        : reopen(tx, tenant, user, rows.iterator().next(), cause)));
    }

    private record Namesake(UserId user, String status, String statusCause, boolean linked) {}

    private static Future<Optional<Namesake>> namesake(SqlConnection tx, DirectoryPerson person) {
        return tx.preparedQuery("""
                        SELECT u.id, u.status, u.status_cause, EXISTS (SELECT 1 FROM directory_accounts a WHERE a.user_id = u.id AND a.source = $2) AS linked
                        FROM users u WHERE u.user_name_key = lower($1)
                        ORDER BY u.status = 'offboarded', u.created_at DESC LIMIT 1 FOR UPDATE""")
                .execute(Tuple.of(person.userName(), person.source().word()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        return Optional.empty();
                    }
                    Row row = rows.iterator().next();
                    return Optional.of(new Namesake(
                            new UserId(row.getUUID("id")),
                            row.getString("status"),
                            row.getString("status_cause"),
                            row.getBoolean("linked")));
                });
    }

    private Future<UserId> adopt(
            SqlConnection tx, TenantId tenant, Namesake found, DirectoryPerson person, Cause cause) {
        boolean off = found.status().equals("suspended") || found.status().equals("offboarded");
        if (found.linked() && !off) {
            return Future.failedFuture(new DirectoryRefused(Reason.USER_NAME_TAKEN));
        }
        Future<Void> open = off
                ? reopen(tx, tenant, found.user(), found.status(), found.statusCause(), cause)
                : Future.succeededFuture();
        return open.compose(v -> found.linked() ? unlink(tx, found.user(), person.source()) : Future.succeededFuture())
                .compose(v -> takeOver(tx, tenant, found.user(), person))
                .compose(v -> await(tx, tenant, found.user(), person))
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant,
                        AuditEvent.of(cause.actor(), "person.adopted", "user:" + found.user())
                                .because(cause.code())))
                .map(found.user());
    }

    private Future<UserId> create(SqlConnection tx, TenantId tenant, DirectoryPerson person, Cause cause) {
        UUID id = person.source() == DirectorySource.PUSH ? UUID.fromString(person.resourceId()) : Uuid7.next();
        UserId user = new UserId(id);
        return tx.preparedQuery("""
                        INSERT INTO users (tenant_id, id, status, user_name, email, display_name, given_name, family_name, source, status_cause)
                        VALUES ($1, $2, 'staged', $3, $4, $5, $6, $7, $8, $9)""")
                .execute(Tuple.from(Arrays.asList(
                        tenant.value(),
                        id,
                        person.userName(),
                        person.email().orElse(null),
                        person.displayName().orElse(null),
                        person.givenName().orElse(null),
                        person.familyName().orElse(null),
                        person.source().userSource(),
                        cause.code())))
                .recover(e -> Future.failedFuture(
                        Database.violates(e, "users_user_name") ? new DirectoryRefused(Reason.USER_NAME_TAKEN) : e))
                .compose(v -> link(tx, tenant, user, person))
                .compose(v -> await(tx, tenant, user, person))
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant,
                        AuditEvent.of(cause.actor(), "person.created", "user:" + user)
                                .because(cause.code())
                                .with(new JsonObject().put("user_name", person.userName()))))
                .map(user);
    }

    /** The directory's word on the profile wins over the token's and the file's. */
    private static Future<Void> takeOver(SqlConnection tx, TenantId tenant, UserId user, DirectoryPerson person) {
        return tx.preparedQuery("""
                        UPDATE users SET user_name = $2, email = $3, email_verified = email_verified AND email IS NOT DISTINCT FROM $3,
                          display_name = $4, given_name = $5, family_name = $6, source = $7, updated_at = now(), version = version + 1
                        WHERE id = $1""")
                .execute(Tuple.from(Arrays.asList(
                        user.value(),
                        person.userName(),
                        person.email().orElse(null),
                        person.displayName().orElse(null),
                        person.givenName().orElse(null),
                        person.familyName().orElse(null),
                        person.source().userSource())))
                .recover(e -> Future.failedFuture(
                        Database.violates(e, "users_user_name") ? new DirectoryRefused(Reason.USER_NAME_TAKEN) : e))
                .compose(v -> link(tx, tenant, user, person));
    }

    private static Future<Void> link(SqlConnection tx, TenantId tenant, UserId user, DirectoryPerson person) {
        return DirectoryAccounts.link(tx, tenant, user, person)
                .compose(v -> person.groups().isEmpty()
                        ? Future.succeededFuture()
                        : DirectoryGroups.replace(
                                tx, tenant, user, person.groups().get()));
    }

    private static Future<Void> unlink(SqlConnection tx, UserId user, DirectorySource source) {
        return tx.preparedQuery("DELETE FROM directory_accounts WHERE user_id = $1 AND source = $2")
                .execute(Tuple.of(user.value(), source.word()))
                .mapEmpty();
    }

    /** Somebody who never signed in waits for the identity that the directory's connection will prove. */
    private static Future<Void> await(SqlConnection tx, TenantId tenant, UserId user, DirectoryPerson person) {
        if (person.connection().isEmpty()) {
            return Future.succeededFuture();
        }
        return tx.preparedQuery("""
                        INSERT INTO awaited_identities (tenant_id, user_id, connection_id, user_name)
                        SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM identities i WHERE i.user_id = $2)
                        ON CONFLICT DO NOTHING""")
                .execute(Tuple.of(
                        tenant.value(), user.value(), person.connection().get().value(), person.userName()))
                .mapEmpty();
    }

    private Future<Void> reopen(SqlConnection tx, TenantId tenant, UserId user, Row row, Cause cause) {
        return reopen(tx, tenant, user, row.getString("status"), row.getString("status_cause"), cause);
    }

    /** Only what the directory closed can the directory open. */
    private Future<Void> reopen(
            SqlConnection tx, TenantId tenant, UserId user, String status, String closedBy, Cause cause) {
        if (!status.equals("suspended") && !status.equals("offboarded")) {
            return Future.succeededFuture();
        }
        if (!closedBy.startsWith("directory.") && !closedBy.startsWith("scim.")) {
            return Future.failedFuture(new DirectoryRefused(Reason.CLOSED_HERE));
        }
        return offboarding.reopen(tx, tenant, user, cause.code(), cause.actor()).mapEmpty();
    }
}
