package dev.sallyport.broker.token;

import dev.sallyport.tenant.UserId;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An API key without its secret.
 *
 * @param scope permissions that it is limited to; empty for all that its owner has
 * @param createdBy as in the audit log
 * @param lastUsedAt to about a minute
 * @param endCause {@code owner}, {@code admin}, {@code off} with its owner, {@code adopted} at the owner's first
 *     sign-in, {@code tenant.suspended}
 */
public record ApiKey(
        UUID id,
        UserId owner,
        String name,
        List<String> scope,
        String createdBy,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> lastUsedAt,
        Optional<Instant> endedAt,
        Optional<String> endCause) {
    public ApiKey {
        scope = List.copyOf(scope);
    }

    static ApiKey of(Row row) {
        UserId owner = new UserId(row.getUUID("user_id"));
        return new ApiKey(
                row.getUUID("id"),
                owner,
                row.getString("name"),
                List.of(row.getArrayOfStrings("scope")),
                Optional.ofNullable(row.getString("created_by")).orElse("user:" + owner),
                row.getOffsetDateTime("created_at").toInstant(),
                time(row, "expires_at"),
                time(row, "last_used_at"),
                time(row, "ended_at"),
                Optional.ofNullable(row.getString("end_cause")));
    }

    /** {@code live}, {@code expired} by its time, or {@code ended}: revoked, or dead with its owner. */
    public String state(Instant now) {
        if (endedAt.isPresent()) {
            return "ended";
        }
        return expiresAt.map(end -> end.isAfter(now)).orElse(true) ? "live" : "expired";
    }

    private static Optional<Instant> time(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
    }
}
