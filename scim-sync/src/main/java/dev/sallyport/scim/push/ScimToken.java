package dev.sallyport.scim.push;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A tenant's SCIM token, without its secret. */
public record ScimToken(
        UUID id, Instant createdAt, Instant expiresAt, Optional<Instant> lastUsedAt, Optional<Instant> revokedAt) {
    /** As the admin API shows it. */
    public JsonObject json() {
        return new JsonObject()
                .put("id", id.toString())
                .put("created_at", createdAt.toString())
                .put("expires_at", expiresAt.toString())
                .put("last_used_at", lastUsedAt.map(Instant::toString).orElse(null))
                .put("revoked_at", revokedAt.map(Instant::toString).orElse(null));
    }
}
