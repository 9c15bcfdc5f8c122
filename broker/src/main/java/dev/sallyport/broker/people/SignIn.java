package dev.sallyport.broker.people;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.connection.ConnectionLock;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Carries out what {@link Admission} decides, in one transaction with whatever the sign-in opens: first sign-ins of one person that
 * arrive at the same moment, on any nodes, end with one account.
 */
public final class SignIn {
    /**
     * Sign-ins by a connection share its lock, which a change of the connection has alone. Then two arrivals of one identity, or of one
     * name, wait for each other, and for the provider's own word that it has ended; others do not.
     */
    private static final String SERIALISE = """
            SELECT pg_advisory_xact_lock(k) FROM (
              SELECT DISTINCT hashtextextended(t, 0) AS k FROM (SELECT pg_advisory_xact_lock_shared(hashtextextended($2, 0)) OFFSET 0) AS open
              CROSS JOIN unnest($1::text[]) AS t ORDER BY 1) AS keys""";

    /** All that admission is decided by, in one row. */
    private static final String ACQUAINTANCE = """
            WITH known AS (
              SELECT u.id, u.status, i.id AS identity_id FROM identities i JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.user_id
              WHERE i.connection_id = $1 AND i.issuer = $2 AND i.subject = $3 FOR NO KEY UPDATE OF u
            ), expected AS (
              SELECT a.user_id, 1 AS rank FROM awaited_identities a WHERE a.connection_id = $1 AND a.subject = $3
              UNION ALL
              SELECT a.user_id, 2 FROM awaited_identities a
              WHERE a.connection_id = $1 AND a.subject IS NULL AND a.user_name_key = lower($4)
              UNION ALL
              SELECT u.id, 3 FROM users u WHERE u.user_name_key = lower($4) AND u.status = 'staged'
                AND NOT EXISTS (SELECT 1 FROM awaited_identities o WHERE o.tenant_id = u.tenant_id AND o.user_id = u.id)
                AND (SELECT count(*) FROM connections c WHERE c.status = 'active') = 1
            ), awaiting AS (
              SELECT u.id, u.status
              FROM (SELECT user_id, min(rank) AS rank FROM expected GROUP BY user_id) AS e
              CROSS JOIN LATERAL (SELECT * FROM users u WHERE u.id = e.user_id OFFSET 0 FOR NO KEY UPDATE) AS u
              WHERE NOT EXISTS (SELECT 1 FROM known)
                AND (SELECT true FROM identities i WHERE i.user_id = u.id LIMIT 1) IS NULL
              ORDER BY e.rank LIMIT 1
            ), namesakes AS (
              SELECT n.id, n.status FROM users n
              WHERE NOT EXISTS (SELECT 1 FROM known) AND (n.user_name_key = lower($4) OR n.email_key = lower($5)) LIMIT 10
            )
            SELECT k.id AS known_id, k.status AS known_status, k.identity_id, a.id AS awaiting_id, a.status AS awaiting_status,
              ARRAY(SELECT id FROM namesakes) AS namesake_ids, ARRAY(SELECT status FROM namesakes) AS namesake_statuses,
              ARRAY(SELECT d.domain FROM domains d WHERE d.status = 'verified') AS own_domains,
              ARRAY(SELECT g.value FROM memberships m CROSS JOIN LATERAL (SELECT * FROM groups g WHERE g.id = m.group_id OFFSET 0) AS g
                WHERE m.user_id = k.id AND g.source = $6) AS groups,
              w.open, w.pilot_groups,
              EXISTS (SELECT 1 FROM upstream_logouts l WHERE l.connection_id = $1 AND l.name = ANY ($7) AND (l.sub IS NULL OR l.sub = $8)
                AND l.received_at >= $9) AS gone_upstream
            FROM (SELECT 1) AS one LEFT JOIN known k ON true LEFT JOIN awaiting a ON true
            LEFT JOIN (SELECT c.status = 'active' AS open, c.pilot_groups FROM connections c WHERE c.id = $1) AS w ON true""";

    private final Database database;

    public SignIn(Database database) {
        this.database = database;
    }

    /**
     * An identity as a connection proved it.
     *
     * @param claims what is kept of the claims for support; no token
     * @param origin as the provider itself would name it when it says that it has ended
     */
    public record Proven(
            ConnectionId connection,
            String issuer,
            String subject,
            Profile profile,
            JsonObject claims,
            UpstreamGoodbye.Origin origin) {}

