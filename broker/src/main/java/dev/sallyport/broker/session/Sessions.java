package dev.sallyport.broker.session;

import dev.sallyport.broker.people.SignIn;
import dev.sallyport.broker.people.UpstreamGoodbye;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Opens, finds and ends sessions. */
public final class Sessions {
    /** Conditions under which a session {@code s} of a person {@code u} through a connection {@code c} is live; {@code $1} idle seconds. */
    private static final String LIVE = """
            s.ended_at IS NULL AND s.expires_at > now() AND s.last_seen_at > now() - make_interval(secs => $1)
            AND u.status = 'active' AND (u.not_before IS NULL OR s.created_at > u.not_before) AND c.status = 'active'""";

    /** Sessions of a person that could still be used. */
    private static final String OWN =
            "SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now()";

    private static final String OF_CONNECTION =
            "SELECT id FROM sessions WHERE connection_id = $1 AND ended_at IS NULL ORDER BY id FOR UPDATE";

    private static final String OF_UPSTREAM_SESSION = """
            SELECT s.id FROM sessions s JOIN identities i ON i.tenant_id = s.tenant_id AND i.id = s.identity_id
            WHERE s.connection_id = $1 AND s.upstream_sid = $4 AND s.ended_at IS NULL AND i.issuer = $2
              AND ($3::text IS NULL OR coalesce(s.upstream_sub, i.subject) = $3)
            ORDER BY s.id FOR UPDATE OF s""";

    /** By the provider's own name for the person, which is their key here unless the session says otherwise. */
    private static final String OF_UPSTREAM_PERSON = """
            SELECT s.id FROM sessions s WHERE s.ended_at IS NULL AND $4::text IS NULL AND s.id = ANY (ARRAY(
              SELECT o.id FROM sessions o JOIN identities i ON i.tenant_id = o.tenant_id AND i.user_id = o.user_id AND i.id = o.identity_id
              WHERE i.connection_id = $1 AND i.issuer = $2 AND i.subject = $3 AND o.upstream_sub IS NULL
              UNION SELECT o.id FROM sessions o WHERE o.connection_id = $1 AND o.upstream_sub = $3))
            ORDER BY s.id FOR UPDATE""";

    private static final String FROM = """
            FROM sessions s JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
            JOIN connections c ON c.tenant_id = s.tenant_id AND c.id = s.connection_id""";

    private final Database database;
    private final Clock clock;

