package dev.sallyport.tenant.setup;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What link is wanted.
 *
 * @param lifetime 1 minute to 14 days; a break-glass link may live 400 days
 * @param recipient for whom it is, as a note to the operator
 * @param secondStep whether the recipient is asked for a code, too, that comes on another channel
 */
public record LinkWanted(
        Duration lifetime, Set<SetupPurpose> purposes, Optional<String> recipient, boolean secondStep) {
    public LinkWanted {
        purposes = Set.copyOf(purposes);
    }

    /** For these purposes, with the usual lifetime. */
    public static LinkWanted of(Set<SetupPurpose> purposes) {
        return new LinkWanted(SetupLinks.DEFAULT_LIFETIME, purposes, Optional.empty(), false);
    }
}
