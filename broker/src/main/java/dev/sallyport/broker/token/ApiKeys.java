package dev.sallyport.broker.token;

import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.broker.token.KeyRefused.Reason;
import dev.sallyport.database.Database;
import dev.sallyport.database.Uuid7;
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
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * The keys that people have for their scripts: made, listed, narrowed, ended. A key is shown once, may do at most what its owner may do now
 * (B08), and dies with its owner (B12). What it is good for when it is presented, {@link PresentedKeys} says.
 */
public final class ApiKeys {
    /** How long a key is good if nobody says. */
    public static final Duration USUAL_LIFE = Duration.ofDays(90);
    /** The longest life. */
    public static final Duration LONGEST_LIFE = Duration.ofDays(366);
    /** So many live keys a person may have. */
    public static final int MOST = 50;

    private static final String LIVE = "k.ended_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())";
    private static final String INSERT = """
            INSERT INTO api_keys (tenant_id, id, key_hash, user_id, name, scope, expires_at, created_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *""";
    private static final String OF_OWNER =
            "SELECT k.* FROM api_keys k WHERE k.user_id = $1 AND " + LIVE + " ORDER BY k.id LIMIT 200";
    private static final String PAGE = """
            SELECT k.* FROM api_keys k WHERE ($1::uuid IS NULL OR k.id > $1) AND ($2::uuid IS NULL OR k.user_id = $2)
              AND ($3::text IS NULL OR $3 = CASE WHEN k.ended_at IS NOT NULL THEN 'ended' WHEN k.expires_at <= now() THEN 'expired' ELSE 'live' END)
            ORDER BY k.id LIMIT $4""";
    private static final String LOCK =
            "SELECT k.* FROM api_keys k WHERE k.id = $1 AND ($2::uuid IS NULL OR k.user_id = $2) FOR UPDATE";
    private static final String NARROW =
            "UPDATE api_keys SET name = $2, scope = $3, expires_at = $4 WHERE id = $1 RETURNING *";
    private static final String END = "UPDATE api_keys SET ended_at = now(), end_cause = $2 WHERE id = $1";
    /** Written last, while the key is locked, so that it lies behind everything that the key was exchanged for. */
    private static final String CUT_OFF = """
            INSERT INTO revocations (tenant_id, kind, value, not_before, expires_at)
            SELECT $1, 'api_key', $2, t, t + interval '10 minutes' FROM greatest(clock_timestamp(), $3) AS t""";

    private final Database database;
    private final PersonAccess access;
    private final Clock clock;

    public ApiKeys(Database database, PersonAccess access, Clock clock) {
        this.database = database;
        this.access = access;
        this.clock = clock;
    }

    /**
     * A key that somebody wants.
     *
     * @param scope permissions it is limited to; empty for all that its owner has
     * @param actor who makes it, as in the audit log
     */
    public record Wish(UserId owner, String name, List<String> scope, Duration life, String actor) {}

    /** A new key with its secret, shown this once. */
    public record Made(ApiKey key, String secret) {}

    /** A change that narrows a key; what is empty stays. */
    public record Limit(Optional<String> name, Optional<List<String>> scope, Optional<Instant> end) {}

    /** Makes a key. Fails with {@link KeyRefused}: OWNER_OFF, TOO_MANY, BEYOND_OWNER. */
    public Future<Made> make(Tenant tenant, Wish wish) {
        String secret = Bearer.mint(Bearer.API_KEY);
        UUID id = Uuid7.next();
        return access.rules(tenant.id())
                .compose(rules -> database.tenants().transaction(tenant.id(), tx -> room(tx, wish.owner())
                        .compose(v -> held(tx, rules, wish.owner(), wish.scope()))
                        .compose(v -> tx.preparedQuery(INSERT)
                                .execute(Tuple.from(Arrays.asList(
                                        tenant.id().value(),
                                        id,
                                        Buffer.buffer(Bearer.hash(secret)),
                                        wish.owner().value(),
                                        wish.name(),
                                        wish.scope().toArray(String[]::new),
                                        utc(clock.instant().plus(wish.life())),
                                        wish.actor()))))
                        .map(rows -> ApiKey.of(rows.iterator().next()))
                        .compose(key -> audit(tx, tenant, wish.actor(), "api_key.created", key)
                                .map(new Made(key, secret)))));
    }

    /** The live keys of a person, the oldest first. */
    public Future<List<ApiKey>> of(Tenant tenant, UserId owner) {
        return database.tenants()
                .query(tenant.id(), OF_OWNER, Tuple.of(owner.value()))
                .map(ApiKeys::all);
    }

    /**
     * Keys of a tenant behind an id, the oldest first.
     *
     * @param state as in {@link ApiKey#state}
     */
    public Future<List<ApiKey>> page(
            Tenant tenant, Optional<UUID> after, Optional<UUID> owner, Optional<String> state, int limit) {
        return database.tenants()
                .query(
                        tenant.id(),
                        PAGE,
                        Tuple.from(Arrays.asList(after.orElse(null), owner.orElse(null), state.orElse(null), limit)))
                .map(ApiKeys::all);
    }

    /** A key. */
    public Future<Optional<ApiKey>> find(Tenant tenant, UUID id) {
        return database.tenants()
                .query(tenant.id(), "SELECT k.* FROM api_keys k WHERE k.id = $1", Tuple.of(id))
                .map(rows -> all(rows).stream().findFirst());
    }

