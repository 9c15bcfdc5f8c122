package dev.sallyport.scim.directory;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;

/**
 * What a directory's word does to people. Implemented by the broker; the only way by which a sync or a SCIM client changes anybody.
 *
 * <p>Each call is one transaction and may be repeated: after a crash the same call is made again and must have its effect once.
 * {@code admit} and {@code update} write the person's row in {@code directory_accounts} with
 * {@link DirectoryAccounts#link} in that same transaction, and replace the memberships with {@link DirectoryGroups#replace} if the person's
 * groups are given. What cannot be done for this person fails with {@link DirectoryRefused}; any other failure is ours and is tried again.
 */
public interface DirectoryPeople {
    /** Creates the account, or adopts one that policy lets the directory adopt. The same (source, resource id) again answers the same person. */
    Future<UserId> admit(TenantId tenant, DirectoryPerson person, Cause cause);

    /** Takes over profile and groups of a person who has an account. */
    Future<Void> update(TenantId tenant, UserId user, DirectoryPerson person, Cause cause);

    /** Closes every door. A person who is off already stays off. Refuses for the last administrator unless a human is the actor. */
    Future<Void> remove(TenantId tenant, UserId user, Cause cause);

    /** Opens the account again; nothing old revives. */
    Future<Void> readmit(TenantId tenant, UserId user, Cause cause);
}
