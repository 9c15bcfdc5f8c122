package dev.sallyport.broker.session;

import java.time.Duration;
import java.time.Instant;

/**
 * When a person proved who they are.
 *
 * @param at as the IdP says; where it does not, when it vouched for the person, which may be long after they proved anything
 * @param told whether the IdP said it
 */
public record AuthTime(Instant at, boolean told) {
    /** Whether the proof is known to be at most so old (OpenID Connect Core §3.1.2.1, {@code max_age}); what was not said is not known (A20). */
    public boolean isWithin(Duration age, Instant now) {
        return told && !at.plus(age).isBefore(now);
    }
}
