package dev.sallyport.roles;

import java.time.Instant;
import java.util.Optional;

/** What gives a person a role: a rule that matches one of their groups, or a grant made to them directly. */
public sealed interface Origin permits MappingRule, DirectGrant {

    /** The id under which it is stored. */
    String id();

    /** The moment from which on it gives nothing; empty means it does not end. */
    Optional<Instant> expiresAt();

    /** Why somebody made it, in their own words. */
    Optional<String> reason();

    /** Whether it gives anything at that moment. The moment of expiry itself is already too late. */
    default boolean isLive(Instant now) {
        return expiresAt().map(end -> end.isAfter(now)).orElse(true);
    }

    /** Whether it ends no earlier than the other one. */
    default boolean lastsAsLongAs(Origin other) {
        return expiresAt()
                .map(end -> other.expiresAt()
                        .map(otherEnd -> !end.isBefore(otherEnd))
                        .orElse(false))
                .orElse(true);
    }
}
