package dev.sallyport.scim.directory;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.ConnectionId;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A tenant's directory as it is set up.
 *
 * @param baseUrl of its SCIM 2.0 service, without a slash at the end
 * @param connection through which its people sign in, if they do so through one
 * @param interval between two runs
 * @param maxRemovals how many people one run may remove without a human
 * @param maxRemovalRatio which share of the people one run may remove without a human, 0 to 1
 * @param lastFullReadAt end of the last complete read
 * @param version grows with every change (ETag)
 */
public record Directory(
        TenantId tenant,
        String kind,
        String baseUrl,
        DirectoryAuth auth,
        Optional<ConnectionId> connection,
        Duration interval,
        int maxRemovals,
        double maxRemovalRatio,
        boolean enabled,
        Optional<Instant> lastFullReadAt,
        Instant updatedAt,
        long version) {
    /** As the admin API shows it; no secret is in it. */
    public JsonObject json() {
        return new JsonObject()
                .put("kind", kind)
                .put("base_url", baseUrl)
                .put("auth", auth.shown())
                .put("connection", connection.map(ConnectionId::toString).orElse(null))
                .put("interval", interval.toSeconds())
                .put(
                        "brake",
                        new JsonObject().put("max_removals", maxRemovals).put("max_removal_ratio", maxRemovalRatio))
                .put("enabled", enabled)
                .put("last_full_read_at", lastFullReadAt.map(Instant::toString).orElse(null))
                .put("updated_at", updatedAt.toString());
    }
}
