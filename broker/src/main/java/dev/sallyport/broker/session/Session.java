package dev.sallyport.broker.session;

import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.UserId;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A session that is live: its person is active, its connection enabled, it is neither idle nor past its end.
 *
 * @param authTime when the person proved who they are
 * @param acr authentication context class as the IdP says; never raised
 * @param amr authentication methods as the IdP says (RFC 8176)
 */
public record Session(
        SessionId id,
        UserId user,
        ConnectionId connection,
        AuthTime authTime,
        Optional<String> acr,
        List<String> amr,
        Instant createdAt,
        Instant expiresAt) {
    public Session {
        amr = List.copyOf(amr);
    }

    static Session of(Row row) {
        return new Session(
                new SessionId(row.getUUID("id")),
                new UserId(row.getUUID("user_id")),
                new ConnectionId(row.getUUID("connection_id")),
                new AuthTime(row.getOffsetDateTime("auth_time").toInstant(), row.getBoolean("auth_time_told")),
                Optional.ofNullable(row.getString("acr")),
                List.of(row.getArrayOfStrings("amr")),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant());
    }
}
