package dev.sallyport.tenant.setup;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A setup link without its secret, which nobody can read any more.
 *
 * @param id {@code {slug}.{22 characters}}
 * @param opened how often somebody pressed the button, with whatever secret
 * @param secondStep whether a code is asked for, too
 * @param wrongCodes how many wrong codes were given with the right secret
 * @param sessionExpiresAt when the session that redeemed it ends
 * @param lastSeenAt when that session last asked for a page, to the minute
 * @param state as of the moment it was read, by the database's clock
 */
public record SetupLink(
        String id,
        Set<SetupPurpose> purposes,
        Optional<String> recipient,
        String createdBy,
        Instant createdAt,
        Instant expiresAt,
        int opened,
        boolean secondStep,
        int wrongCodes,
        Optional<Instant> redeemedAt,
        Optional<Instant> revokedAt,
        Optional<Instant> completedAt,
        Optional<Instant> sessionExpiresAt,
        Optional<Instant> lastSeenAt,
        State state) {

    /** Where a link is in its life. */
    public enum State {
        /** Can be redeemed. */
        OPEN,
        /** Was redeemed; the setup is under way. */
        REDEEMED,
        /** The tenant went live through it. */
        COMPLETED,
        /** Was not redeemed in time. */
        EXPIRED,
        /** Was taken back. */
        REVOKED;

        /** The word in the admin API. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public SetupLink {
        purposes = Set.copyOf(purposes);
    }
}
