package dev.sallyport.broker.keys;

import com.nimbusds.jose.JWSAlgorithm;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces signing keys by themselves (H01): when a key has signed for long enough its successor is published, waits until every cached key
 * set must hold it, and takes over; the old one loses its private part at once and its public part when the last token by it has ended.
 * Called for each tenant by one node every ten minutes. Besides its time a key needs to have been met in its state by an earlier call, so
 * that a database clock that jumps shortens nothing.
 */
public final class KeyRotation {
    private static final String ACTOR = "system:key-rotation";
    private static final String DUE = """
            SELECT alg FROM signing_keys old WHERE state = 'active' AND activate_at <= now() - make_interval(secs => $1)
              AND NOT EXISTS (SELECT 1 FROM signing_keys next WHERE next.alg = old.alg AND next.state = 'published')""";
    private static final String LOCK = "SELECT kid FROM signing_keys ORDER BY kid FOR UPDATE";
    private static final String RETIRE = """
            UPDATE signing_keys old SET state = 'retired', private_jwk = NULL, retired_at = now(), rounds = 0,
              unpublish_at = now() + make_interval(secs => $1)
            WHERE state = 'active' AND EXISTS (SELECT 1 FROM signing_keys next
              WHERE next.alg = old.alg AND next.state = 'published' AND next.activate_at <= now() AND next.rounds > 1)
            RETURNING kid""";
    private static final String ACTIVATE = """
            UPDATE signing_keys SET state = 'active', activate_at = now()
            WHERE state = 'published' AND activate_at <= now() AND rounds > 1 RETURNING kid""";
    private static final String UNPUBLISH = """
            DELETE FROM signing_keys WHERE (state = 'retired' AND unpublish_at <= now() AND rounds > 1)
              OR (state = 'revoked' AND unpublish_at <= now() - interval '30 days') RETURNING kid""";
    private static final String MET =
            "UPDATE signing_keys SET rounds = rounds + 1 WHERE state IN ('published', 'retired') AND rounds < 2";

    private final Database database;
    private final SigningKeys keys;
    private final Duration every;

    /**
     * @param every after how long a key that signs is replaced
     */
    public KeyRotation(Database database, SigningKeys keys, Duration every) {
        this.database = database;
        this.keys = keys;
        this.every = every;
    }

    /** Publishes successors that are due and moves keys on whose time has come. */
    public Future<Void> advance(TenantId tenant) {
        return database.tenants()
                .query(tenant, DUE, Tuple.of((double) every.toSeconds()))
                .compose(rows -> {
                    List<Future<SigningKeys.Wrapped>> successors = new ArrayList<>();
                    rows.forEach(
                            row -> successors.add(keys.generate(tenant, JWSAlgorithm.parse(row.getString("alg")))));
                    return Future.all(successors)
                            .map(v -> successors.stream().map(Future::result).toList());
                })
                .compose(successors -> database.tenants().transaction(tenant, tx -> advance(tx, tenant, successors)));
    }

    private static Future<Void> advance(SqlConnection tx, TenantId tenant, List<SigningKeys.Wrapped> successors) {
        return tx.preparedQuery(LOCK)
                .execute()
                .compose(v -> tx.preparedQuery(MET).execute())
                .compose(v ->
                        move(tx, tenant, RETIRE, Tuple.of((double) SigningKeys.RETIRE_AFTER.toSeconds()), "retired"))
                .compose(v -> move(tx, tenant, ACTIVATE, Tuple.tuple(), "active"))
                .compose(v -> move(tx, tenant, UNPUBLISH, Tuple.tuple(), "unpublished"))
                .compose(v -> {
                    Future<Void> done = Future.succeededFuture();
                    for (SigningKeys.Wrapped successor : successors) {
                        done = done.compose(w -> SigningKeys.insert(tx, tenant, successor, "published", ACTOR));
                    }
                    return done;
                });
    }

    private static Future<Void> move(SqlConnection tx, TenantId tenant, String sql, Tuple arguments, String state) {
        return tx.preparedQuery(sql).execute(arguments).compose(rows -> {
            Future<Void> done = Future.succeededFuture();
            for (Row row : rows) {
                AuditEvent event = AuditEvent.of(ACTOR, "signing_key." + state, "signing_key:" + row.getString("kid"));
                done = done.compose(v -> AuditTrail.append(tx, tenant, event));
            }
            return done;
        });
    }
}
