package dev.sallyport.broker.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.keys.SigningKeys;
import dev.sallyport.broker.keys.TenantKeys;
import dev.sallyport.broker.people.Person;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Judges tokens that we issued ourselves: first by signature and claims, then, for what must be true this very moment, by the database.
 */
public final class TokenCheck {
    /** Longer texts are not looked at. */
    public static final int MAX_LENGTH = 8_192;

    private final String publicUrl;
    private final SigningKeys keys;
    private final Liveness liveness;
    private final Clock clock;

    public TokenCheck(String publicUrl, SigningKeys keys, Database database, Clock clock) {
        this.publicUrl = publicUrl;
        this.keys = keys;
        this.liveness = new Liveness(database);
        this.clock = clock;
    }

    /** The token if it is an access token of this tenant by signature, type, issuer and times, cut off or not; opens nothing. */
    public Future<Optional<VerifiedToken>> genuine(Tenant tenant, String token) {
        return accessToken(tenant, token);
    }

    /**
     * A token that is good now.
     *
     * @param person whom it is about; empty for an application's own token
     */
    public record Live(VerifiedToken token, Optional<Person> person) {}

    /** The token if it is an access token of this tenant that is good now: signature, type, issuer, times, and nothing cut it off. */
    public Future<Optional<Live>> live(Tenant tenant, String token) {
        return accessToken(tenant, token).compose(verified -> {
            if (verified.isEmpty() || !tenant.isActive()) {
                return Future.succeededFuture(Optional.empty());
            }
            VerifiedToken genuine = verified.get();
            return genuine.user().isEmpty()
                    ? liveness.application(tenant, genuine)
                            .map(live -> live ? Optional.of(new Live(genuine, Optional.empty())) : Optional.empty())
                    : liveness.person(tenant, genuine).map(person -> person.map(p -> new Live(genuine, person)));
        });
    }

    /**
     * Asks within a transaction that issues something for a person's token whether it is live. If it is, what it hangs on, session or API
     * key, stays as it is until the transaction ends.
     */
    public Future<Boolean> hold(SqlConnection tx, Tenant tenant, VerifiedToken token) {
        return liveness.hold(tx, tenant, token).map(Optional::isPresent);
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
