package dev.sallyport.tenant.connection;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * A key by which we are a client of a provider, without its private part.
 *
 * @param activateAt from when it signs, until another is activated
 * @param retireAt when it leaves the key set; empty for the one that was made last
 */
public record ConnectionKey(
        String kid, JsonObject publicJwk, Instant createdAt, Instant activateAt, Optional<Instant> retireAt) {
    /** {@code published} before it signs, {@code active} while it does, {@code retiring} after that. */
    public String state(Instant now) {
        if (activateAt.isAfter(now)) {
            return "published";
        }
        return retireAt.isEmpty()
                        || retireAt.get().minus(ConnectionKeys.OVERLAP).isAfter(now)
                ? "active"
                : "retiring";
    }
}
