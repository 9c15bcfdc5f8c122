package dev.sallyport.broker.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.SealedSecrets;
import dev.sallyport.tenant.setup.GoLive;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The signing keys of all tenants. A new key signs only after verifiers had time to see it: {@code published} for {@link #PUBLISH_AHEAD},
 * then {@code active}, then {@code retired} (private part destroyed) until the longest token life is over. {@link KeyRotation} moves them.
 */
public final class SigningKeys implements GoLive {
    /** How long our key set may be cached by anybody. */
    public static final Duration CACHED = Duration.ofMinutes(5);
    /** How long a key is published before it signs: twice the time for which a key set without it may be cached. */
    public static final Duration PUBLISH_AHEAD = CACHED.multipliedBy(2);
    /** How long a retired key stays published: longer than any token lives. */
    public static final Duration RETIRE_AFTER = Duration.ofHours(1);

    private static final List<JWSAlgorithm> ALGORITHMS = List.of(JWSAlgorithm.ES256, JWSAlgorithm.RS256);

    private final Vertx vertx;
    private final Database database;
    private final SealedSecrets secrets;
    private final ConfigCache cache;
    private final ConfigCache.Region<TenantId, TenantKeys> region;

    public SigningKeys(Vertx vertx, Database database, SealedSecrets secrets, ConfigCache cache) {
        this.vertx = vertx;
        this.database = database;
        this.secrets = secrets;
        this.cache = cache;
        this.region = cache.region(Duration.ofMinutes(1), this::load);
    }

    /** The tenant's keys, from memory. */
    public Future<TenantKeys> of(TenantId tenant) {
        return region.get(tenant);
    }

    /** Forgets them, for the node that changed them itself: it must not believe a key that it has just revoked until it is told. */
    void forget() {
        cache.dropAll();
    }

    /** Makes the keys that a tenant lacks; what is there is left alone. */
    @Override
    public Future<Ready> prepare(Tenant tenant, String actor) {
        return database.tenants()
                .query(tenant.id(), "SELECT alg FROM signing_keys WHERE state = 'active'", Tuple.tuple())
                .compose(rows -> {
                    List<JWSAlgorithm> missing = new ArrayList<>(ALGORITHMS);
                    rows.forEach(row -> missing.remove(JWSAlgorithm.parse(row.getString("alg"))));
                    List<Future<Wrapped>> made = missing.stream()
                            .map(algorithm -> generate(tenant.id(), algorithm))
                            .toList();
                    return Future.all(made).map(all -> tx -> insert(tx, tenant.id(), all.list(), actor));
                });
    }

    private static Future<Void> insert(SqlConnection tx, TenantId tenant, List<Wrapped> keys, String actor) {
        Future<Void> done = Future.succeededFuture();
        for (Wrapped key : keys) {
            done = done.compose(v -> insert(tx, tenant, key, "active", actor));
        }
        return done;
    }

    /** A new key and its wrapped form. */
    record Wrapped(JWK jwk, Buffer secret) {}

    Future<Wrapped> generate(TenantId tenant, JWSAlgorithm algorithm) {
        return vertx.<JWK>executeBlocking(() -> SigningKey.generate(algorithm), false)
                .compose(jwk -> secrets.seal(tenant, "signing_keys/" + jwk.getKeyID(), jwk.toJSONString())
                        .map(secret -> new Wrapped(jwk, Buffer.buffer(secret))));
    }

    static Future<Void> insert(SqlConnection tx, TenantId tenant, Wrapped key, String state, String actor) {
        JWK jwk = key.jwk();
        String sql = """
                INSERT INTO signing_keys (tenant_id, kid, alg, public_jwk, private_jwk, state, activate_at)
                VALUES ($1, $2, $3, $4, $5, $6, now() + CASE $6 WHEN 'published' THEN make_interval(secs => $7) ELSE interval '0' END)
                ON CONFLICT DO NOTHING""";
        Tuple arguments = Tuple.of(
                tenant.value(),
                jwk.getKeyID(),
                jwk.getAlgorithm().getName(),
                new JsonObject(jwk.toPublicJWK().toJSONObject()),
                key.secret(),
                state);
        arguments.addDouble((double) PUBLISH_AHEAD.toSeconds());
        return tx.preparedQuery(sql)
                .execute(arguments)
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture()
                        : AuditTrail.append(
                                tx,
                                tenant,
                                AuditEvent.of(actor, "signing_key." + state, "signing_key:" + jwk.getKeyID())));
    }

    private Future<TenantKeys> load(TenantId tenant) {
        return database.tenants()
                .query(
                        tenant,
                        "SELECT kid, public_jwk, private_jwk, state FROM signing_keys WHERE state <> 'revoked' ORDER BY created_at",
                        Tuple.tuple())
                .compose(rows -> open(tenant, rows));
    }

    private Future<TenantKeys> open(TenantId tenant, RowSet<Row> rows) {
        List<JWK> published = new ArrayList<>();
        List<Future<SigningKey>> active = new ArrayList<>();
        for (Row row : rows) {
            try {
                published.add(JWK.parse(row.getJsonObject("public_jwk").encode()));
            } catch (ParseException e) {
                return Future.failedFuture(e);
            }
            if (row.getString("state").equals("active")) {
                active.add(secrets.open(
                                tenant,
                                "signing_keys/" + row.getString("kid"),
                                row.getBuffer("private_jwk").getBytes())
                        .compose(SigningKeys::parse));
            }
        }
        return Future.all(active).compose(all -> {
            try {
                return Future.succeededFuture(
                        new TenantKeys(active.stream().map(Future::result).toList(), published));
            } catch (JOSEException e) {
                return Future.failedFuture(e);
            }
        });
    }

    private static Future<SigningKey> parse(byte[] json) {
        try {
            return Future.succeededFuture(SigningKey.of(JWK.parse(new String(json, StandardCharsets.UTF_8))));
        } catch (ParseException | JOSEException e) {
            return Future.failedFuture(e);
        }
    }
}
