package dev.sallyport.scim.directory;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.scim.directory.DirectoryRefused.Reason;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** The rows that tie a person to a directory: its id of them, and whether it vouches for them. */
public final class DirectoryAccounts {
    private static final String FIND = """
            SELECT user_id FROM directory_accounts WHERE tenant_id = $1 AND source = $2 AND resource_id = $3""";

    private static final String LINK = """
            INSERT INTO directory_accounts
              (tenant_id, source, resource_id, external_id, user_id, active, resource, fingerprint)
            VALUES ($1, $2, $3, $4, $5, true, $6, decode(nullif($7::text, ''), 'hex'))
            ON CONFLICT (tenant_id, source, user_id) DO UPDATE SET
              resource_id = excluded.resource_id, external_id = excluded.external_id, active = true, resource = excluded.resource,
              fingerprint = excluded.fingerprint, last_seen_at = now(), absent_since = NULL, updated_at = now(),
              version = directory_accounts.version + 1""";

    private static final String VOUCH = """
            UPDATE directory_accounts SET active = $4, fingerprint = NULL, updated_at = now(), version = version + 1
            WHERE tenant_id = $1 AND source = $2 AND user_id = $3 AND active IS DISTINCT FROM $4""";

    private DirectoryAccounts() {}

    /** The person whom a resource belongs to. */
    public static Future<Optional<UserId>> find(
            SqlConnection tx, TenantId tenant, DirectorySource source, String resourceId) {
        return tx.preparedQuery(FIND)
                .execute(Tuple.of(tenant.value(), source.word(), resourceId))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(new UserId(rows.iterator().next().getUUID("user_id"))));
    }

    /**
     * Ties a person to what the directory says of them now; it vouches for them. To be called in the transaction that creates or changes
     * the person. Fails with {@link DirectoryRefused} EXTERNAL_ID_TAKEN if another person has the external id.
     */
    public static Future<Void> link(SqlConnection tx, TenantId tenant, UserId user, DirectoryPerson person) {
        String resourceId = person.source() == DirectorySource.PUSH ? user.toString() : person.resourceId();
        Tuple arguments = Tuple.of(
                tenant.value(),
                person.source().word(),
                resourceId,
                person.externalId().orElse(null),
                user.value(),
                person.resource(),
                person.fingerprint());
        return tx.preparedQuery(LINK).execute(arguments).<Void>mapEmpty().recover(e -> Future.failedFuture(taken(e)));
    }

    /** Writes down whether the directory still vouches for a person. What was taken over before has to be taken over again. */
    public static Future<Void> vouch(
            SqlConnection tx, TenantId tenant, DirectorySource source, UserId user, boolean active) {
        return tx.preparedQuery(VOUCH)
                .execute(Tuple.of(tenant.value(), source.word(), user.value(), active))
                .mapEmpty();
    }

    private static Throwable taken(Throwable failure) {
        return Database.violates(failure, "directory_accounts_external_id")
                        || Database.violates(failure, "directory_accounts_pkey")
                ? new DirectoryRefused(Reason.EXTERNAL_ID_TAKEN)
                : failure;
    }
}