    /**
     * Narrows a key; access tokens that it was exchanged for are cut off.
     *
     * @param owner whose key it must be, if it matters
     * @return empty if there is none; fails with {@link KeyRefused}: NOT_LIVE, WIDER, BEYOND_OWNER, LATER
     */
    public Future<Optional<ApiKey>> limit(Tenant tenant, UUID id, Optional<UserId> owner, Limit limit, String actor) {
        return access.rules(tenant.id()).compose(rules -> database.tenants().transaction(tenant.id(), tx -> lock(
                        tx, id, owner)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : narrow(tx, tenant, rules, found.get(), limit, actor).map(Optional::of))));
    }

    /**
     * Ends a key; access tokens that it was exchanged for are cut off. One that has ended stays as it is.
     *
     * @param owner whose key it must be, if it matters
     * @return false if there is none
     */
    public Future<Boolean> end(Tenant tenant, UUID id, Optional<UserId> owner, String cause, String actor) {
        return database.tenants()
                .transaction(tenant.id(), tx -> lock(tx, id, owner).compose(found -> {
                    if (found.isEmpty() || found.get().endedAt().isPresent()) {
                        return Future.succeededFuture(found.isPresent());
                    }
                    return tx.preparedQuery(END)
                            .execute(Tuple.of(id, cause))
                            .compose(v -> cutOff(tx, tenant, id))
                            .compose(v -> audit(tx, tenant, actor, "api_key.ended", found.get()))
                            .map(true);
                }));
    }

    /** The owner is there and stays there until the end of the transaction, and has room for one key more. */
    private static Future<Void> room(SqlConnection tx, UserId owner) {
        return tx.preparedQuery("SELECT u.status FROM users u WHERE u.id = $1 FOR NO KEY UPDATE")
                .execute(Tuple.of(owner.value()))
                .compose(rows -> {
                    if (rows.size() == 0
                            || !rows.iterator().next().getString("status").equals("active")) {
                        return Future.failedFuture(new KeyRefused(
                                Reason.OWNER_OFF, "the person cannot sign in, so they can have no keys"));
                    }
                    return tx.preparedQuery(
                                    "SELECT count(*)::int AS n FROM api_keys k WHERE k.user_id = $1 AND " + LIVE)
                            .execute(Tuple.of(owner.value()));
                })
                .compose(rows -> rows.iterator().next().getInteger("n") >= MOST
                        ? Future.failedFuture(new KeyRefused(
                                Reason.TOO_MANY, "there are " + MOST + " live keys; end one that is not needed first"))
                        : Future.succeededFuture());
    }

    private Future<Void> held(SqlConnection tx, PersonAccess.Rules rules, UserId owner, List<String> scope) {
        return access.of(tx, rules, owner).compose(may -> {
            List<String> names = may.permissions().stream()
                    .map(permission -> permission.name())
                    .toList();
            return names.containsAll(scope)
                    ? Future.succeededFuture()
                    : Future.failedFuture(new KeyRefused(
                            Reason.BEYOND_OWNER, "scopes names a permission that the person does not have"));
        });
    }

    private Future<ApiKey> narrow(
            SqlConnection tx, Tenant tenant, PersonAccess.Rules rules, ApiKey key, Limit limit, String actor) {
        if (!key.state(clock.instant()).equals("live")) {
            return Future.failedFuture(new KeyRefused(Reason.NOT_LIVE, "the key has ended"));
        }
        List<String> scope = limit.scope().orElse(key.scope());
        if (!key.scope().isEmpty() && !key.scope().containsAll(scope)) {
            return Future.failedFuture(
                    new KeyRefused(Reason.WIDER, "scopes can only be taken away; make a new key for more"));
        }
        if (limit.end().isPresent()
                && key.expiresAt().map(end -> !limit.end().get().isBefore(end)).orElse(false)) {
            return Future.failedFuture(
                    new KeyRefused(Reason.LATER, "the end can only come nearer; make a new key for longer"));
        }
        Future<Void> sound = limit.scope().isPresent() && key.scope().isEmpty()
                ? held(tx, rules, key.owner(), scope)
                : Future.succeededFuture();
        Instant end = limit.end().or(key::expiresAt).orElse(null);
        return sound.compose(v -> tx.preparedQuery(NARROW)
                        .execute(Tuple.from(Arrays.asList(
                                key.id(),
                                limit.name().orElse(key.name()),
                                scope.toArray(String[]::new),
                                end == null ? null : utc(end)))))
                .map(rows -> ApiKey.of(rows.iterator().next()))
                .compose(now -> (limit.scope().isPresent() || limit.end().isPresent()
                                ? cutOff(tx, tenant, key.id())
                                : Future.<Void>succeededFuture())
                        .compose(v -> audit(tx, tenant, actor, "api_key.limited", now))
                        .map(now));
    }

    private static Future<Optional<ApiKey>> lock(SqlConnection tx, UUID id, Optional<UserId> owner) {
        return tx.preparedQuery(LOCK)
                .execute(Tuple.of(id, owner.map(UserId::value).orElse(null)))
                .map(rows -> all(rows).stream().findFirst());
    }

    private Future<Void> cutOff(SqlConnection tx, Tenant tenant, UUID id) {
        return tx.preparedQuery(CUT_OFF)
                .execute(Tuple.of(tenant.id().value(), id.toString(), utc(clock.instant())))
                .mapEmpty();
    }

    private static Future<Void> audit(SqlConnection tx, Tenant tenant, String actor, String action, ApiKey key) {
        return AuditTrail.append(
                tx,
                tenant.id(),
                AuditEvent.of(actor, action, "api_key:" + key.id())
                        .with(new JsonObject()
                                .put("user", key.owner().toString())
                                .put("name", key.name())
                                .put("scope", new JsonArray(key.scope()))
                                .put(
                                        "expires_at",
                                        key.expiresAt().map(Instant::toString).orElse(null))));
    }

    private static List<ApiKey> all(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false).map(ApiKey::of).toList();
    }

    private static OffsetDateTime utc(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
