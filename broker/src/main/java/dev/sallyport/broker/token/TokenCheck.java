package dev.sallyport.broker.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.keys.SigningKeys;
import dev.sallyport.broker.keys.TenantKeys;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * Judges tokens that we issued ourselves: first by signature and claims, then, for what must be true this very moment, by the database.
 */
public final class TokenCheck {
    /** Longer texts are not looked at. */
    public static final int MAX_LENGTH = 8_192;

    /**
     * One question to the database: is the person on, the session live, and nothing of it cut off? Cut-offs of persons and tenants are
     * compared with the beginning of the session, which is exact, not with the token's time, which is in whole seconds. Of a token that
     * was got on somebody's behalf both applications must be enabled, the one that got it and the one that it is for.
     */
    private static final String BY_SESSION = """
            SELECT 1 FROM users u JOIN sessions s ON s.tenant_id = u.tenant_id AND s.user_id = u.id
            JOIN tenant_applications a ON a.tenant_id = u.tenant_id AND a.client_id = $4
            JOIN connections c ON c.tenant_id = s.tenant_id AND c.id = s.connection_id AND c.status = 'active'
            WHERE u.id = $1 AND u.status = 'active' AND (u.not_before IS NULL OR u.not_before < s.created_at)
              AND ($3::timestamptz IS NULL OR $3 < s.created_at)
              AND s.id = $2 AND s.ended_at IS NULL AND s.expires_at > now()
              AND NOT EXISTS (SELECT 1 FROM revocations r WHERE (r.kind, r.value) IN (('jti', $5), ('session', $6), ('kid', $7)))
              AND ($8::text IS NULL OR EXISTS (SELECT 1 FROM tenant_applications t WHERE t.audience = $8))""";
    /** The same for a token that an API key was exchanged for: the key stands where the session stands. */
    private static final String BY_KEY = """
            SELECT 1 FROM users u JOIN api_keys k ON k.tenant_id = u.tenant_id AND k.user_id = u.id
            JOIN tenant_applications a ON a.tenant_id = u.tenant_id AND a.client_id = $4
            WHERE u.id = $1 AND u.status = 'active' AND (u.not_before IS NULL OR u.not_before < k.created_at)
              AND ($3::timestamptz IS NULL OR $3 < k.created_at)
              AND k.id = $2 AND k.ended_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
              AND NOT EXISTS (SELECT 1 FROM revocations r WHERE (r.kind, r.value) IN (('jti', $5), ('kid', $7)))
              AND NOT EXISTS (SELECT 1 FROM revocations r WHERE r.kind = 'api_key' AND r.value = $6 AND r.not_before >= $9)
              AND ($8::text IS NULL OR EXISTS (SELECT 1 FROM tenant_applications t WHERE t.audience = $8))""";

    private final String publicUrl;
    private final SigningKeys keys;
    private final Database database;
    private final Clock clock;

    public TokenCheck(String publicUrl, SigningKeys keys, Database database, Clock clock) {
        this.publicUrl = publicUrl;
        this.keys = keys;
        this.database = database;
        this.clock = clock;
    }

    /** The token if it is an access token of this tenant by signature, type, issuer and times, cut off or not; opens nothing. */
    public Future<Optional<VerifiedToken>> genuine(Tenant tenant, String token) {
        return accessToken(tenant, token);
    }

    /** The token if it is an access token of this tenant that is good now: signature, type, issuer, times, and nothing cut it off. */
    public Future<Optional<VerifiedToken>> live(Tenant tenant, String token) {
        return accessToken(tenant, token)
                .compose(verified -> verified.isEmpty() || !tenant.isActive()
                        ? Future.succeededFuture(Optional.empty())
                        : isLive(tenant, verified.get()).map(live -> live ? verified : Optional.empty()));
    }

    /** The claims of one of this tenant's ID tokens, expired or not, whatever its audience; for {@code id_token_hint}. */
    public Future<Optional<JWTClaimsSet>> idTokenHint(Tenant tenant, String token) {
        return signed(tenant, token).map(jwt -> jwt.filter(j -> "JWT".equals(type(j)))
                .flatMap(TokenCheck::claims)
                .filter(claims -> tenant.issuer(publicUrl).equals(claims.getIssuer())));
    }

