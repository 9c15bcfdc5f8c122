package dev.sallyport.scim.reconcile;

import dev.sallyport.tenant.UserId;

/**
 * One person whom we hold an account for because of this directory.
 *
 * @param resourceId the directory's id of them
 * @param label how an administrator recognises them
 * @param vouched what the directory last said: still active
 * @param fingerprint of what was last taken over; empty if it has to be taken over again
 */
public record Known(
        UserId user, String resourceId, String label, boolean vouched, Standing standing, String fingerprint) {
    /** What the person may do here. */
    public enum Standing {
        /** Has access, or waits for it. */
        LIVE,
        /** Suspended by an administrator; may come back. */
        SUSPENDED,
        /** Closed. */
        OFF
    }
}