    /**
     * Somebody who is in: the person and the row of the identity they came by.
     *
     * @param adopted whether somebody else prepared the account: whatever was opened in it before ends
     */
    public record Entered(UserId user, UUID identity, boolean adopted) {}

    /** What became of it: somebody is in, somebody waits, or nobody. */
    public sealed interface Result<T> {
        /** In, with what the caller opened in the same transaction. */
        record In<T>(T opened) implements Result<T> {}

        /** Waits for an admin's yes. */
        record Waits<T>() implements Result<T> {}

        /** Nobody. */
        record Out<T>(Admission.Reason reason) implements Result<T> {}
    }

    /** Only decides; for a test sign-in, which creates nobody. */
    public Future<Admission> rehearse(Tenant tenant, Proven proven) {
        return database.tenants()
                .transaction(tenant.id(), tx -> meet(tx, proven))
                .map(met -> met.decide(tenant, proven));
    }

    /**
     * Decides and carries out.
     *
     * @param open what to do in the same transaction for somebody who is in
     */
    public <T> Future<Result<T>> admit(Tenant tenant, Proven proven, SessionOpener<T> open) {
        // A directory or an import does not wait for sign-ins: whoever finds the name just taken decides anew (F14).
        return attempt(tenant, proven, open)
                .recover(failure -> Database.violates(failure, "users_user_name")
                        ? attempt(tenant, proven, open)
                        : Future.failedFuture(failure));
    }

    private <T> Future<Result<T>> attempt(Tenant tenant, Proven proven, SessionOpener<T> open) {
        return database.tenants().transaction(tenant.id(), tx -> {
            Future<?> alone = serialise(tx, tenant.id(), proven);
            Future<Met> met = meet(tx, proven);
            return Future.all(alone, met).compose(v -> carryOut(tx, tenant, proven, met.result(), open));
        });
    }

    /** Opens something for a person within the transaction of their admission. */
    @FunctionalInterface
    public interface SessionOpener<T> {
        Future<T> open(SqlConnection tx, Entered entered);
    }

    private static Future<Void> serialise(SqlConnection tx, TenantId tenant, Proven proven) {
        List<String> locks = new ArrayList<>();
        locks.add(tenant + "|" + proven.connection() + "|" + proven.issuer() + "|" + proven.subject());
        locks.add(tenant + "|" + proven.profile().userName().toLowerCase(Locale.ROOT));
        for (String name : proven.origin().names()) {
            locks.add(UpstreamGoodbye.lock(tenant, proven.connection(), name));
        }
        return tx.preparedQuery(SERIALISE)
                .execute(Tuple.of(locks.toArray(String[]::new), ConnectionLock.key(tenant, proven.connection())))
                .mapEmpty();
    }

    /**
     * What the database knows when somebody arrives.
     *
     * @param identity the row by which the person is known; null of somebody who is not
     * @param groups what the connection said of the known person the last time
     * @param pilot the groups whose members alone come in, while the connection is a pilot
     * @param shut why nobody comes in by this sign-in, whoever they are
     */
    private record Met(
            Admission.Acquaintance known,
            UUID identity,
            Set<String> ownDomains,
            Set<String> groups,
            Optional<Set<String>> pilot,
            Optional<Admission.Reason> shut) {
        private static Met of(Row row) {
            List<Admission.Candidate> namesakes = new ArrayList<>();
            UUID[] ids = row.getArrayOfUUIDs("namesake_ids");
            String[] statuses = row.getArrayOfStrings("namesake_statuses");
            for (int i = 0; i < ids.length; i++) {
                namesakes.add(new Admission.Candidate(new UserId(ids[i]), PersonStatus.of(statuses[i])));
            }
            return new Met(
                    new Admission.Acquaintance(
                            candidate(row, "known"), candidate(row, "awaiting"), List.copyOf(namesakes)),
                    row.getUUID("identity_id"),
                    Set.of(row.getArrayOfStrings("own_domains")),
                    Set.of(row.getArrayOfStrings("groups")),
                    Optional.ofNullable(row.getArrayOfStrings("pilot_groups")).map(Set::of),
                    shut(row));
        }

        /** The connection as the database knows it this moment; what a node remembers of it may be older. */
        private static Optional<Admission.Reason> shut(Row row) {
            if (!Boolean.TRUE.equals(row.getBoolean("open"))) {
                return Optional.of(Admission.Reason.CONNECTION_OFF);
            }
            return row.getBoolean("gone_upstream") ? Optional.of(Admission.Reason.GONE_UPSTREAM) : Optional.empty();
        }

        private static Optional<Admission.Candidate> candidate(Row row, String who) {
            return Optional.ofNullable(row.getUUID(who + "_id"))
                    .map(id ->
                            new Admission.Candidate(new UserId(id), PersonStatus.of(row.getString(who + "_status"))));
        }

        private Admission decide(Tenant tenant, Proven proven) {
            return Admission.of(
                    proven.profile(),
                    known,
                    new Admission.Policy(tenant.admission(), Set.copyOf(tenant.admissionGroups()), ownDomains, pilot));
        }
    }