    public Sessions(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * How somebody signed in.
     *
     * @param upstreamSid the IdP's own name for its session, if it told
     * @param upstreamSub the IdP's {@code sub}, where people are keyed by another claim
     * @param upstreamEnd until when the IdP lets the session live, if it told (IPSIE {@code session_expiry})
     * @param upstreamIdToken the IdP's ID token, sealed, if signing out will need it
     * @param upstreamGrant the IdP's refresh token, sealed for whatever session it is kept with, if the IdP will be asked by it
     */
    public record Authentication(
            ConnectionId connection,
            Optional<String> upstreamSid,
            Optional<String> upstreamSub,
            AuthTime authTime,
            Optional<String> acr,
            List<String> amr,
            Optional<Instant> upstreamEnd,
            Optional<Buffer> upstreamIdToken,
            Optional<Function<SessionId, Buffer>> upstreamGrant,
            String userAgent) {}

    /** A new session and the cookie value that stands for it; only its hash is kept. */
    public record Opened<T>(Session session, String cookie, T with) {}

    /** A session that has just ended, and what signing out at its IdP needs. */
    public record Gone(ConnectionId connection, Optional<Buffer> upstreamIdToken) {}

    /**
     * Somebody proved who they are in a browser: the same person goes on in the session of this browser; whoever else was in it is not any
     * more (D06).
     *
     * @param former the live session that the browser brought
     */
    public <T> Future<Opened<T>> enter(
            SqlConnection tx,
            Tenant tenant,
            Optional<Session> former,
            SignIn.Entered entered,
            Authentication how,
            Function<Session, Future<T>> with) {
        boolean same = former.map(f -> f.user().equals(entered.user())).orElse(false);
        if (same && !entered.adopted()) {
            return renew(tx, tenant, former.get(), entered, how, with)
                    .compose(renewed ->
                            renewed.map(Future::succeededFuture).orElseGet(() -> open(tx, tenant, entered, how, with)));
        }
        Future<?> ended = former.isEmpty()
                ? Future.succeededFuture()
                : SessionEnd.end(tx, tenant.id(), List.of(former.get().id().value()), "replaced", Optional.empty());
        return ended.compose(v -> entered.adopted() ? closeAll(tx, tenant, entered.user()) : Future.succeededFuture())
                .compose(v -> open(tx, tenant, entered, how, with));
    }

    /** Of an account that somebody else prepared, before its owner enters it (A16). */
    private static Future<Void> closeAll(SqlConnection tx, Tenant tenant, UserId user) {
        return ids(tx, OWN + " ORDER BY id FOR UPDATE", Tuple.of(user.value()))
                .compose(all -> SessionEnd.end(tx, tenant.id(), all, "adopted", Optional.empty()))
                .mapEmpty();
    }

    /** Opens a session with an identifier and a cookie that never existed before (D06). */
    private <T> Future<Opened<T>> open(
            SqlConnection tx,
            Tenant tenant,
            SignIn.Entered entered,
            Authentication how,
            Function<Session, Future<T>> with) {
        String cookie = Bearer.random(32);
        Instant now = clock.instant();
        Instant end = now.plus(tenant.lifetimes().sessionMax());
        if (how.upstreamEnd().isPresent() && how.upstreamEnd().get().isBefore(end)) {
            end = how.upstreamEnd().get();
        }
        SessionId id = new SessionId(Uuid7.next());
        Session session =
                new Session(id, entered.user(), how.connection(), how.authTime(), how.acr(), how.amr(), now, end);
        Future<?> row = tx.preparedQuery("""
                        INSERT INTO sessions (tenant_id, id, secret_hash, user_id, connection_id, identity_id, upstream_sid, auth_time, acr,
                          amr, user_agent, expires_at, upstream_id_token, upstream_sub, auth_time_told)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)""")
                .execute(Tuple.from(Arrays.asList(
                        tenant.id().value(),
                        id.value(),
                        Buffer.buffer(Bearer.hash(cookie)),
                        entered.user().value(),
                        how.connection().value(),
                        entered.identity(),
                        how.upstreamSid().orElse(null),
                        how.authTime().at().atOffset(ZoneOffset.UTC),
                        how.acr().orElse(null),
                        how.amr().toArray(String[]::new),
                        how.userAgent(),
                        end.atOffset(ZoneOffset.UTC),
                        how.upstreamIdToken().orElse(null),
                        how.upstreamSub().orElse(null),
                        how.authTime().told())));
        Future<?> granted =
                how.upstreamGrant().isEmpty() ? Future.succeededFuture() : keepGrant(tx, tenant, id, entered, how);
        Future<?> audited = AuditTrail.append(
                tx,
                tenant.id(),
                AuditEvent.of("user:" + entered.user(), "session.opened", "session:" + id)
                        .with(new JsonObject()
                                .put("connection", how.connection().toString())));
        // The database takes them in this order; nothing waits for the answer to the one before.
        Future<T> next = with.apply(session);
        return Future.all(row, granted, audited, next).map(v -> new Opened<>(session, cookie, next.result()));
    }

    /**
     * The same person signed in anew in the same browser: the session goes on, under a new cookie and with the new proof, so that the
     * applications that live in it do too. Its absolute end stays, or comes nearer (E13). Empty if it has ended meanwhile.
     */
    private <T> Future<Optional<Opened<T>>> renew(
            SqlConnection tx,
            Tenant tenant,
            Session former,
            SignIn.Entered entered,
            Authentication how,
            Function<Session, Future<T>> with) {
        String cookie = Bearer.random(32);
        Instant end = how.upstreamEnd()
                .filter(upstream -> upstream.isBefore(former.expiresAt()))
                .orElse(former.expiresAt());
        Session session = new Session(
                former.id(),
                former.user(),
                how.connection(),
                how.authTime(),
                how.acr(),
                how.amr(),
                former.createdAt(),
                end);
        return tx.preparedQuery("""
                        UPDATE sessions SET secret_hash = $2, connection_id = $3, identity_id = $4, upstream_sid = $5, auth_time = $6, acr = $7,
                          amr = $8, last_seen_at = now(), expires_at = least(expires_at, $9), upstream_id_token = $10, user_agent = $11,
                          upstream_sub = $12, auth_time_told = $13
                        WHERE id = $1 AND ended_at IS NULL""")
                .execute(Tuple.from(Arrays.asList(
                        former.id().value(),
                        Buffer.buffer(Bearer.hash(cookie)),
                        how.connection().value(),
                        entered.identity(),
                        how.upstreamSid().orElse(null),
                        how.authTime().at().atOffset(ZoneOffset.UTC),
                        how.acr().orElse(null),
                        how.amr().toArray(String[]::new),
                        end.atOffset(ZoneOffset.UTC),
                        how.upstreamIdToken().orElse(null),
                        how.userAgent(),
                        how.upstreamSub().orElse(null),
                        how.authTime().told())))
                .compose(rows -> rows.rowCount() == 1
                        ? Future.all(keepGrant(tx, tenant, former.id(), entered, how), with.apply(session))
                                .map(both -> both.<T>resultAt(1))
                                .map(next -> Optional.of(new Opened<>(session, cookie, next)))
                        : Future.succeededFuture(Optional.empty()));
    }

    /** A session goes on by what the IdP said last: with its new refresh token, or without one. */
    private static Future<?> keepGrant(
            SqlConnection tx, Tenant tenant, SessionId id, SignIn.Entered entered, Authentication how) {
        return how.upstreamGrant().isEmpty()
                ? UpstreamGrants.forget(tx, id)
                : UpstreamGrants.keep(
                        tx,
                        tenant.id(),
                        id,
                        how.connection(),
                        entered.identity(),
                        how.upstreamGrant().get().apply(id));
    }

    /** The live session that one of these cookie values stands for; several, because a browser may send several of one name (D07). */
    public Future<Optional<Session>> find(Tenant tenant, List<String> cookies) {
        if (cookies.isEmpty() || !tenant.isActive()) {
            return Future.succeededFuture(Optional.empty());
        }
        Object[] hashes = cookies.stream()
                .limit(5)
                .map(c -> Buffer.buffer(Bearer.hash(c)))
                .toArray(Buffer[]::new);
        Tuple arguments = Tuple.of((double) tenant.lifetimes().sessionIdle().toSeconds());
        arguments.addArrayOfBuffer((Buffer[]) hashes);
        arguments.addOffsetDateTime(
                tenant.notBefore().map(t -> t.atOffset(ZoneOffset.UTC)).orElse(null));
        return database.tenants()
                .query(
                        tenant.id(),
                        """
                        WITH found AS (SELECT s.*""" + " " + FROM + " WHERE s.secret_hash = ANY ($2) AND "
                                + "($3::timestamptz IS NULL OR s.created_at > $3) AND " + LIVE + """
                         LIMIT 1), seen AS (
                          UPDATE sessions t SET last_seen_at = now() FROM found f
                          WHERE t.id = f.id AND t.last_seen_at < now() - interval '1 minute')
                        SELECT * FROM found""",
                        arguments)
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(Session.of(rows.iterator().next())));
    }