    private Future<Optional<VerifiedToken>> accessToken(Tenant tenant, String token) {
        Instant now = clock.instant();
        return signed(tenant, token)
                .map(jwt -> jwt.filter(j -> Tokens.ACCESS_TOKEN.getType().equals(type(j)))
                        .flatMap(j -> claims(j)
                                .filter(c -> tenant.issuer(publicUrl).equals(c.getIssuer())
                                        && c.getAudience().size() == 1
                                        && c.getExpirationTime() != null
                                        && c.getExpirationTime().toInstant().isAfter(now)
                                        && c.getIssueTime() != null)
                                .map(c -> new VerifiedToken(c, j.getHeader().getKeyID()))));
    }

    private Future<Optional<SignedJWT>> signed(Tenant tenant, String token) {
        if (token == null || token.length() > MAX_LENGTH) {
            return Future.succeededFuture(Optional.empty());
        }
        SignedJWT jwt;
        try {
            jwt = SignedJWT.parse(token);
        } catch (ParseException e) {
            return Future.succeededFuture(Optional.empty());
        }
        return keys.of(tenant.id()).map(all -> verified(all, jwt) ? Optional.of(jwt) : Optional.empty());
    }

    private static boolean verified(TenantKeys keys, SignedJWT jwt) {
        JWSVerifier verifier = keys.verifier(
                        jwt.getHeader().getKeyID(), jwt.getHeader().getAlgorithm())
                .orElse(null);
        try {
            return verifier != null && jwt.verify(verifier);
        } catch (JOSEException e) {
            return false;
        }
    }

    /**
     * Asks within a transaction that issues something for a person's token whether it is live. If it is, what it hangs on, session or API
     * key, stays as it is until the transaction ends.
     */
    public Future<Boolean> hold(SqlConnection tx, Tenant tenant, VerifiedToken token) {
        return tx.preparedQuery(
                        token.apiKey().isPresent() ? BY_KEY + " FOR SHARE OF k" : BY_SESSION + " FOR SHARE OF s")
                .execute(arguments(tenant, token))
                .map(rows -> rows.size() == 1);
    }

    private Future<Boolean> isLive(Tenant tenant, VerifiedToken token) {
        if (token.user().isEmpty()) {
            boolean cutOff =
                    tenant.notBefore().map(t -> !token.issuedAt().isAfter(t)).orElse(false);
            return cutOff ? Future.succeededFuture(false) : clientIsLive(tenant, token);
        }
        return database.tenants()
                .query(tenant.id(), token.apiKey().isPresent() ? BY_KEY : BY_SESSION, arguments(tenant, token))
                .map(rows -> rows.size() == 1);
    }

    private static Tuple arguments(Tenant tenant, VerifiedToken token) {
        Optional<UUID> origin = token.apiKey().or(token::session);
        Tuple arguments = Tuple.from(Arrays.asList(
                token.user().orElse(null),
                origin.orElse(null),
                tenant.notBefore().map(t -> t.atOffset(ZoneOffset.UTC)).orElse(null),
                token.clientId(),
                token.claims().getJWTID(),
                String.valueOf(origin.orElse(null)),
                token.kid(),
                token.isDelegated() ? token.audience() : null));
        return token.apiKey().isPresent()
                ? arguments.addOffsetDateTime(token.issuedAt().atOffset(ZoneOffset.UTC))
                : arguments;
    }

    private Future<Boolean> clientIsLive(Tenant tenant, VerifiedToken token) {
        return database.tenants()
                .query(
                        tenant.id(),
                        """
                        SELECT 1 FROM tenant_applications a WHERE a.client_id = $1
                          AND NOT EXISTS (SELECT 1 FROM revocations r WHERE (r.kind, r.value) IN (('jti', $2), ('kid', $3)))""",
                        Tuple.of(token.clientId(), token.claims().getJWTID(), token.kid()))
                .map(rows -> rows.size() == 1);
    }

    private static String type(SignedJWT jwt) {
        return jwt.getHeader().getType() == null
                ? ""
                : jwt.getHeader().getType().getType();
    }

    private static Optional<JWTClaimsSet> claims(SignedJWT jwt) {
        try {
            return Optional.of(jwt.getJWTClaimsSet());
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}
