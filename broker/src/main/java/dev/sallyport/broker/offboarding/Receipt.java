package dev.sallyport.broker.offboarding;

import dev.sallyport.tenant.UserId;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What one closing found and shut. Holds no secret.
 *
 * @param closed counts by kind: sessions, refresh_families, refresh_tokens, authorization_codes, api_keys, memberships, grants, consents
 * @param cutoffAt access tokens issued until then are refused
 * @param tokensEndAt when the last stateless access token has expired, whoever checks it
 * @param deliveries the notices, each with its state
 */
public record Receipt(
        UUID id,
        UserId user,
        String kind,
        String cause,
        String actor,
        String reason,
        JsonObject closed,
        Instant cutoffAt,
        Instant tokensEndAt,
        Instant createdAt,
        List<Delivery> deliveries) {

    /** A notice: to whom, and how far it got. */
    public record Delivery(
            UUID id,
            String kind,
            Optional<String> application,
            String target,
            String state,
            int attempts,
            Optional<String> lastAnswer,
            Optional<Instant> deliveredAt) {
        static Delivery of(Row row) {
            return new Delivery(
                    row.getUUID("id"),
                    row.getString("kind"),
                    Optional.ofNullable(row.getString("client_id")),
                    row.getString("target"),
                    row.getString("state"),
                    row.getInteger("attempts"),
                    Optional.ofNullable(row.getString("last_answer")),
                    Optional.ofNullable(row.getOffsetDateTime("delivered_at")).map(t -> t.toInstant()));
        }
    }

    static Receipt of(Row row, List<Delivery> deliveries) {
        return new Receipt(
                row.getUUID("id"),
                new UserId(row.getUUID("user_id")),
                row.getString("kind"),
                row.getString("cause"),
                row.getString("actor"),
                row.getString("reason"),
                row.getJsonObject("closed"),
                row.getOffsetDateTime("cutoff_at").toInstant(),
                row.getOffsetDateTime("tokens_end_at").toInstant(),
                row.getOffsetDateTime("created_at").toInstant(),
                deliveries);
    }
}
