package dev.sallyport.tenant.connection;

import dev.sallyport.tenant.ConnectionId;
import java.util.List;
import java.util.Optional;

/**
 * For whom a connection is live.
 *
 * @param pilotGroups only members of these groups, as the provider names them, come in by it; empty: everybody
 * @param replaces the connection that people came by before: it stays until a second person has come by the new one
 */
public record Rollout(Optional<List<String>> pilotGroups, Optional<ConnectionId> replaces) {
    /** For everybody, in nobody's place. */
    public static final Rollout EVERYBODY = new Rollout(Optional.empty(), Optional.empty());

    public Rollout {
        pilotGroups = pilotGroups.map(List::copyOf);
    }

    /** Whether it is a pilot. */
    public boolean isPilot() {
        return pilotGroups.isPresent();
    }
}
