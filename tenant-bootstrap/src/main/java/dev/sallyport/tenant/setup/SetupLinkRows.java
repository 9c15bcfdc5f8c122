package dev.sallyport.tenant.setup;

import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
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
            id, purposes, recipient, created_by, created_at, expires_at, opened, redeemed_at, revoked_at, completed_at, wrong_codes,
            session_expires_at, last_seen_at, code_hash IS NOT NULL AS second_step,
            CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN completed_at IS NOT NULL THEN 'completed'
                 WHEN redeemed_at IS NOT NULL THEN 'redeemed' WHEN expires_at <= now() THEN 'expired' ELSE 'open' END AS state""";

    private static final String INSERT = """
            INSERT INTO setup_links (tenant_id, id, secret_hash, purposes, recipient, created_by, expires_at, code_hash)
            VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7), $8) RETURNING\s""" + COLUMNS;
    private static final String LIST = "SELECT " + COLUMNS + """
             FROM setup_links WHERE tenant_id = $1
              AND ($2 = '' OR (created_at, id) < (SELECT created_at, id FROM setup_links WHERE tenant_id = $1 AND id = $2))
            ORDER BY created_at DESC, id DESC LIMIT $3""";
    private static final String REVOKE = """
            UPDATE setup_links SET revoked_at = now() WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING\s""" + COLUMNS;
    private static final String RETIRE = """
            UPDATE setup_links SET revoked_at = now() WHERE tenant_id = $1 AND 'break_glass' = ANY (purposes) AND redeemed_at IS NULL
              AND revoked_at IS NULL RETURNING\s""" + COLUMNS;
    // Every attempt begins with it, and whoever comes second waits here for the first to be done.
    private static final String OPENED = """
            UPDATE setup_links SET opened = opened + 1 WHERE tenant_id = $1 AND id = $2
            RETURNING secret_hash = $3 AS known, code_hash,\s""" + COLUMNS;
    // The only place where a link is used up: whoever's row comes back is the winner.
    private static final String REDEEM = """
            UPDATE setup_links SET redeemed_at = now(), session_hash = $4, session_expires_at = now() + interval '8 hours'
            WHERE tenant_id = $1 AND id = $2 AND secret_hash = $3 AND redeemed_at IS NULL AND revoked_at IS NULL AND expires_at > now()
            RETURNING\s""" + COLUMNS;
    private static final String PROGRESS = """
            SELECT (SELECT count(*)::int FROM domains d WHERE d.tenant_id = $1) AS domains,
              (SELECT count(*)::int FROM domains d WHERE d.tenant_id = $1 AND d.status = 'verified') AS proven,
              c.id IS NOT NULL AS connected,
              coalesce((SELECT t.ok AND t.created_at >= c.updated_at FROM connection_tests t
                WHERE t.tenant_id = $1 AND t.connection_id = c.id AND t.kind = 'checks' ORDER BY t.created_at DESC LIMIT 1), false) AS checked,
              coalesce((SELECT t.ok AND t.created_at >= c.updated_at AND t.created_at > now() - interval '1 hour' FROM connection_tests t
                WHERE t.tenant_id = $1 AND t.connection_id = c.id AND t.kind = 'sign_in' ORDER BY t.created_at DESC LIMIT 1), false) AS tested,
              (SELECT count(*)::int FROM role_rules r WHERE r.tenant_id = $1) AS rules,
              EXISTS (SELECT 1 FROM directories d WHERE d.tenant_id = $1) AS directory,
              coalesce(c.status = 'active', false) AS active
            FROM (SELECT 1) one LEFT JOIN LATERAL
              (SELECT * FROM connections c WHERE c.tenant_id = $1 ORDER BY c.created_at, c.id LIMIT 1) c ON true""";
    private static final String SESSION = """
            SELECT purposes, session_expires_at, coalesce(last_seen_at < now() - interval '1 minute', true) AS stale FROM setup_links
            WHERE tenant_id = $1 AND id = $2 AND session_hash = $3 AND session_expires_at > now() AND revoked_at IS NULL""";

    private SetupLinkRows() {}

    /** What a session may do, and until when. */
    record Session(Set<SetupPurpose> purposes, Instant expiresAt) {}

    /** A link at the moment of an attempt, whose row is locked for it. */
    record Attempt(SetupLink link, boolean secretIsRight, Optional<byte[]> codeHash) {}

    static Future<SetupLink> insert(
            SqlConnection tx,
            TenantId tenant,
            String id,
            byte[] secretHash,
            Optional<byte[]> codeHash,
            LinkWanted wanted,
            String actor) {
        Tuple row = Tuple.tuple()
                .addUUID(tenant.value())
                .addString(id)
                .addBuffer(Buffer.buffer(secretHash))
                .addArrayOfString(wanted.purposes().stream()
                        .map(SetupPurpose::word)
                        .sorted()
                        .toArray(String[]::new))
                .addString(wanted.recipient().orElse(null))
                .addString(actor)
                .addDouble((double) wanted.lifetime().toSeconds())
                .addBuffer(codeHash.map(Buffer::buffer).orElse(null));
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
        return tx.preparedQuery(REDEEM)
                .execute(Tuple.of(tenant.value(), id, Buffer.buffer(secretHash), Buffer.buffer(sessionHash)))
                .map(SetupLinkRows::first);
    }

    /** Counts an attempt; empty if there is no such link. */
    static Future<Optional<Attempt>> opened(SqlConnection tx, TenantId tenant, String id, byte[] secretHash) {
        return tx.preparedQuery(OPENED)
                .execute(Tuple.of(tenant.value(), id, Buffer.buffer(secretHash)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new Attempt(
                                link(row),
                                row.getBoolean("known"),
                                Optional.ofNullable(row.getBuffer("code_hash")).map(Buffer::getBytes)))
                        .findFirst());
    }

    static Future<Void> wrongCode(SqlConnection tx, TenantId tenant, String id) {
        return tx.preparedQuery("UPDATE setup_links SET wrong_codes = wrong_codes + 1 WHERE tenant_id = $1 AND id = $2")
                .execute(Tuple.of(tenant.value(), id))
                .mapEmpty();
    }

    /** Takes back the break-glass links that nobody used. */
    static Future<List<SetupLink>> retireBreakGlass(SqlConnection tx, TenantId tenant) {
        return tx.preparedQuery(RETIRE).execute(Tuple.of(tenant.value())).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(SetupLinkRows::link)
                .toList());
    }

    static Future<Optional<Session>> session(SqlConnection tx, TenantId tenant, String id, byte[] sessionHash) {
        return tx.preparedQuery(SESSION)
                .execute(Tuple.of(tenant.value(), id, Buffer.buffer(sessionHash)))
                .compose(rows -> {
                    if (rows.size() == 0) {
                        return Future.succeededFuture(Optional.empty());
                    }
                    Row row = rows.iterator().next();
                    Session session = new Session(
                            purposes(row),
                            row.getOffsetDateTime("session_expires_at").toInstant());
                    return seen(tx, tenant, id, row.getBoolean("stale")).map(Optional.of(session));
                });
    }

    private static Future<Void> seen(SqlConnection tx, TenantId tenant, String id, boolean stale) {
        return stale
                ? tx.preparedQuery("UPDATE setup_links SET last_seen_at = now() WHERE tenant_id = $1 AND id = $2")
                        .execute(Tuple.of(tenant.value(), id))
                        .mapEmpty()
                : Future.succeededFuture();
    }

    static Future<SetupProgress> progress(SqlConnection tx, TenantId tenant, boolean tenantActive) {
        return tx.preparedQuery(PROGRESS).execute(Tuple.of(tenant.value())).map(rows -> {
            Row row = rows.iterator().next();
            return new SetupProgress(
                    row.getInteger("domains"),
                    row.getInteger("proven"),
                    row.getBoolean("connected"),
                    row.getBoolean("checked"),
                    row.getBoolean("tested"),
                    row.getInteger("rules"),
                    row.getBoolean("directory"),
                    row.getBoolean("active") && tenantActive);
        });
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
                row.getBoolean("second_step"),
                row.getInteger("wrong_codes"),
                time(row, "redeemed_at"),
                time(row, "revoked_at"),
                time(row, "completed_at"),
                time(row, "session_expires_at"),
                time(row, "last_seen_at"),
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
