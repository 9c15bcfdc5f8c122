package dev.sallyport.broker.session;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.alarm.Alarms;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.SealedSecrets;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The providers' refresh tokens of sessions, sealed for their session. Whoever asks a provider by one claims it first, so that among all
 * nodes one asks at a time, and an answer counts only while its claim stands. A claim that its node never came back from is over after
 * {@link #CLAIM_SECONDS}; if the provider has replaced its token in that very answer, the old one may be refused the next time. That is
 * taken as the no that it is: the session ends and the person signs in again, because keeping somebody in who was removed is the worse
 * mistake.
 */
public final class UpstreamGrants {
    /** Longer than any question takes, its metadata and keys included. */
    static final int CLAIM_SECONDS = 60;

    /** After so many questions in a row without yes or no somebody has to look. */
    private static final int PATIENCE = 5;

    private static final String ALARM = "liveness_unanswered";

    private static final String KEEP = """
            INSERT INTO upstream_grants (tenant_id, session_id, connection_id, identity_id, token_box) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (tenant_id, session_id) DO UPDATE SET connection_id = EXCLUDED.connection_id, identity_id = EXCLUDED.identity_id,
              token_box = EXCLUDED.token_box, checked_at = now(), retry_at = now(), failures = 0, claim = NULL, claimed_until = NULL""";

    /** Whether a grant {@code g} is to be asked about now, the interval of whose connection is {@code %s} seconds. */
    public static final String DUE = """
            g.checked_at + make_interval(secs => %s) <= now() AND g.retry_at <= now() AND (g.claimed_until IS NULL OR g.claimed_until <= now())""";

    private static final String CLAIM = """
            WITH due AS (
              SELECT g.tenant_id, g.session_id, g.claim AS before FROM upstream_grants g
              JOIN connections c ON c.tenant_id = g.tenant_id AND c.id = g.connection_id
              WHERE g.session_id = $1 AND\s""" + DUE.formatted("c.liveness_seconds") + """
               FOR UPDATE OF g
            )
            UPDATE upstream_grants g SET claim = $2, claimed_until = now() + make_interval(secs => $3) FROM due d
            WHERE g.tenant_id = d.tenant_id AND g.session_id = d.session_id
            RETURNING g.connection_id, g.token_box, g.failures, d.before IS NOT NULL AS lost""";

    private static final String ALIVE = """
            UPDATE upstream_grants SET token_box = coalesce($3, token_box), checked_at = now(), retry_at = now(), failures = 0, claim = NULL,
              claimed_until = NULL WHERE session_id = $1 AND claim = $2""";

    /** 30 s, 1 min, 2 min … at most 15 min. */
    private static final String UNANSWERED = """
            UPDATE upstream_grants SET token_box = coalesce($3, token_box), failures = failures + 1, claim = NULL, claimed_until = NULL,
              retry_at = now() + make_interval(secs => least(900, 30 * power(2, least(failures, 10))))
            WHERE session_id = $1 AND claim = $2""";

    /**
     * Takes grants away, and has the provider told that their tokens are needed no more, unless the same person goes on with another of
     * theirs: some providers end all of a person's tokens with one.
     */
    private static final String TAKE_AWAY = """
            WITH gone AS (
              DELETE FROM upstream_grants g WHERE g.session_id = ANY ($2) RETURNING g.session_id, g.connection_id, g.identity_id, g.token_box
            )
            INSERT INTO outbox (tenant_id, id, offboarding_id, kind, subject, session_id, target, payload)
            SELECT $1, gen_random_uuid(), $3, 'upstream_revocation', s.user_id::text, g.session_id, 'connection:' || g.connection_id,
              jsonb_build_object('token', encode(g.token_box, 'base64'), 'identity', g.identity_id)
            FROM gone g JOIN sessions s ON s.id = g.session_id
            WHERE NOT EXISTS (SELECT 1 FROM upstream_grants o WHERE o.identity_id = g.identity_id AND o.session_id <> ALL ($2))""";

    /** A token that came when its session was over. */
    private static final String TOO_LATE = """
            INSERT INTO outbox (tenant_id, id, kind, subject, session_id, target, payload)
            SELECT $1, gen_random_uuid(), 'upstream_revocation', s.user_id::text, s.id, 'connection:' || s.connection_id,
              jsonb_build_object('token', encode($3, 'base64'), 'identity', s.identity_id)
            FROM sessions s WHERE s.id = $2 AND s.ended_at IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM upstream_grants o WHERE o.identity_id = s.identity_id)""";

    private static final String OVER = """
            SELECT g.session_id FROM upstream_grants g JOIN sessions s ON s.tenant_id = g.tenant_id AND s.id = g.session_id
            WHERE s.ended_at IS NOT NULL OR s.expires_at <= now() LIMIT 1000""";

    private final Database database;
    private final SealedSecrets secrets;

    public UpstreamGrants(Database database, SealedSecrets secrets) {
        this.database = database;
        this.secrets = secrets;
    }

    /**
     * A grant that is claimed for one question.
     *
     * @param failures how often in a row there was no yes or no
     * @param lost whether an earlier question was never finished
     */
    public record Claimed(
            SessionId session, ConnectionId connection, UUID claim, UpstreamGrant grant, int failures, boolean lost) {
        /** Whether an answer that did not arrive may have replaced the token. */
        boolean mayBeReplaced() {
            return lost || failures > 0;
        }
    }

    /** A grant as it can be kept with whatever session opens for it; sealed for that session only. */
    public Future<Optional<Function<SessionId, Buffer>>> prepare(TenantId tenant, Optional<UpstreamGrant> grant) {
        return grant.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : secrets.sealer(tenant)
                        .map(sealer -> Optional.of(session -> Buffer.buffer(
                                sealer.seal(row(session), grant.get().text()))));
    }

    /** Keeps a grant with a session that opens or goes on, in place of the one that was there. */
    static Future<?> keep(
            SqlConnection tx, TenantId tenant, SessionId session, ConnectionId connection, UUID identity, Buffer box) {
        return tx.preparedQuery(KEEP)
                .execute(Tuple.of(tenant.value(), session.value(), connection.value(), identity, box));
    }

    /** A session goes on for which the provider gave no token this time. The provider may use one for both, so it is not told. */
    static Future<?> forget(SqlConnection tx, SessionId session) {
        return tx.preparedQuery("DELETE FROM upstream_grants WHERE session_id = $1")
                .execute(Tuple.of(session.value()));
    }

    /** Takes the grants of sessions away that end; answers how many providers are told. */
    static Future<Integer> takeAway(SqlConnection tx, TenantId tenant, UUID[] sessions, Optional<UUID> offboarding) {
        return tx.preparedQuery(TAKE_AWAY)
                .execute(Tuple.from(Arrays.asList(tenant.value(), sessions, offboarding.orElse(null))))
                .map(rows -> rows.rowCount());
    }

    /** Takes the grants of sessions away whose time is over. */
    public Future<Void> tidy(TenantId tenant) {
        return database.tenants()
                .transaction(tenant, tx -> tx.preparedQuery(OVER).execute().compose(rows -> {
                    UUID[] sessions = new UUID[rows.size()];
                    int i = 0;
                    for (Row row : rows) {
                        sessions[i++] = row.getUUID("session_id");
                    }
                    return sessions.length == 0
                            ? Future.succeededFuture()
                            : takeAway(tx, tenant, sessions, Optional.empty())
                                    .compose(told -> SessionEnd.wakeOutbox(tx, tenant));
                }));
    }

    /** Claims the grant of a session for a question; empty if nothing is due, or somebody else asks. */
    public Future<Optional<Claimed>> claim(TenantId tenant, SessionId session) {
        UUID claim = UUID.randomUUID();
        return database.tenants()
                .query(tenant, CLAIM, Tuple.of(session.value(), claim, (double) CLAIM_SECONDS))
                .compose(rows -> {
                    if (rows.size() == 0) {
                        return Future.succeededFuture(Optional.empty());
                    }
                    Row row = rows.iterator().next();
                    return open(tenant, session, row.getBuffer("token_box"))
                            .map(grant -> Optional.of(new Claimed(
                                    session,
                                    new ConnectionId(row.getUUID("connection_id")),
                                    claim,
                                    grant,
                                    row.getInteger("failures"),
                                    row.getBoolean("lost"))));
                });
    }

    /** Opens what was sealed for a session. */
    public Future<UpstreamGrant> open(TenantId tenant, SessionId session, Buffer box) {
        return secrets.openText(tenant, row(session), box.getBytes()).map(UpstreamGrant::of);
    }

    /** The person is there. What came in place of the token is kept, or given back if the session has ended meanwhile. */
    public Future<Void> alive(TenantId tenant, Claimed claimed, Optional<String> newToken) {
        return sealed(tenant, claimed, newToken)
                .compose(box -> database.tenants().transaction(tenant, tx -> answered(tx, tenant, ALIVE, claimed, box)
                        .compose(v -> Alarms.resolve(tx, tenant, ALARM, "connection:" + claimed.connection())
                                .mapEmpty())));
    }

    /**
     * There was neither yes nor no; the session goes on, and the provider is asked again after a pause.
     *
     * @param reason a word for people
     * @param ours whether it will stay so until somebody does something about it
     */
    public Future<Void> unanswered(
            TenantId tenant, Claimed claimed, Optional<String> newToken, String reason, boolean ours) {
        JsonObject detail = new JsonObject().put("reason", reason).put("in_a_row", claimed.failures() + 1);
        return sealed(tenant, claimed, newToken).compose(box -> database.tenants()
                .transaction(tenant, tx -> answered(tx, tenant, UNANSWERED, claimed, box)
                        .compose(v -> ours || claimed.failures() + 1 >= PATIENCE
                                ? Alarms.raise(tx, tenant, ALARM, "connection:" + claimed.connection(), detail)
                                        .mapEmpty()
                                : Future.succeededFuture())));
    }

    /**
     * The provider says no: the session ends, everywhere. False if the claim does not stand any more, because the person has signed in
     * anew or the session has ended.
     */
    public Future<Boolean> gone(TenantId tenant, Claimed claimed, String cause, String error) {
        UUID session = claimed.session().value();
        String actor = "connection:" + claimed.connection();
        // The session first, as whoever else ends it does.
        return database.tenants().transaction(tenant, tx -> tx.preparedQuery(
                        "SELECT 1 FROM sessions WHERE id = $1 FOR UPDATE")
                .execute(Tuple.of(session))
                .compose(v -> tx.preparedQuery("DELETE FROM upstream_grants WHERE session_id = $1 AND claim = $2")
                        .execute(Tuple.of(session, claimed.claim())))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : SessionEnd.end(tx, tenant, List.of(session), cause, Optional.empty())
                                .compose(ended -> AuditTrail.append(
                                        tx,
                                        tenant,
                                        AuditEvent.of(actor, "session.ended_upstream", "session:" + session)
                                                .because(cause)
                                                .with(new JsonObject()
                                                        .put("sessions", ended.sessions())
                                                        .put("error", error)
                                                        .put("answer_lost_before", claimed.mayBeReplaced()))))
                                .map(true)));
    }

    /** Whether the person of an identity goes on with a token of the provider's. */
    public Future<Boolean> isInUse(TenantId tenant, UUID identity) {
        return database.tenants()
                .query(tenant, "SELECT 1 FROM upstream_grants WHERE identity_id = $1 LIMIT 1", Tuple.of(identity))
                .map(rows -> rows.size() > 0);
    }

    private static Future<Void> answered(
            SqlConnection tx, TenantId tenant, String sql, Claimed claimed, Optional<Buffer> box) {
        UUID session = claimed.session().value();
        return tx.preparedQuery(sql)
                .execute(Tuple.from(Arrays.asList(session, claimed.claim(), box.orElse(null))))
                .compose(rows -> rows.rowCount() == 1 || box.isEmpty()
                        ? Future.succeededFuture()
                        : tx.preparedQuery(TOO_LATE)
                                .execute(Tuple.of(tenant.value(), session, box.get()))
                                .compose(late -> late.rowCount() == 0
                                        ? Future.succeededFuture()
                                        : SessionEnd.wakeOutbox(tx, tenant)));
    }

    private Future<Optional<Buffer>> sealed(TenantId tenant, Claimed claimed, Optional<String> newToken) {
        return newToken.filter(t -> t.length() <= UpstreamGrant.MOST_TOKEN)
                .map(t -> secrets.seal(
                                tenant,
                                row(claimed.session()),
                                claimed.grant().with(t).text())
                        .map(box -> Optional.of(Buffer.buffer(box))))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private static String row(SessionId session) {
        return "upstream_grants/" + session + "/token";
    }
}