    /** Ends one session; empty if it has ended. */
    public Future<Optional<Gone>> end(Tenant tenant, SessionId session, String cause, String actor) {
        return database.tenants().transaction(tenant.id(), tx -> tx.preparedQuery(
                        "SELECT connection_id, upstream_id_token FROM sessions WHERE id = $1 AND ended_at IS NULL FOR UPDATE")
                .execute(Tuple.of(session.value()))
                .compose(rows -> {
                    if (rows.size() == 0) {
                        return Future.succeededFuture(Optional.empty());
                    }
                    Row row = rows.iterator().next();
                    Gone gone = new Gone(
                            new ConnectionId(row.getUUID("connection_id")),
                            Optional.ofNullable(row.getBuffer("upstream_id_token")));
                    return end(tx, tenant, List.of(session.value()), cause, actor)
                            .map(v -> Optional.of(gone));
                }));
    }

    /** Ends a live session of this person. False if they have none with this id. */
    public Future<Boolean> endOwn(Tenant tenant, UserId user, UUID session) {
        return database.tenants()
                .transaction(tenant.id(), tx -> ids(tx, OWN + " AND id = $2", Tuple.of(user.value(), session))
                        .compose(own -> end(tx, tenant, own, "ended_by_owner", "user:" + user)
                                .map(!own.isEmpty())));
    }

    /** Ends all sessions of this person but one. */
    public Future<Void> endOthers(Tenant tenant, UserId user, SessionId but) {
        return database.tenants()
                .transaction(tenant.id(), tx -> ids(tx, OWN + " AND id <> $2", Tuple.of(user.value(), but.value()))
                        .compose(own -> end(tx, tenant, own, "ended_by_owner", "user:" + user)));
    }

