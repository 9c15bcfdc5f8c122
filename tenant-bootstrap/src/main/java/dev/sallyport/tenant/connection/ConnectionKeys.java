package dev.sallyport.tenant.connection;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.SealedSecrets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.Provider;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The keys by which connections are clients of their providers ({@code private_key_jwt}, OpenID Connect Core §9). Each connection has its own,
 * made when it is first needed, so that what one provider gets to see is good at no other (A03). A successor is published before it signs,
 * and its predecessor stays published for {@link #OVERLAP} after that: a provider may read the set whenever it likes.
 */
public final class ConnectionKeys {
    /** How long a successor is published before it signs, unless an admin says otherwise. */
    public static final Duration PUBLISH_AHEAD = Duration.ofDays(1);
    /** How long a key stays published after its last signature. */
    public static final Duration OVERLAP = Duration.ofDays(1);

    private static final String COLUMNS = "kid, public_jwk, private_jwk, created_at, activate_at, retire_at";
    private static final String LIST = "SELECT " + COLUMNS
            + " FROM connection_keys WHERE tenant_id = $1 AND connection_id = $2 ORDER BY activate_at DESC";
    private static final String INSERT = """
            INSERT INTO connection_keys (tenant_id, connection_id, kid, public_jwk, private_jwk, activate_at)
            VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))""";
    private static final String RETIRE = """
            UPDATE connection_keys SET retire_at = now() + make_interval(secs => $3)
            WHERE tenant_id = $1 AND connection_id = $2 AND retire_at IS NULL""";
    // Whatever is left must have one key that stays, and one that signs.
    private static final String MEND = """
            UPDATE connection_keys k SET retire_at = NULL,
              activate_at = CASE WHEN EXISTS (SELECT 1 FROM connection_keys a WHERE a.tenant_id = $1 AND a.connection_id = $2
                AND a.activate_at <= now()) THEN k.activate_at ELSE now() END
            WHERE k.tenant_id = $1 AND k.connection_id = $2 AND k.kid = (SELECT n.kid FROM connection_keys n
              WHERE n.tenant_id = $1 AND n.connection_id = $2 ORDER BY n.activate_at DESC LIMIT 1)""";

    private final Vertx vertx;
    private final Database database;
    private final SealedSecrets secrets;
    private final ConfigCache cache;
    private final Optional<Provider> crypto;
    private final ConfigCache.Region<Owner, List<Pair>> known;

    private record Owner(TenantId tenant, ConnectionId connection) {}

    private record Pair(ConnectionKey key, JWSSigner signer) {}

    /** The change would leave the connection without a key, or a successor waits already. */
    public static final class KeyConflict extends RuntimeException {
        private static final long serialVersionUID = 1L;

        KeyConflict(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * @param crypto signs where the platform has a faster one than the JDK's
     */
    public ConnectionKeys(
            Vertx vertx, Database database, SealedSecrets secrets, ConfigCache cache, Optional<Provider> crypto) {
        this.vertx = vertx;
        this.database = database;
        this.secrets = secrets;
        this.cache = cache;
        this.crypto = crypto;
        this.known = cache.keyed(Duration.ofMinutes(5), this::load);
    }

    /** The keys of a connection that uses them, the latest first; makes the first one. */
    public Future<List<ConnectionKey>> list(TenantId tenant, Connection connection) {
        return pairs(tenant, connection)
                .map(pairs -> pairs.stream().map(Pair::key).toList());
    }

    /** What its provider reads (RFC 7517 §5): every key that signs, will sign, or may just have signed. */
    public Future<JsonObject> jwks(TenantId tenant, Connection connection, Instant now) {
        return list(tenant, connection).map(keys -> new JsonObject()
                .put(
                        "keys",
                        new JsonArray(keys.stream()
                                .filter(key -> key.retireAt().map(now::isBefore).orElse(true))
                                .map(ConnectionKey::publicJwk)
                                .toList())));
    }

    /**
     * Signs with the key that was activated last.
     *
     * @param offered algorithms that the provider says it takes; RS256 where it says nothing, PS256 where that is all it takes of RSA
     */
    Future<String> sign(
            TenantId tenant, Connection connection, JWTClaimsSet claims, List<String> offered, Instant now) {
        JWSAlgorithm algorithm =
                offered.contains("PS256") && !offered.contains("RS256") ? JWSAlgorithm.PS256 : JWSAlgorithm.RS256;
        return pairs(tenant, connection).map(pairs -> {
            Pair active = pairs.stream()
                    .filter(pair -> !pair.key().activateAt().isAfter(now))
                    .findFirst()
                    .orElseGet(() -> pairs.get(pairs.size() - 1));
            JWSHeader header = new JWSHeader.Builder(algorithm)
                    .type(com.nimbusds.jose.JOSEObjectType.JWT)
                    .keyID(active.key().kid())
                    .build();
            SignedJWT jwt = new SignedJWT(header, claims);
            try {
                jwt.sign(active.signer());
            } catch (JOSEException e) {
                throw new IllegalStateException(e);
            }
            return jwt.serialize();
        });
    }

    /**
     * Publishes a successor.
     *
     * @param ahead how long before it signs; a provider that was given the keys by hand needs time
     * @return the new key; fails with {@link KeyConflict} while one waits
     */
    public Future<ConnectionKey> rotate(TenantId tenant, Connection connection, Duration ahead, String actor) {
        return pairs(tenant, connection)
                .compose(first -> made(tenant, connection.id()))
                .compose(key -> database.tenants().transaction(tenant, tx -> locked(tx, tenant, connection.id())
                        .compose(all -> all.stream().anyMatch(ConnectionKeys::waits)
                                ? Future.failedFuture(
                                        new KeyConflict("A successor is published already and takes over by itself."))
                                : tx.preparedQuery(RETIRE)
                                        .execute(owner(tenant, connection.id()).addDouble((double)
                                                ahead.plus(OVERLAP).toSeconds()))
                                        .compose(v -> insert(tx, tenant, connection.id(), key, ahead, actor)))))
                .onSuccess(done -> cache.dropAll())
                .compose(v -> list(tenant, connection))
                .map(all -> all.get(0));
    }

    /** Takes a key out of use at once, as one that has leaked; a waiting successor signs from then on. False if there is no such key. */
    public Future<Boolean> withdraw(TenantId tenant, ConnectionId connection, String kid, String actor) {
        return database.tenants()
                .transaction(tenant, tx -> locked(tx, tenant, connection).compose(all -> {
                    if (all.stream().noneMatch(row -> row.getString("kid").equals(kid))) {
                        return Future.succeededFuture(false);
                    }
                    if (all.size() == 1) {
                        return Future.failedFuture(
                                new KeyConflict("It is the only key. Rotate first, then withdraw it."));
                    }
                    return tx.preparedQuery(
                                    "DELETE FROM connection_keys WHERE tenant_id = $1 AND connection_id = $2 AND kid = $3")
                            .execute(owner(tenant, connection).addString(kid))
                            .compose(v -> tx.preparedQuery(MEND).execute(owner(tenant, connection)))
                            .compose(v -> audit(tx, tenant, connection, "connection_key.withdrawn", kid, actor))
                            .map(true);
                }))
                .onSuccess(done -> cache.dropAll());
    }

    private Future<List<Pair>> pairs(TenantId tenant, Connection connection) {
        Owner owner = new Owner(tenant, connection.id());
        return known.get(owner)
                .compose(pairs -> pairs.isEmpty()
                        ? first(tenant, connection.id()).compose(v -> load(owner))
                        : Future.succeededFuture(pairs));
    }

    private Future<Void> first(TenantId tenant, ConnectionId connection) {
        return made(tenant, connection)
                .compose(key -> database.tenants().transaction(tenant, tx -> locked(tx, tenant, connection)
                        .compose(all -> all.isEmpty()
                                ? insert(tx, tenant, connection, key, Duration.ZERO, "system")
                                : Future.succeededFuture())))
                .onSuccess(done -> cache.dropAll());
    }

    private record Made(RSAKey jwk, Buffer box) {}

    private Future<Made> made(TenantId tenant, ConnectionId connection) {
        return vertx.executeBlocking(
                        () -> new RSAKeyGenerator(2048)
                                .keyID(Uuid7.next().toString())
                                .keyUse(KeyUse.SIGNATURE)
                                .generate(),
                        false)
                .compose(jwk -> secrets.seal(tenant, row(connection, jwk.getKeyID()), jwk.toJSONString())
                        .map(box -> new Made(jwk, Buffer.buffer(box))));
    }

    private static Future<Void> insert(
            SqlConnection tx, TenantId tenant, ConnectionId connection, Made key, Duration ahead, String actor) {
        JsonObject open = new JsonObject(key.jwk().toPublicJWK().toJSONObject());
        return tx.preparedQuery(INSERT)
                .execute(owner(tenant, connection)
                        .addString(key.jwk().getKeyID())
                        .addJsonObject(open)
                        .addBuffer(key.box())
                        .addDouble((double) ahead.toSeconds()))
                .compose(v -> audit(
                        tx, tenant, connection, "connection_key.made", key.jwk().getKeyID(), actor));
    }

    private static Future<Void> audit(
            SqlConnection tx, TenantId tenant, ConnectionId connection, String action, String kid, String actor) {
        return AuditTrail.append(
                tx,
                tenant,
                AuditEvent.of(actor, action, "connection:" + connection).with(new JsonObject().put("kid", kid)));
    }

    private static boolean waits(Row row) {
        return row.getBoolean("waits");
    }

    private static Future<List<Row>> locked(SqlConnection tx, TenantId tenant, ConnectionId connection) {
        return tx.preparedQuery("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
                .execute(Tuple.of(tenant + "|" + connection + "|keys"))
                .compose(v -> tx.preparedQuery(
                                "SELECT kid, activate_at > now() AS waits FROM connection_keys WHERE tenant_id = $1 AND connection_id = $2")
                        .execute(owner(tenant, connection)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false).toList());
    }

    private Future<List<Pair>> load(Owner owner) {
        return database.tenants()
                .query(owner.tenant(), LIST, owner(owner.tenant(), owner.connection()))
                .compose(rows -> {
                    List<Future<Pair>> pairs = new ArrayList<>();
                    rows.forEach(row -> pairs.add(secrets.openText(
                                    owner.tenant(),
                                    row(owner.connection(), row.getString("kid")),
                                    row.getBuffer("private_jwk").getBytes())
                            .map(jwk -> pair(row, jwk))));
                    return Future.all(pairs)
                            .map(v -> pairs.stream().map(Future::result).toList());
                });
    }

    private Pair pair(Row row, String jwk) {
        try {
            JWSSigner signer = new RSASSASigner(JWK.parse(jwk).toRSAKey());
            crypto.ifPresent(provider -> signer.getJCAContext().setProvider(provider));
            return new Pair(
                    new ConnectionKey(
                            row.getString("kid"),
                            row.getJsonObject("public_jwk"),
                            row.getOffsetDateTime("created_at").toInstant(),
                            row.getOffsetDateTime("activate_at").toInstant(),
                            Optional.ofNullable(row.getOffsetDateTime("retire_at"))
                                    .map(OffsetDateTime::toInstant)),
                    signer);
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Tuple owner(TenantId tenant, ConnectionId connection) {
        return Tuple.tuple().addUUID(tenant.value()).addUUID(connection.value());
    }

    private static String row(ConnectionId connection, String kid) {
        return "connection_keys/" + connection + "/" + kid;
    }
}
