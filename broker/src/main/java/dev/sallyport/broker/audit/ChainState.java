package dev.sallyport.broker.audit;

import java.util.Optional;

/**
 * What checking one chain found.
 *
 * @param events in the chain
 * @param pending written down and not chained yet
 * @param broken the first link that does not hold; empty if all do
 */
public record ChainState(long events, long pending, Optional<Broken> broken) {
    /** A link that does not hold: its position, and what is wrong there, naming the event. */
    public record Broken(long position, String detail) {}

    /** Whether every link holds. */
    public boolean isWhole() {
        return broken.isEmpty();
    }
}