    private static Future<List<UUID>> ids(SqlConnection tx, String sql, Tuple arguments) {
        return tx.preparedQuery(sql).execute(arguments).map(rows -> StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.getUUID("id"))
                .toList());
    }

    /** One audit event for however many sessions one act ended. */
    private static Future<Void> end(SqlConnection tx, Tenant tenant, List<UUID> sessions, String cause, String actor) {
        if (sessions.isEmpty()) {
            return Future.succeededFuture();
        }
        String subject = sessions.size() == 1 ? "session:" + sessions.get(0) : "sessions";
        JsonObject which = new JsonObject()
                .put(
                        "sessions",
                        new JsonArray(sessions.stream().map(UUID::toString).toList()));
        return SessionEnd.end(tx, tenant.id(), sessions, cause, Optional.empty())
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant.id(),
                        AuditEvent.of(actor, "session.ended", subject)
                                .because(cause)
                                .with(which)));
    }

    /**
     * Ends the sessions that came from an IdP's session, or from an IdP's person (Back-Channel Logout 1.0 §2.7); answers how many. One who
     * is just signing in is refused (see {@link UpstreamGoodbye}).
     */
    public static Future<Integer> endUpstream(
            SqlConnection tx, Tenant tenant, UpstreamGoodbye goodbye, String issuer, String cause) {
        String actor = "connection:" + goodbye.connection();
        return goodbye.remember(tx, tenant.id())
                .compose(v -> ids(
                        tx,
                        goodbye.sid().isPresent() ? OF_UPSTREAM_SESSION : OF_UPSTREAM_PERSON,
                        Tuple.of(
                                goodbye.connection().value(),
                                issuer,
                                goodbye.sub().orElse(null),
                                goodbye.sid().orElse(null))))
                .compose(all -> SessionEnd.end(tx, tenant.id(), all, cause, Optional.empty()))
                .compose(ended -> AuditTrail.append(
                                tx,
                                tenant.id(),
                                AuditEvent.of(actor, "session.ended_upstream", actor)
                                        .because(cause)
                                        .with(new JsonObject().put("sessions", ended.sessions())))
                        .map(ended.sessions()));
    }

    /** Ends all sessions that were opened by a connection, within a transaction that has it to itself; answers how many. */
    public static Future<Integer> endOf(
            SqlConnection tx, TenantId tenant, ConnectionId connection, String cause, String actor) {
        return ids(tx, OF_CONNECTION, Tuple.of(connection.value()))
                .compose(all -> SessionEnd.end(tx, tenant, all, cause, Optional.empty()))
                .compose(ended -> ended.sessions() == 0
                        ? Future.succeededFuture(0)
                        : AuditTrail.append(
                                        tx,
                                        tenant,
                                        AuditEvent.of(actor, "session.ended", "connection:" + connection)
                                                .because(cause)
                                                .with(new JsonObject().put("sessions", ended.sessions())))
                                .map(ended.sessions()));
    }

    /**
     * A live session as its person sees it.
     *
     * @param connection name of the connection that it came by
     * @param applications names of the applications that hold tokens of it
     */
    public record Listed(
            SessionId id,
            Optional<String> userAgent,
            Instant createdAt,
            Instant lastSeenAt,
            Instant expiresAt,
            String connection,
            List<String> applications) {
        private static Listed of(Row row) {
            return new Listed(
                    new SessionId(row.getUUID("id")),
                    Optional.ofNullable(row.getString("user_agent")),
                    row.getOffsetDateTime("created_at").toInstant(),
                    row.getOffsetDateTime("last_seen_at").toInstant(),
                    row.getOffsetDateTime("expires_at").toInstant(),
                    row.getString("connection_name"),
                    List.of(row.getArrayOfStrings("applications")));
        }
    }

    /** The live sessions of a person, the one that was seen last first; at most 200. */
    public Future<List<Listed>> of(Tenant tenant, UserId user) {
        return database.tenants()
                .query(
                        tenant.id(),
                        """
                        SELECT s.id, s.user_agent, s.created_at, s.last_seen_at, s.expires_at, c.name AS connection_name,
                          ARRAY(SELECT a.name FROM session_applications sa JOIN applications a ON a.client_id = sa.client_id
                            WHERE sa.tenant_id = s.tenant_id AND sa.session_id = s.id ORDER BY a.name) AS applications\s""" + FROM
                                + " WHERE s.user_id = $2 AND ($3::timestamptz IS NULL OR s.created_at > $3) AND " + LIVE
                                + " ORDER BY s.last_seen_at DESC LIMIT 200",
                        Tuple.of(
                                (double) tenant.lifetimes().sessionIdle().toSeconds(),
                                user.value(),
                                tenant.notBefore()
                                        .map(t -> t.atOffset(ZoneOffset.UTC))
                                        .orElse(null)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(Listed::of)
                        .toList());
    }
}
