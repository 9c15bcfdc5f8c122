package dev.sallyport.scim.run;

import dev.sallyport.tenant.UserId;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What a run found about one person, written down before anything is done.
 *
 * @param action {@code admit}, {@code update}, {@code suspect}, {@code remove}, {@code hold} or {@code skip}
 * @param label how an administrator recognises the person or group
 * @param reason a fixed word
 * @param state {@code planned}, {@code done}, {@code failed}, or {@code kept} if nothing is to be done
 * @param detail why it failed; for a hold, what the removal's reason would be
 */
public record SyncFinding(
        UUID id,
        String action,
        Optional<String> resourceId,
        Optional<UserId> user,
        String label,
        String reason,
        String state,
        String detail,
        Optional<Instant> doneAt) {
    static final String COLUMNS = "id, action, resource_id, user_id, label, reason, state, detail, done_at";

    static SyncFinding of(Row row) {
        return new SyncFinding(
                row.getUUID("id"),
                row.getString("action"),
                Optional.ofNullable(row.getString("resource_id")),
                Optional.ofNullable(row.getUUID("user_id")).map(UserId::new),
                Optional.ofNullable(row.getString("label")).orElse(""),
                row.getString("reason"),
                row.getString("state"),
                Optional.ofNullable(row.getString("detail")).orElse(""),
                Optional.ofNullable(row.getOffsetDateTime("done_at")).map(time -> time.toInstant()));
    }

    /** As the admin API shows it. */
    public JsonObject json() {
        return new JsonObject()
                .put("id", id.toString())
                .put("action", action)
                .put("resource_id", resourceId.orElse(null))
                .put("user", user.map(UserId::toString).orElse(null))
                .put("label", label)
                .put("reason", reason)
                .put("state", state)
                .put("detail", detail)
                .put("done_at", doneAt.map(Instant::toString).orElse(null));
    }
}
