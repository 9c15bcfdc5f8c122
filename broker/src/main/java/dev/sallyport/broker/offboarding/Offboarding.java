package dev.sallyport.broker.offboarding;

import dev.sallyport.broker.session.SessionEnd;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * The one way out. Everything a person holds dies in one transaction, together with the change of their state, the cut-off for access
 * tokens, the receipt, and one outbox row for each notice: all of it happened or nothing did. No other code sets a person's state to off.
 */
public final class Offboarding {
    private final Database database;
    private final Clock clock;

    public Offboarding(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Says no to a closing, by failing, within the transaction of the closing and when nobody else can change the person any more. */
    @FunctionalInterface
    public interface Guard {
        Future<Void> check(SqlConnection tx, UserId user);
    }

    /** Turns a person off, whoever they are. */
    public Future<Optional<Receipt>> close(Tenant tenant, UserId user, Closing closing) {
        return close(tenant, user, closing, (tx, who) -> Future.succeededFuture());
    }

    /**
     * Turns a person off if the guard lets it.
     *
     * @return the receipt; of somebody who is off already the one that was written then; empty if there is no such person
     */
    public Future<Optional<Receipt>> close(Tenant tenant, UserId user, Closing closing, Guard guard) {
        return database.tenants()
                .transaction(tenant.id(), tx -> tx.preparedQuery("SELECT status FROM users WHERE id = $1 FOR UPDATE")
                        .execute(Tuple.of(user.value()))
                        .compose(rows -> {
                            if (rows.size() == 0) {
                                return Future.succeededFuture(Optional.<UUID>empty());
                            }
                            String status = rows.iterator().next().getString("status");
                            boolean already = status.equals("offboarded")
                                    || status.equals(closing.kind().status());
                            return already
                                    ? latest(tx, user)
                                    : guard.check(tx, user)
                                            .compose(v -> shut(tx, tenant, user, closing, status))
                                            .map(Optional::of);
                        }))
                .compose(
                        id -> id.isEmpty() ? Future.succeededFuture(Optional.empty()) : receipt(tenant.id(), id.get()));
    }

    /** A receipt with the present state of its deliveries. */
    public Future<Optional<Receipt>> receipt(TenantId tenant, UUID id) {
        return database.tenants().transaction(tenant, tx -> {
            var receipt =
                    tx.preparedQuery("SELECT * FROM offboardings WHERE id = $1").execute(Tuple.of(id));
            var deliveries = tx.preparedQuery("SELECT * FROM outbox WHERE offboarding_id = $1 ORDER BY created_at, id")
                    .execute(Tuple.of(id));
            return Future.all(receipt, deliveries).map(both -> {
                List<Receipt.Delivery> all = StreamSupport.stream(
                                deliveries.result().spliterator(), false)
                        .map(Receipt.Delivery::of)
                        .toList();
                return receipt.result().size() == 0
                        ? Optional.empty()
                        : Optional.of(Receipt.of(receipt.result().iterator().next(), all));
            });
        });
    }

    /**
     * Lets a person back in who was turned off. Nothing that died comes back with them.
     *
     * @return false if there is no such person, or they are not off
     */
    public Future<Boolean> reopen(Tenant tenant, UserId user, String cause, String actor) {
        return database.tenants().transaction(tenant.id(), tx -> reopen(tx, tenant.id(), user, cause, actor));
    }

    /** The same within a transaction that also says what the person is from now on. */
    public Future<Boolean> reopen(SqlConnection tx, TenantId tenant, UserId user, String cause, String actor) {
        return reopen(tx, tenant, user, cause, actor, "");
    }

    /** The same with a reason in words, for the audit log. */
    public Future<Boolean> reopen(
            SqlConnection tx, TenantId tenant, UserId user, String cause, String actor, String reason) {
        return tx.preparedQuery("""
                        UPDATE users SET status_cause = $2, status_changed_at = now(), updated_at = now(), version = version + 1,
                          status = CASE WHEN EXISTS (SELECT 1 FROM identities i WHERE i.user_id = users.id) THEN 'active' ELSE 'staged' END
                        WHERE id = $1 AND status IN ('suspended', 'offboarded')""")
                .execute(Tuple.of(user.value(), cause))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : AuditTrail.append(
                                        tx,
                                        tenant,
                                        AuditEvent.of(actor, "person.reactivated", "user:" + user)
                                                .because(cause)
                                                .with(new JsonObject().put("reason", reason)))
                                .map(true));
    }

    private Future<Optional<UUID>> latest(SqlConnection tx, UserId user) {
        return tx.preparedQuery(
                        "SELECT id FROM offboardings WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1")
                .execute(Tuple.of(user.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getUUID("id")));
    }

