package dev.sallyport.scim.reconcile;

import dev.sallyport.tenant.UserId;
import java.util.Optional;

/** What is to happen with one person, and why. The reasons are fixed words. */
public sealed interface Decision {
    /** The directory's id of the person. */
    String resourceId();

    /** A fixed word. */
    String reason();

    /** The account it is about; empty for somebody new. */
    Optional<UserId> user();

    /** Gets an account ({@code new}), or theirs opened again because the directory vouches for them again ({@code returned}). */
    record Admit(String resourceId, Optional<UserId> user, String reason) implements Decision {}

    /** Something about them changed ({@code changed}). */
    record Update(String resourceId, Optional<UserId> user, String reason) implements Decision {
        Update(String resourceId, UserId user, String reason) {
            this(resourceId, Optional.of(user), reason);
        }
    }

    /** Missing in a complete read ({@code absent}); nothing happens until the directory confirms it. */
    record Suspect(String resourceId, Optional<UserId> user, String reason) implements Decision {}

    /** Loses the account: {@code inactive}, {@code gone}. */
    record Remove(String resourceId, Optional<UserId> user, String reason) implements Decision {}

    /**
     * Would lose the account, but a human has to say so: {@code empty_read}, {@code brake}, {@code last_admin}.
     *
     * @param because what would have been the reason of the removal
     */
    record Hold(String resourceId, Optional<UserId> user, String reason, String because) implements Decision {}

    /**
     * Cannot be judged or used: {@code duplicate_user_name}, {@code duplicate_external_id}, {@code closed_here}, {@code incomplete_read}, or
     * the problem of the entry.
     */
    record Skip(String resourceId, Optional<UserId> user, String reason) implements Decision {}
}
