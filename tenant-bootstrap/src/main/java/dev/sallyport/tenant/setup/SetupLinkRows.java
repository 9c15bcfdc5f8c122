package dev.sallyport.tenant.setup;

import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The statements on the table {@code setup_links}. Times are the database's. */
final class SetupLinkRows {
    private static final String COLUMNS = """
            id, purposes, recipient, created_by, created_at, expires_at, opened, redeemed_at, revoked_at, completed_at,
            CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN completed_at IS NOT NULL THEN 'completed'
                 WHEN redeemed_at IS NOT NULL THEN 'redeemed' WHEN expires_at <= now() THEN 'expired' ELSE 'open' END AS state""";

    private static final String INSERT = """
            INSERT INTO setup_links (tenant_id, id, secret_hash, purposes, recipient, created_by, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7)) RETURNING\s""" + COLUMNS;
    private static final String LIST = "SELECT " + COLUMNS + """
             FROM setup_links WHERE tenant_id = $1
              AND ($2 = '' OR (created_at, id) < (SELECT created_at, id FROM setup_links WHERE tenant_id = $1 AND id = $2))
            ORDER BY created_at DESC, id DESC LIMIT $3""";
    private static final String REVOKE = """
            UPDATE setup_links SET revoked_at = now() WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING\s""" + COLUMNS;
    // The only place where a link is used up: whoever's row comes back is the winner.
    private static final String REDEEM = """
            UPDATE setup_links SET redeemed_at = now(), session_hash = $4, session_expires_at = now() + interval '8 hours'
            WHERE tenant_id = $1 AND id = $2 AND secret_hash = $3 AND redeemed_at IS NULL AND revoked_at IS NULL AND expires_at > now()
            RETURNING\s""" + COLUMNS;
    private static final String SESSION = """
            SELECT purposes, session_expires_at FROM setup_links
            WHERE tenant_id = $1 AND id = $2 AND session_hash = $3 AND session_expires_at > now() AND revoked_at IS NULL""";

    private SetupLinkRows() {}

    /** What a session may do, and until when. */
    record Session(Set<SetupPurpose> purposes, Instant expiresAt) {}

    static Future<SetupLink> insert(
            SqlConnection tx,
            TenantId tenant,
            String id,
            byte[] secretHash,
            Duration lifetime,
            Set<SetupPurpose> purposes,
            Optional<String> recipient,
            String actor) {
        Tuple row = Tuple.tuple()
                .addUUID(tenant.value())
                .addString(id)
                .addBuffer(Buffer.buffer(secretHash))
                .addArrayOfString(
                        purposes.stream().map(SetupPurpose::word).sorted().toArray(String[]::new))
                .addString(recipient.orElse(null))
                .addString(actor)
                .addDouble((double) lifetime.toSeconds());
        return tx.preparedQuery(INSERT).execute(row).map(rows -> first(rows).orElseThrow());
    }

    static Future<List<SetupLink>> list(SqlConnection tx, TenantId tenant, String afterId, int limit) {
        return tx.preparedQuery(LIST)
                .execute(Tuple.of(tenant.value(), afterId, limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(SetupLinkRows::link)
                        .toList());
    }

    static Future<Optional<SetupLink>> find(SqlConnection tx, TenantId tenant, String id) {
        return tx.preparedQuery("SELECT " + COLUMNS + " FROM setup_links WHERE tenant_id = $1 AND id = $2")
                .execute(Tuple.of(tenant.value(), id))
                .map(SetupLinkRows::first);
    }

    static Future<Optional<SetupLink>> revoke(SqlConnection tx, TenantId tenant, String id) {
        return tx.preparedQuery(REVOKE).execute(Tuple.of(tenant.value(), id)).map(SetupLinkRows::first);
    }

    static Future<Optional<SetupLink>> redeem(
            SqlConnection tx, TenantId tenant, String id, byte[] secretHash, byte[] sessionHash) {
        Tuple arguments = Tuple.of(tenant.value(), id, Buffer.buffer(secretHash), Buffer.buffer(sessionHash));
        return tx.preparedQuery("UPDATE setup_links SET opened = opened + 1 WHERE tenant_id = $1 AND id = $2")
                .execute(Tuple.of(tenant.value(), id))
                .compose(counted -> tx.preparedQuery(REDEEM).execute(arguments))
                .map(SetupLinkRows::first);
    }

    static Future<Optional<Session>> session(SqlConnection tx, TenantId tenant, String id, byte[] sessionHash) {
        return tx.preparedQuery(SESSION)
                .execute(Tuple.of(tenant.value(), id, Buffer.buffer(sessionHash)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new Session(
                                purposes(row),
                                row.getOffsetDateTime("session_expires_at").toInstant()))
                        .findFirst());
    }

    static Future<Void> complete(SqlConnection tx, TenantId tenant, String id) {
        return tx.preparedQuery(
                        "UPDATE setup_links SET completed_at = coalesce(completed_at, now()) WHERE tenant_id = $1 AND id = $2")
                .execute(Tuple.of(tenant.value(), id))
                .mapEmpty();
    }

    private static Optional<SetupLink> first(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(SetupLinkRows::link)
                .findFirst();
    }

    private static SetupLink link(Row row) {
        return new SetupLink(
                row.getString("id"),
                purposes(row),
                Optional.ofNullable(row.getString("recipient")),
                row.getString("created_by"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant(),
                row.getInteger("opened"),
                time(row, "redeemed_at"),
                time(row, "revoked_at"),
                time(row, "completed_at"),
                SetupLink.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)));
    }

    private static Set<SetupPurpose> purposes(Row row) {
        return Stream.of(row.getArrayOfStrings("purposes"))
                .map(word -> SetupPurpose.parse(word).orElseThrow())
                .collect(Collectors.toSet());
    }

    private static Optional<Instant> time(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
    }
}
