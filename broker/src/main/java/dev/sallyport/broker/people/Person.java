package dev.sallyport.broker.people;

import dev.sallyport.tenant.UserId;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Optional;

/**
 * A person as a tenant knows them.
 *
 * @param emailVerified whether the address may be shown as verified: the IdP says so and the tenant owns its domain
 * @param version grows with every change (ETag)
 */
public record Person(
        UserId id,
        PersonStatus status,
        String userName,
        Optional<String> email,
        boolean emailVerified,
        Optional<String> displayName,
        Optional<String> givenName,
        Optional<String> familyName,
        String source,
        String statusCause,
        Instant statusChangedAt,
        Optional<Instant> lastSignInAt,
        Instant createdAt,
        Instant updatedAt,
        long version) {
    /** The columns that {@link #of} reads, for a table that is called {@code u}. */
    public static final String COLUMNS = """
            u.id, u.status, u.user_name, u.email, u.email_verified, u.display_name, u.given_name, u.family_name, u.source, u.status_cause,
            u.status_changed_at, u.last_sign_in_at, u.created_at, u.updated_at, u.version""";

    /** Reads a row. */
    public static Person of(Row row) {
        return new Person(
                new UserId(row.getUUID("id")),
                PersonStatus.of(row.getString("status")),
                row.getString("user_name"),
                Optional.ofNullable(row.getString("email")),
                row.getBoolean("email_verified"),
                Optional.ofNullable(row.getString("display_name")),
                Optional.ofNullable(row.getString("given_name")),
                Optional.ofNullable(row.getString("family_name")),
                row.getString("source"),
                row.getString("status_cause"),
                row.getOffsetDateTime("status_changed_at").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("last_sign_in_at")).map(t -> t.toInstant()),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                row.getLong("version"));
    }

    /** What to call the person on a page. */
    public String label() {
        return displayName.or(() -> email).orElse(userName);
    }
}
