package dev.sallyport.broker.token;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.session.SessionEnd;
import dev.sallyport.broker.session.SessionId;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Refresh families: each use of a token makes its one successor. The same token presented again by the same client within
 * {@link #RACE_WINDOW} gets the same successor, so that parallel tabs and lost answers survive; later it is a replay, and the family and
 * the session's tokens die (RFC 9700 §4.14).
 */
public final class RefreshTokens {
    /** Within this time a used token still answers with the successor it was given. */
    public static final Duration RACE_WINDOW = Duration.ofSeconds(10);

    /** Whether all that a family {@code f} stands on is live: its session, its person, its connection; {@code $2} the tenant's cut-off. */
    static final String LIVE = """
            u.status = 'active' AND (u.not_before IS NULL OR f.created_at > u.not_before)
                  AND ($2::timestamptz IS NULL OR s.created_at > $2)
                  AND s.ended_at IS NULL AND s.expires_at > now() AND c.status = 'active' AS live""";

    private static final String FIND = """
            SELECT t.expires_at, t.used_at, f.client_id, f.user_id, f.scope, f.ended_at AS family_ended_at,
            """ + LIVE + """
             FROM refresh_tokens t
            JOIN refresh_families f ON f.tenant_id = t.tenant_id AND f.id = t.family_id
            JOIN sessions s ON s.tenant_id = f.tenant_id AND s.id = f.session_id
            JOIN users u ON u.tenant_id = f.tenant_id AND u.id = f.user_id
            JOIN connections c ON c.tenant_id = s.tenant_id AND c.id = s.connection_id
            WHERE t.token_hash = $1""";

    private final Database database;
    private final Clock clock;
    private final Rotation rotation;
    private final ConsentCheck consent;

    public RefreshTokens(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.rotation = new Rotation(database);
        this.consent = new ConsentCheck(database);
    }

    /** What a presented refresh token leads to. */
    public sealed interface Outcome {
        /** The right to new tokens, and the successor. */
        record Rotated(Granted granted) implements Outcome {}

        /** First the provider is to be asked whether the person still exists there; nothing was changed. */
        record Ask(SessionId session) implements Outcome {}

        /** Nothing; the reason is for the log, the client hears {@code invalid_grant}. */
        record Refused(String reason) implements Outcome {}
    }

    /**
     * Uses a token.
     *
     * @param wanted a narrower scope for this answer only, or nothing for all that was granted
     * @param asked whether an answer {@link Outcome.Ask} was followed
     */
    public Future<Outcome> use(
            Tenant tenant, Applications.Client client, String token, List<String> wanted, boolean asked) {
        if (!token.startsWith(Bearer.REFRESH_TOKEN) || token.length() > 100) {
            return Future.succeededFuture(new Outcome.Refused("unknown"));
        }
        return consent.ofRefreshToken(tenant, client, token)
                .compose(allowed -> allowed
                        ? rotated(tenant, client, token, wanted, asked)
                        : Future.succeededFuture(new Outcome.Refused("consent")));
    }

    private Future<Outcome> rotated(
            Tenant tenant, Applications.Client client, String token, List<String> wanted, boolean asked) {
        Instant now = clock.instant();
        Rotation.Use use = Rotation.Use.of(client.id(), token, wanted, now, tenant, asked);
        return rotation.rotate(tenant.id(), use).compose(row -> {
            if (row.isEmpty()) {
                return Future.succeededFuture(new Outcome.Refused("unknown"));
            }
            String outcome = row.get().getString("outcome");
            return switch (outcome) {
                case "rotated", "again" -> {
                    List<String> scope = wanted.isEmpty() ? List.of(row.get().getArrayOfStrings("scope")) : wanted;
                    String next = outcome.equals("rotated")
                            ? use.successor()
                            : use.open(row.get().getBuffer("successor_box"));
                    yield Future.succeededFuture(new Outcome.Rotated(
                            new Granted(Granted.subject(row.get(), scope, Optional.empty()), row.get(), next)));
                }
                case "ask" ->
                    Future.succeededFuture(
                            new Outcome.Ask(new SessionId(row.get().getUUID("session_id"))));
                case "replayed" ->
                    replayed(tenant, client, row.get().getUUID("session_id")).map(new Outcome.Refused(outcome));
                default -> Future.succeededFuture(new Outcome.Refused(outcome));
            };
        });
    }

    /** A token that was replayed stays so; what it started ends in a transaction of its own. */
    private Future<Void> replayed(Tenant tenant, Applications.Client client, UUID session) {
        return database.tenants().transaction(tenant.id(), tx -> SessionEnd.end(
                        tx, tenant.id(), List.of(session), "refresh_reuse", Optional.empty())
                .compose(ended -> AuditTrail.append(
                        tx,
                        tenant.id(),
                        AuditEvent.of("application:" + client.id(), "refresh_reuse", "session:" + session))));
    }

    /** Nothing of a session from before the tenant's own cut-off is good (B11); null if there was none. */
    static OffsetDateTime cutoff(Tenant tenant) {
        return tenant.notBefore().map(t -> t.atOffset(ZoneOffset.UTC)).orElse(null);
    }

    /** Ends the family of a token and the access tokens that came with it, if the client owns it (RFC 7009 §2.1). */
    public Future<Void> revoke(Tenant tenant, Applications.Client client, String token) {
        return database.tenants().transaction(tenant.id(), tx -> tx.preparedQuery("""
                        UPDATE refresh_families f SET ended_at = now(), end_cause = 'revoked' FROM refresh_tokens t
                        WHERE t.token_hash = $1 AND f.id = t.family_id AND f.client_id = $2 AND f.ended_at IS NULL
                        RETURNING f.id, f.session_id""")
                .execute(Tuple.of(Buffer.buffer(Bearer.hash(token)), client.id()))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture()
                        : revoked(tx, tenant, client, rows.iterator().next().getUUID("id"))));
    }

    private static Future<Void> revoked(SqlConnection tx, Tenant tenant, Applications.Client client, UUID family) {
        return Revocations.cutFamily(tx, tenant.id(), family)
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant.id(),
                        AuditEvent.of("application:" + client.id(), "refresh_token.revoked", "family:" + family)));
    }

    /** A refresh token as introspection sees it, if it is live and the client's own. */
    public Future<Optional<Row>> introspect(Tenant tenant, Applications.Client client, String token) {
        return database.tenants()
                .query(tenant.id(), FIND, Tuple.of(Buffer.buffer(Bearer.hash(token)), cutoff(tenant)))
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
