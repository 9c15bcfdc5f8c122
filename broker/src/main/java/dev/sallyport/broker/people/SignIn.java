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
import dev.sallyport.tenant.domain.Domains;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * Carries out what {@link Admission} decides, in one transaction with whatever the sign-in opens: first sign-ins of one person that
 * arrive at the same moment, on any nodes, end with one account.
 */
public final class SignIn {
    private final Database database;
    private final Domains domains;

    public SignIn(Database database, Domains domains) {
        this.database = database;
        this.domains = domains;
    }

    /**
     * An identity as a connection proved it.
     *
     * @param claims what is kept of the claims for support; no token
     */
    public record Proven(ConnectionId connection, String issuer, String subject, Profile profile, JsonObject claims) {}

    /** Somebody who is in: the person and the row of the identity they came by. */
    public record Entered(UserId user, UUID identity) {}

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
        return domains.verified(tenant.id())
                .compose(own -> database.tenants().transaction(tenant.id(), tx -> decide(tx, tenant, own, proven)));
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
        return domains.verified(tenant.id())
                .compose(own -> database.tenants().transaction(tenant.id(), tx -> serialise(tx, tenant.id(), proven)
                        .compose(v -> decide(tx, tenant, own, proven))
                        .compose(admission -> carryOut(tx, tenant, own, proven, admission, open))));
    }

    /** Opens something for a person within the transaction of their admission. */
    @FunctionalInterface
    public interface SessionOpener<T> {
        Future<T> open(SqlConnection tx, Entered entered);
    }

    /** Two arrivals of one identity, or of one name, wait for each other; others do not. */
    private static Future<Void> serialise(SqlConnection tx, TenantId tenant, Proven proven) {
        String sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        String identity = tenant + "|" + proven.connection() + "|" + proven.issuer() + "|" + proven.subject();
        String name = tenant + "|" + proven.profile().userName().toLowerCase(Locale.ROOT);
        Future<?> first = tx.preparedQuery(sql).execute(Tuple.of(identity.compareTo(name) < 0 ? identity : name));
        Future<?> second = tx.preparedQuery(sql).execute(Tuple.of(identity.compareTo(name) < 0 ? name : identity));
        return Future.all(first, second).mapEmpty();
    }

    private Future<Admission> decide(SqlConnection tx, Tenant tenant, Set<String> ownDomains, Proven proven) {
        Profile profile = proven.profile();
        Future<Optional<Admission.Candidate>> byIdentity = tx.preparedQuery("""
                        SELECT u.id, u.status FROM identities i JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.user_id
                        WHERE i.connection_id = $1 AND i.issuer = $2 AND i.subject = $3 FOR NO KEY UPDATE OF u""")
                .execute(Tuple.of(proven.connection().value(), proven.issuer(), proven.subject()))
                .map(SignIn::first);
        Future<Optional<Admission.Candidate>> awaiting = tx.preparedQuery("""
                        SELECT u.id, u.status FROM users u
                        LEFT JOIN awaited_identities a ON a.tenant_id = u.tenant_id AND a.user_id = u.id AND a.connection_id = $1
                        WHERE NOT EXISTS (SELECT 1 FROM identities i WHERE i.tenant_id = u.tenant_id AND i.user_id = u.id)
                          AND (a.subject = $2 OR (a.subject IS NULL AND lower(a.user_name) = lower($3))
                            OR (u.status = 'staged' AND lower(u.user_name) = lower($3)
                              AND NOT EXISTS (SELECT 1 FROM awaited_identities o WHERE o.tenant_id = u.tenant_id AND o.user_id = u.id)
                              AND (SELECT count(*) FROM connections c WHERE c.status = 'active') = 1))
                        ORDER BY a.subject NULLS LAST, a.user_name NULLS LAST LIMIT 1 FOR NO KEY UPDATE OF u""")
                .execute(Tuple.of(proven.connection().value(), proven.subject(), profile.userName()))
                .map(SignIn::first);
        Future<List<Admission.Candidate>> namesakes = tx.preparedQuery("""
                        SELECT id, status FROM users WHERE lower(user_name) = lower($1) OR lower(email) = lower($2) LIMIT 10""")
                .execute(Tuple.of(profile.userName(), profile.email().orElse("")))
                .map(rows -> all(rows, SignIn::candidate));
        return Future.all(byIdentity, awaiting, namesakes)
                .map(v -> Admission.of(
                        profile,
                        new Admission.Acquaintance(byIdentity.result(), awaiting.result(), namesakes.result()),
                        new Admission.Policy(tenant.admission(), Set.copyOf(tenant.admissionGroups()), ownDomains)));
    }

    private <T> Future<Result<T>> carryOut(
            SqlConnection tx,
            Tenant tenant,
            Set<String> own,
            Proven proven,
            Admission admission,
            SessionOpener<T> open) {
        if (admission instanceof Admission.Refused refused) {
            return audit(tx, tenant, proven, "sign_in.refused", refused.reason().code())
                    .map(new Result.Out<>(refused.reason()));
        }
        if (admission instanceof Admission.Waiting waiting) {
            return waiting.user().isPresent()
                    ? Future.succeededFuture(new Result.Waits<>())
                    : create(tx, tenant, own, proven, PersonStatus.WAITING).map(new Result.Waits<>());
        }
        Future<Entered> entered;
        if (admission instanceof Admission.Known known) {
            entered = refresh(tx, own, proven, known.user()).compose(v -> identityOf(tx, proven, known.user()));
        } else if (admission instanceof Admission.Adopted adopted) {
            entered = adopt(tx, tenant, own, proven, adopted.user());
        } else {
            entered = create(tx, tenant, own, proven, PersonStatus.ACTIVE);
        }
        return entered.compose(e -> Groups.replace(
                                tx,
                                tenant.id(),
                                e.user(),
                                GroupSource.connection(proven.connection().toString()),
                                proven.profile().groups())
                        .compose(v -> open.open(tx, e)))
                .map(Result.In::new);
    }

    private Future<Entered> create(
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
        return tx.preparedQuery("""
                        INSERT INTO users (tenant_id, id, status, user_name, email, email_verified, display_name, given_name, family_name,
                          source, status_cause, last_sign_in_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'jit', 'sign_in', CASE WHEN $3 = 'active' THEN now() END)""")
                .execute(row)
                .compose(v -> link(tx, tenant, proven, user))
                .compose(identity -> audit(tx, tenant, proven, "person.created", "just_in_time", user)
                        .map(new Entered(user, identity)));
    }

    /**
     * Whoever prepared the account may have left something behind in it; what was there before its owner came is closed, except that the
     * provisioned groups and grants stay (A16).
     */
    private Future<Entered> adopt(SqlConnection tx, Tenant tenant, Set<String> own, Proven proven, UserId user) {
        Future<?> keys = tx.preparedQuery(
                        "UPDATE api_keys SET ended_at = now(), end_cause = 'adopted' WHERE user_id = $1 AND ended_at IS NULL")
                .execute(Tuple.of(user.value()));
        Future<?> sessions = tx.preparedQuery(
                        "UPDATE sessions SET ended_at = now(), end_cause = 'adopted', upstream_id_token = NULL WHERE user_id = $1 AND ended_at IS NULL")
                .execute(Tuple.of(user.value()));
        Future<?> awaited = tx.preparedQuery("DELETE FROM awaited_identities WHERE user_id = $1")
                .execute(Tuple.of(user.value()));
        return Future.all(keys, sessions, awaited)
                .compose(v -> link(tx, tenant, proven, user))
                .compose(identity -> refresh(tx, own, proven, user)
                        .compose(v -> audit(tx, tenant, proven, "person.adopted", "first_sign_in", user))
                        .map(new Entered(user, identity)));
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

    private static Future<UUID> link(SqlConnection tx, Tenant tenant, Proven proven, UserId user) {
        UUID id = Uuid7.next();
        return tx.preparedQuery("""
                        INSERT INTO identities (tenant_id, id, user_id, connection_id, issuer, subject, claims)
                        VALUES ($1, $2, $3, $4, $5, $6, $7)""")
                .execute(Tuple.from(Arrays.asList(
                        tenant.id().value(),
                        id,
                        user.value(),
                        proven.connection().value(),
                        proven.issuer(),
                        proven.subject(),
                        proven.claims())))
                .map(id);
    }

    private static Future<Entered> identityOf(SqlConnection tx, Proven proven, UserId user) {
        return tx.preparedQuery("""
                        UPDATE identities SET last_used_at = now() WHERE connection_id = $1 AND issuer = $2 AND subject = $3 RETURNING id""")
                .execute(Tuple.of(proven.connection().value(), proven.issuer(), proven.subject()))
                .map(rows -> new Entered(user, rows.iterator().next().getUUID("id")));
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

    private static Optional<Admission.Candidate> first(RowSet<Row> rows) {
        return all(rows, SignIn::candidate).stream().findFirst();
    }

    private static Admission.Candidate candidate(Row row) {
        return new Admission.Candidate(new UserId(row.getUUID("id")), PersonStatus.of(row.getString("status")));
    }

    private static <T> List<T> all(RowSet<Row> rows, Function<Row, T> read) {
        return StreamSupport.stream(rows.spliterator(), false).map(read).toList();
    }
}
