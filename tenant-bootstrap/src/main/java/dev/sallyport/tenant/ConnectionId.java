package dev.sallyport.tenant;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The identity of a tenant's connection to one identity provider.
 *
 * @param value meaningful within its tenant only
 */
public record ConnectionId(UUID value) {
    public ConnectionId {
        Objects.requireNonNull(value, "connection id");
    }

    /** Reads the text form; empty if it is none. */
    public static Optional<ConnectionId> parse(String text) {
        return Uuids.parse(text).map(ConnectionId::new);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
