package dev.sallyport.broker.signals;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that somebody must be told.
 *
 * @param subject of the person, as the application knows them
 * @param target the address to post to
 * @param payload what is needed besides, secrets sealed
 * @param attempts that were made before
 */
public record Notice(
        UUID id,
        String kind,
        Optional<String> clientId,
        String subject,
        Optional<UUID> session,
        String target,
        JsonObject payload,
        int attempts) {
    /** To a provider, about its own refresh token. */
    static final String UPSTREAM_REVOCATION = "upstream_revocation";

    static Notice of(Row row) {
        return new Notice(
                row.getUUID("id"),
                row.getString("kind"),
                Optional.ofNullable(row.getString("client_id")),
                row.getString("subject"),
                Optional.ofNullable(row.getUUID("session_id")),
                row.getString("target"),
                row.getJsonObject("payload"),
                row.getInteger("attempts"));
    }
}