    private Future<UUID> shut(SqlConnection tx, Tenant tenant, UserId user, Closing closing, String before) {
        UUID id = Uuid7.next();
        return tx.preparedQuery(
                        "SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL ORDER BY id FOR UPDATE")
                .execute(Tuple.of(user.value()))
                .compose(rows -> {
                    List<UUID> sessions = StreamSupport.stream(rows.spliterator(), false)
                            .map(r -> r.getUUID("id"))
                            .toList();
                    return SessionEnd.end(tx, tenant.id(), sessions, closing.cause(), Optional.of(id));
                })
                .compose(ended -> everythingElse(tx, user).compose(others -> {
                    JsonObject closed = new JsonObject()
                            .put("sessions", ended.sessions())
                            .put("refresh_families", ended.families() + others.getInteger("refresh_families"))
                            .put("refresh_tokens", ended.refreshTokens())
                            .put("authorization_codes", ended.codes() + others.getInteger("authorization_codes"))
                            .put("api_keys", others.getInteger("api_keys"))
                            .put("memberships", others.getInteger("memberships"))
                            .put("grants", others.getInteger("grants"))
                            .put("consents", others.getInteger("consents"));
                    return turnOff(tx, tenant, user, closing)
                            .compose(cutoff -> insertReceipt(tx, tenant, id, user, closing, closed, cutoff))
                            .compose(v -> AuditTrail.append(
                                    tx,
                                    tenant.id(),
                                    new AuditEvent(
                                            closing.actor(),
                                            "person." + closing.kind().status(),
                                            "user:" + user,
                                            closing.cause(),
                                            new JsonObject()
                                                    .put("receipt", id.toString())
                                                    .put("reason", closing.reason())
                                                    .put("before", before)
                                                    .put("closed", closed)
                                                    .put("notices", ended.notices()))));
                }))
                .map(id);
    }

    /** What is not bound to a session. */
    private static Future<JsonObject> everythingElse(SqlConnection tx, UserId user) {
        Future<Integer> families = count(
                tx,
                "UPDATE refresh_families SET ended_at = now(), end_cause = 'off' WHERE user_id = $1 AND ended_at IS NULL",
                user);
        Future<Integer> codes =
                count(tx, "DELETE FROM authorization_codes WHERE user_id = $1 AND used_at IS NULL", user);
        Future<Integer> keys = count(
                tx,
                "UPDATE api_keys SET ended_at = now(), end_cause = 'off' WHERE user_id = $1 AND ended_at IS NULL",
                user);
        Future<Integer> memberships = count(tx, "DELETE FROM memberships WHERE user_id = $1", user);
        Future<Integer> grants = count(tx, "DELETE FROM grants WHERE user_id = $1", user);
        Future<Integer> consents = count(tx, "DELETE FROM consents WHERE user_id = $1", user);
        Future<Integer> awaited = count(tx, "DELETE FROM awaited_identities WHERE user_id = $1", user);
        return Future.all(List.of(families, codes, keys, memberships, grants, consents, awaited))
                .map(v -> new JsonObject()
                        .put("refresh_families", families.result())
                        .put("authorization_codes", codes.result())
                        .put("api_keys", keys.result())
                        .put("memberships", memberships.result())
                        .put("grants", grants.result())
                        .put("consents", consents.result()));
    }

    private static Future<Integer> count(SqlConnection tx, String sql, UserId user) {
        return tx.preparedQuery(sql).execute(Tuple.of(user.value())).map(rows -> rows.rowCount());
    }

    /** Last of all, so that the cut-off lies after everything that was issued by whoever held one of the locks before. */
    private Future<OffsetDateTime> turnOff(SqlConnection tx, Tenant tenant, UserId user, Closing closing) {
        OffsetDateTime here = clock.instant().atOffset(ZoneOffset.UTC);
        return tx.preparedQuery("""
                        UPDATE users SET status = $2, status_cause = $3, status_changed_at = now(), updated_at = now(), version = version + 1,
                          not_before = greatest(clock_timestamp(), $4) WHERE id = $1 RETURNING not_before""")
                .execute(Tuple.of(user.value(), closing.kind().status(), closing.cause(), here))
                .compose(rows -> {
                    OffsetDateTime cutoff = rows.iterator().next().getOffsetDateTime("not_before");
                    return tx.preparedQuery("""
                                    INSERT INTO revocations (tenant_id, kind, value, not_before, expires_at)
                                    VALUES ($1, 'user', $2, $3::timestamptz, $3::timestamptz + interval '10 minutes')""")
                            .execute(Tuple.of(tenant.id().value(), user.toString(), cutoff))
                            .map(cutoff);
                });
    }

    private static Future<Void> insertReceipt(
            SqlConnection tx,
            Tenant tenant,
            UUID id,
            UserId user,
            Closing closing,
            JsonObject closed,
            OffsetDateTime cutoff) {
        return tx.preparedQuery("""
                        INSERT INTO offboardings (tenant_id, id, user_id, kind, cause, actor, reason, closed, cutoff_at, tokens_end_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""")
                .execute(Tuple.from(Arrays.asList(
                        tenant.id().value(),
                        id,
                        user.value(),
                        closing.kind().word(),
                        closing.cause(),
                        closing.actor(),
                        closing.reason(),
                        closed,
                        cutoff,
                        cutoff.plus(tenant.lifetimes().accessToken()))))
                .mapEmpty();
    }
}