    private static Future<Met> meet(SqlConnection tx, Proven proven) {
        Profile profile = proven.profile();
        UpstreamGoodbye.Origin origin = proven.origin();
        return tx.preparedQuery(ACQUAINTANCE)
                .execute(Tuple.from(Arrays.asList(
                        proven.connection().value(),
                        proven.issuer(),
                        proven.subject(),
                        profile.userName(),
                        profile.email().orElse(""),
                        source(proven).text(),
                        origin.names(),
                        origin.sub(),
                        origin.begunAt().atOffset(ZoneOffset.UTC))))
                .map(rows -> Met.of(rows.iterator().next()));
    }

    private static GroupSource source(Proven proven) {
        return GroupSource.connection(proven.connection().toString());
    }

    /** What does not need each other's answers is sent together; the database takes it in this order. */
    private <T> Future<Result<T>> carryOut(
            SqlConnection tx, Tenant tenant, Proven proven, Met met, SessionOpener<T> open) {
        Admission admission =
                met.shut().<Admission>map(Admission.Refused::new).orElseGet(() -> met.decide(tenant, proven));
        if (admission instanceof Admission.Refused refused) {
            return audit(tx, tenant, proven, "sign_in.refused", refused.reason().code())
                    .map(new Result.Out<>(refused.reason()));
        }
        if (admission instanceof Admission.Waiting waiting) {
            return waiting.user().isPresent()
                    ? Future.succeededFuture(new Result.Waits<>())
                    : create(tx, tenant, met.ownDomains(), proven, PersonStatus.WAITING)
                            .written()
                            .map(new Result.Waits<>());
        }
        Entering entering;
        if (admission instanceof Admission.Known known) {
            entering = new Entering(
                    new Entered(known.user(), met.identity(), false),
                    Future.all(refresh(tx, met.ownDomains(), proven, known.user()), used(tx, met.identity())));
        } else if (admission instanceof Admission.Adopted adopted) {
            entering = adopt(tx, tenant, met.ownDomains(), proven, adopted.user());
        } else {
            entering = create(tx, tenant, met.ownDomains(), proven, PersonStatus.ACTIVE);
        }
        UserId user = entering.entered().user();
        boolean sameGroups = met.identity() != null
                && met.groups().equals(Set.copyOf(proven.profile().groups()));
        Future<?> groups = sameGroups
                ? Future.succeededFuture()
                : Groups.replace(
                        tx, tenant.id(), user, source(proven), proven.profile().groups());
        Future<T> opened = open.open(tx, entering.entered());
        return Future.all(entering.written(), groups, opened).map(v -> new Result.In<>(opened.result()));
    }

    /** Somebody who comes in, and what is being written of it. */
    private record Entering(Entered entered, Future<?> written) {}

    private static Entering create(
            SqlConnection tx, Tenant tenant, Set<String> own, Proven proven, PersonStatus status) {
        UserId user = new UserId(Uuid7.next());
        Profile p = proven.profile();
        Tuple row = Tuple.from(Arrays.asList(
                tenant.id().value(),
                user.value(),
                status.word(),
                p.userName(),
                p.email().orElse(null),
                showsVerified(p, own),
                p.displayName().orElse(null),
                p.givenName().orElse(null),
                p.familyName().orElse(null)));
        Future<?> person = tx.preparedQuery("""
                        INSERT INTO users (tenant_id, id, status, user_name, email, email_verified, display_name, given_name, family_name,
                          source, status_cause, last_sign_in_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'jit', 'sign_in', CASE WHEN $3 = 'active' THEN now() END)""").execute(row);
        UUID identity = Uuid7.next();
        Future<?> linked = link(tx, tenant, proven, user, identity);
        Future<?> audited = audit(tx, tenant, proven, "person.created", "just_in_time", user);
        return new Entering(new Entered(user, identity, false), Future.all(person, linked, audited));
    }

