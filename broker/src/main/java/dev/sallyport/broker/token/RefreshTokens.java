package dev.sallyport.broker.token;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.session.SessionEnd;
import dev.sallyport.broker.session.SessionId;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.Aead;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Refresh families: each use of a token makes its one successor. The same token presented again by the same client within
 * {@link #RACE_WINDOW} gets the same successor, so that parallel tabs and lost answers survive; later it is a replay, and the family and
 * the session's tokens die (RFC 9700 §4.14).
 */
public final class RefreshTokens {
    /** Within this time a used token still answers with the successor it was given. */
    public static final Duration RACE_WINDOW = Duration.ofSeconds(10);

    private static final String FIND = """
            SELECT t.family_id, t.generation, t.expires_at, t.used_at, t.successor_box, f.client_id, f.user_id, f.session_id, f.scope, f.audience,
              f.expires_at AS family_expires_at, f.ended_at AS family_ended_at, s.auth_time, s.acr, s.amr,
              u.status = 'active' AND (u.not_before IS NULL OR f.created_at > u.not_before)
                AND ($2::timestamptz IS NULL OR s.created_at > $2)
                AND s.ended_at IS NULL AND s.expires_at > now() AND c.status = 'active'
                AND (NOT $3 OR EXISTS (SELECT 1 FROM consents a WHERE a.user_id = f.user_id AND a.client_id = f.client_id)) AS live
            FROM refresh_tokens t
            JOIN refresh_families f ON f.tenant_id = t.tenant_id AND f.id = t.family_id
            JOIN sessions s ON s.tenant_id = f.tenant_id AND s.id = f.session_id
            JOIN users u ON u.tenant_id = f.tenant_id AND u.id = f.user_id
            JOIN connections c ON c.tenant_id = s.tenant_id AND c.id = s.connection_id
            WHERE t.token_hash = $1""";
    /** Two uses of one token wait for each other; a session that is being ended is waited for, so that nothing is issued past its end. */
    private static final String LOCK = " FOR UPDATE OF t FOR NO KEY UPDATE OF s";

    private final Database database;
    private final Clock clock;

    public RefreshTokens(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Starts a family; answers its first token. */
    public Future<String> start(
            SqlConnection tx,
            Tenant tenant,
            UUID family,
            Applications.Client client,
            TokenSubject subject,
            Instant sessionEnd) {
        String token = Bearer.mint(Bearer.REFRESH_TOKEN);
        Instant now = clock.instant();
        Future<?> row = tx.preparedQuery("""
                        INSERT INTO refresh_families (tenant_id, id, user_id, session_id, client_id, scope, audience, expires_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""")
                .execute(Tuple.from(Arrays.asList(
                        tenant.id().value(),
                        family,
                        subject.user().value(),
                        subject.session().value(),
                        client.id(),
                        subject.scope().toArray(String[]::new),
                        client.audience(),
                        sessionEnd.atOffset(ZoneOffset.UTC))));
        Future<?> leaf = insert(tx, tenant, family, 1, token, now);
        return Future.all(row, leaf).map(token);
    }

    /** What a presented refresh token leads to. */
    public sealed interface Outcome<T> {
        /** New tokens. */
        record Rotated<T>(T tokens) implements Outcome<T> {}

        /** Nothing; the reason is for the log, the client hears {@code invalid_grant}. */
        record Refused<T>(String reason) implements Outcome<T> {}
    }

    /** Makes the other tokens of the answer within the transaction of the rotation. */
    @FunctionalInterface
    public interface Issuer<T> {
        Future<T> issue(SqlConnection tx, TokenSubject subject, String refreshToken);
    }

    /** Uses a token. */
    public <T> Future<Outcome<T>> use(
            Tenant tenant,
            Applications.Client client,
            String token,
            Function<List<String>, Optional<List<String>>> narrow,
            Issuer<T> issuer) {
        if (!token.startsWith(Bearer.REFRESH_TOKEN) || token.length() > 100) {
            return Future.succeededFuture(new Outcome.Refused<>("unknown"));
        }
        Buffer hash = Buffer.buffer(Bearer.hash(token));
        return database.tenants().transaction(tenant.id(), tx -> tx.preparedQuery(FIND + LOCK)
                .execute(Tuple.of(hash, cutoff(tenant), client.application().thirdParty()))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(new Outcome.Refused<T>("unknown"))
                        : decide(tx, tenant, client, token, rows.iterator().next(), narrow, issuer)));
    }

    private <T> Future<Outcome<T>> decide(
            SqlConnection tx,
            Tenant tenant,
            Applications.Client client,
            String token,
            Row row,
            Function<List<String>, Optional<List<String>>> narrow,
            Issuer<T> issuer) {
        Instant now = clock.instant();
        if (!row.getString("client_id").equals(client.id())) {
            // A stranger must not be able to end somebody's family by presenting its token.
            return Future.succeededFuture(new Outcome.Refused<>("other_client"));
        }
        if (row.getOffsetDateTime("family_ended_at") != null || !row.getBoolean("live")) {
            return Future.succeededFuture(new Outcome.Refused<>("ended"));
        }
        OffsetDateTime used = row.getOffsetDateTime("used_at");
        if (used != null && used.toInstant().plus(RACE_WINDOW).isBefore(now)) {
            return replayed(tx, tenant, client, row).map(new Outcome.Refused<>("replayed"));
        }
        if (!row.getOffsetDateTime("family_expires_at").toInstant().isAfter(now)
                || (used == null
                        && !row.getOffsetDateTime("expires_at").toInstant().isAfter(now))) {
            return Future.succeededFuture(new Outcome.Refused<>("expired"));
        }
        Optional<List<String>> scope = narrow.apply(List.of(row.getArrayOfStrings("scope")));
        if (scope.isEmpty()) {
            return Future.succeededFuture(new Outcome.Refused<>("scope"));
        }
        TokenSubject subject = new TokenSubject(
                new UserId(row.getUUID("user_id")),
                new SessionId(row.getUUID("session_id")),
                row.getOffsetDateTime("auth_time").toInstant(),
                Optional.ofNullable(row.getString("acr")),
                List.of(row.getArrayOfStrings("amr")),
                scope.get(),
                Optional.empty());
        return successor(tx, tenant, token, row, now)
                .compose(next -> issuer.issue(tx, subject, next))
                .map(Outcome.Rotated::new);
    }

    private Future<String> successor(SqlConnection tx, Tenant tenant, String token, Row row, Instant now) {
        byte[] key = Aead.derive(token.getBytes(StandardCharsets.UTF_8), "successor");
        String family = row.getUUID("family_id").toString();
        if (row.getBuffer("successor_box") != null) {
            byte[] opened =
                    Aead.open(key, family, row.getBuffer("successor_box").getBytes());
            return Future.succeededFuture(new String(opened, StandardCharsets.UTF_8));
        }
        String next = Bearer.mint(Bearer.REFRESH_TOKEN);
        byte[] box = Aead.seal(key, (byte) 1, family, next.getBytes(StandardCharsets.UTF_8));
        Future<?> used = tx.preparedQuery(
                        "UPDATE refresh_tokens SET used_at = $2, successor_box = $3 WHERE token_hash = $1")
                .execute(Tuple.of(Buffer.buffer(Bearer.hash(token)), now.atOffset(ZoneOffset.UTC), Buffer.buffer(box)));
        Future<?> leaf = insert(tx, tenant, row.getUUID("family_id"), row.getInteger("generation") + 1, next, now);
        return Future.all(used, leaf).map(next);
    }

    private static Future<?> insert(
            SqlConnection tx, Tenant tenant, UUID family, int generation, String token, Instant now) {
        return tx.preparedQuery("""
                        INSERT INTO refresh_tokens (tenant_id, token_hash, family_id, generation, expires_at) VALUES ($1, $2, $3, $4, $5)""")
                .execute(Tuple.of(
                        tenant.id().value(),
                        Buffer.buffer(Bearer.hash(token)),
                        family,
                        generation,
                        now.plus(tenant.lifetimes().refreshIdle()).atOffset(ZoneOffset.UTC)));
    }

    private static Future<Void> replayed(SqlConnection tx, Tenant tenant, Applications.Client client, Row row) {
        return SessionEnd.end(tx, tenant.id(), List.of(row.getUUID("session_id")), "refresh_reuse", Optional.empty())
                .compose(ended -> AuditTrail.append(
                        tx,
                        tenant.id(),
                        AuditEvent.of(
                                "application:" + client.id(),
                                "refresh_reuse",
                                "session:" + row.getUUID("session_id"))));
    }

    /** Nothing of a session from before the tenant's own cut-off is good (B11); null if there was none. */
    private static OffsetDateTime cutoff(Tenant tenant) {
        return tenant.notBefore().map(t -> t.atOffset(ZoneOffset.UTC)).orElse(null);
    }

    /** Ends the family of a token, if the client owns it (RFC 7009 §2.1). */
    public Future<Void> revoke(Tenant tenant, Applications.Client client, String token) {
        return database.tenants().transaction(tenant.id(), tx -> tx.preparedQuery("""
                        UPDATE refresh_families f SET ended_at = now(), end_cause = 'revoked' FROM refresh_tokens t
                        WHERE t.token_hash = $1 AND f.id = t.family_id AND f.client_id = $2 AND f.ended_at IS NULL
                        RETURNING f.id, f.session_id""")
                .execute(Tuple.of(Buffer.buffer(Bearer.hash(token)), client.id()))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture()
                        : AuditTrail.append(
                                tx,
                                tenant.id(),
                                AuditEvent.of(
                                        "application:" + client.id(),
                                        "refresh_token.revoked",
                                        "family:" + rows.iterator().next().getUUID("id")))));
    }

    /** A refresh token as introspection sees it, if it is live and the client's own. */
    public Future<Optional<Row>> introspect(Tenant tenant, Applications.Client client, String token) {
        return database.tenants()
                .query(
                        tenant.id(),
                        FIND,
                        Tuple.of(
                                Buffer.buffer(Bearer.hash(token)),
                                cutoff(tenant),
                                client.application().thirdParty()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        return Optional.<Row>empty();
                    }
                    Row row = rows.iterator().next();
                    boolean live = row.getBoolean("live")
                            && row.getOffsetDateTime("family_ended_at") == null
                            && row.getOffsetDateTime("used_at") == null
                            && row.getOffsetDateTime("expires_at").toInstant().isAfter(clock.instant())
                            && row.getString("client_id").equals(client.id());
                    return live ? Optional.of(row) : Optional.empty();
                });
    }
}
