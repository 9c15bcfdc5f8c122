package dev.sallyport.broker.keys;

import com.nimbusds.jose.JWSAlgorithm;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** What an admin does to signing keys: look at them, replace one in good time, revoke one that has leaked (H03). */
public final class KeyChanges {
    private static final String COLUMNS = "kid, alg, state, created_at, activate_at, retired_at, unpublish_at";
    private static final String REVOKE = """
            UPDATE signing_keys SET state = 'revoked', private_jwk = NULL, retired_at = coalesce(retired_at, now()), unpublish_at = now()
            WHERE tenant_id = $1 AND kid = $2""";
    private static final String PROMOTE = """
            UPDATE signing_keys SET state = 'active', activate_at = now() WHERE tenant_id = $1 AND kid = (
              SELECT kid FROM signing_keys WHERE tenant_id = $1 AND alg = $2 AND state = 'published' ORDER BY activate_at LIMIT 1)""";
    // Longer than any key set is cached by anybody.
    private static final String CUT_OFF = """
            INSERT INTO revocations (tenant_id, kind, value, not_before, expires_at)
            VALUES ($1, 'kid', $2, clock_timestamp(), clock_timestamp() + interval '1 day')""";

    private final Database database;
    private final SigningKeys keys;

    public KeyChanges(Database database, SigningKeys keys) {
        this.database = database;
        this.keys = keys;
    }

    /**
     * A key without any of its parts.
     *
     * @param state {@code published}, {@code active}, {@code retired} or {@code revoked}
     * @param activateAt when it begins to sign
     */
    public record KeyState(
            String kid,
            String algorithm,
            String state,
            Instant createdAt,
            Instant activateAt,
            Optional<Instant> retiredAt,
            Optional<Instant> unpublishAt) {}

    /** A successor is published already and will take over by itself. */
    public static final class SuccessorWaits extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SuccessorWaits() {
            super("a successor is published already and takes over by itself", null, false, false);
        }
    }

    /** All keys, the newest first. */
    public Future<List<KeyState>> list(TenantId tenant) {
        return database.tenants()
                .query(
                        tenant,
                        "SELECT " + COLUMNS + " FROM signing_keys WHERE tenant_id = $1 ORDER BY created_at DESC, kid",
                        Tuple.of(tenant.value()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(KeyChanges::state)
                        .toList());
    }

    /**
     * Publishes a successor that takes over after {@link SigningKeys#PUBLISH_AHEAD}. Fails with {@link SuccessorWaits}.
     *
     * @return the new key
     */
    public Future<KeyState> rotate(TenantId tenant, JWSAlgorithm algorithm, String actor) {
        return keys.generate(tenant, algorithm)
                .compose(key -> database.tenants()
                        .transaction(tenant, tx -> locked(tx, tenant).compose(all -> {
                            boolean waits = all.stream()
                                    .anyMatch(k -> k.algorithm().equals(algorithm.getName())
                                            && k.state().equals("published"));
                            return waits
                                    ? Future.failedFuture(new SuccessorWaits())
                                    : SigningKeys.insert(tx, tenant, key, "published", actor)
                                            .compose(v ->
                                                    find(tx, tenant, key.jwk().getKeyID()))
                                            .map(Optional::orElseThrow);
                        })))
                .onSuccess(done -> keys.forget());
    }

    /**
     * Ends all belief in a key at once; one that signs is replaced in the same transaction.
     *
     * @return the key as it is now; empty if there is none
     */
    public Future<Optional<KeyState>> revoke(TenantId tenant, String kid, String reason, String actor) {
        return database.tenants()
                .query(tenant, "SELECT " + COLUMNS + " FROM signing_keys WHERE kid = $1", Tuple.of(kid))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(Optional.empty())
                        : keys.generate(
                                        tenant,
                                        JWSAlgorithm.parse(
                                                rows.iterator().next().getString("alg")))
                                .compose(spare -> revoke(tenant, kid, spare, reason, actor)))
                .onSuccess(done -> keys.forget());
    }

    /** The spare is made beforehand, because a transaction must not wait for what needs a connection of its own. */
    private Future<Optional<KeyState>> revoke(
            TenantId tenant, String kid, SigningKeys.Wrapped spare, String reason, String actor) {
        return database.tenants().transaction(tenant, tx -> locked(tx, tenant).compose(all -> {
            Optional<KeyState> found =
                    all.stream().filter(key -> key.kid().equals(kid)).findFirst();
            return found.isEmpty() || found.get().state().equals("revoked")
                    ? Future.succeededFuture(found)
                    : revoke(tx, tenant, found.get(), spare, reason, actor).compose(v -> find(tx, tenant, kid));
        }));
    }

    private static Future<Void> revoke(
            SqlConnection tx, TenantId tenant, KeyState key, SigningKeys.Wrapped spare, String reason, String actor) {
        Tuple named = Tuple.of(tenant.value(), key.kid());
        return tx.preparedQuery(REVOKE)
                .execute(named)
                .compose(v -> tx.preparedQuery(CUT_OFF).execute(named))
                .compose(v -> key.state().equals("active")
                        ? succeed(tx, tenant, key, spare, actor)
                        : Future.succeededFuture())
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant,
                        AuditEvent.of(actor, "signing_key.revoked", "signing_key:" + key.kid())
                                .with(new JsonObject().put("reason", reason).put("before", key.state()))));
    }

    private static Future<Void> succeed(
            SqlConnection tx, TenantId tenant, KeyState key, SigningKeys.Wrapped spare, String actor) {
        return tx.preparedQuery(PROMOTE)
                .execute(Tuple.of(tenant.value(), key.algorithm()))
                .compose(rows -> rows.rowCount() > 0
                        ? Future.succeededFuture()
                        : SigningKeys.insert(tx, tenant, spare, "active", actor));
    }

    private static Future<List<KeyState>> locked(SqlConnection tx, TenantId tenant) {
        return tx.preparedQuery("SELECT " + COLUMNS + " FROM signing_keys WHERE tenant_id = $1 ORDER BY kid FOR UPDATE")
                .execute(Tuple.of(tenant.value()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(KeyChanges::state)
                        .toList());
    }

    private static Future<Optional<KeyState>> find(SqlConnection tx, TenantId tenant, String kid) {
        return tx.preparedQuery("SELECT " + COLUMNS + " FROM signing_keys WHERE tenant_id = $1 AND kid = $2")
                .execute(Tuple.of(tenant.value(), kid))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(KeyChanges::state)
                        .findFirst());
    }

    private static KeyState state(Row row) {
        return new KeyState(
                row.getString("kid"),
                row.getString("alg"),
                row.getString("state"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("activate_at").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("retired_at")).map(OffsetDateTime::toInstant),
                Optional.ofNullable(row.getOffsetDateTime("unpublish_at")).map(OffsetDateTime::toInstant));
    }
}