    /**
     * Whoever prepared the account may have left something behind in it; what was there before its owner came is closed, except that the
     * provisioned groups and grants stay (A16). Whoever opens the session for them ends those that are there.
     */
    private static Entering adopt(SqlConnection tx, Tenant tenant, Set<String> own, Proven proven, UserId user) {
        Future<?> keys = tx.preparedQuery(
                        "UPDATE api_keys SET ended_at = now(), end_cause = 'adopted' WHERE user_id = $1 AND ended_at IS NULL")
                .execute(Tuple.of(user.value()));
        Future<?> awaited = tx.preparedQuery("DELETE FROM awaited_identities WHERE user_id = $1")
                .execute(Tuple.of(user.value()));
        UUID identity = Uuid7.next();
        Future<?> linked = link(tx, tenant, proven, user, identity);
        Future<?> refreshed = refresh(tx, own, proven, user);
        Future<?> audited = audit(tx, tenant, proven, "person.adopted", "first_sign_in", user);
        return new Entering(new Entered(user, identity, true), Future.all(keys, awaited, linked, refreshed, audited));
    }

    private static Future<Void> refresh(SqlConnection tx, Set<String> own, Proven proven, UserId user) {
        Profile p = proven.profile();
        // What the directory says wins over what the token says; a tenant without a directory follows the token.
        return tx.preparedQuery("""
                        UPDATE users SET status = CASE WHEN status = 'staged' THEN 'active' ELSE status END,
                          status_cause = CASE WHEN status = 'staged' THEN 'sign_in' ELSE status_cause END,
                          email = CASE WHEN source IN ('scim', 'directory') THEN email ELSE coalesce($2, email) END,
                          email_verified = CASE WHEN source IN ('scim', 'directory') THEN email_verified ELSE $3 END,
                          display_name = CASE WHEN source IN ('scim', 'directory') THEN display_name ELSE coalesce($4, display_name) END,
                          given_name = CASE WHEN source IN ('scim', 'directory') THEN given_name ELSE coalesce($5, given_name) END,
                          family_name = CASE WHEN source IN ('scim', 'directory') THEN family_name ELSE coalesce($6, family_name) END,
                          last_sign_in_at = now(), updated_at = now(), version = version + 1
                        WHERE id = $1""")
                .execute(Tuple.from(Arrays.asList(
                        user.value(),
                        p.email().orElse(null),
                        showsVerified(p, own),
                        p.displayName().orElse(null),
                        p.givenName().orElse(null),
                        p.familyName().orElse(null))))
                .mapEmpty();
    }

    private static Future<?> link(SqlConnection tx, Tenant tenant, Proven proven, UserId user, UUID identity) {
        return tx.preparedQuery("""
                        INSERT INTO identities (tenant_id, id, user_id, connection_id, issuer, subject, claims)
                        VALUES ($1, $2, $3, $4, $5, $6, $7)""")
                .execute(Tuple.from(Arrays.asList(
                        tenant.id().value(),
                        identity,
                        user.value(),
                        proven.connection().value(),
                        proven.issuer(),
                        proven.subject(),
                        proven.claims())));
    }

    private static Future<?> used(SqlConnection tx, UUID identity) {
        return tx.preparedQuery("UPDATE identities SET last_used_at = now() WHERE id = $1")
                .execute(Tuple.of(identity));
    }

    private static Future<Void> audit(
            SqlConnection tx, Tenant tenant, Proven proven, String action, String cause, UserId... user) {
        String subject =
                user.length == 0 ? "identity:" + proven.connection() + "/" + proven.subject() : "user:" + user[0];
        return AuditTrail.append(
                tx,
                tenant.id(),
                new AuditEvent(
                        "connection:" + proven.connection(),
                        action,
                        subject,
                        cause,
                        proven.profile().toJson()));
    }

    /** An address counts as verified only in a domain that the tenant has proven to own (A14). */
    private static boolean showsVerified(Profile profile, Set<String> own) {
        return profile.emailVerified()
                && profile.emailDomain().map(own::contains).orElse(false);
    }
}
