package dev.sallyport.broker.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.keys.SigningKey;
import dev.sallyport.broker.keys.SigningKeys;
import dev.sallyport.broker.keys.TenantKeys;
import dev.sallyport.broker.people.Person;
import dev.sallyport.roles.Access;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.UUID;

/** Makes the signed tokens of a tenant: access tokens (RFC 9068), ID tokens (OpenID Connect Core §2), logout tokens (Back-Channel Logout §2.4). */
public final class Tokens {
    /** {@code typ} of access tokens. */
    public static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");
    /** {@code typ} of logout tokens. */
    public static final JOSEObjectType LOGOUT_TOKEN = new JOSEObjectType("logout+jwt");
    /** The event in a logout token. */
    public static final String LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

    private static final Duration LOGOUT_TOKEN_LIFE = Duration.ofMinutes(2);

    private final String publicUrl;
    private final SigningKeys keys;
    private final Clock clock;

    public Tokens(String publicUrl, SigningKeys keys, Clock clock) {
        this.publicUrl = publicUrl;
        this.keys = keys;
        this.clock = clock;
    }

    /** What a tenant signs with now. Read it before a transaction, not in it, as {@link dev.sallyport.broker.people.PersonAccess#rules}. */
    public Future<TenantKeys> keys(Tenant tenant) {
        return keys.of(tenant.id());
    }

    /** An access token that is good for exactly one application in exactly one tenant. */
    public Future<String> accessToken(
            TenantKeys with, Tenant tenant, Applications.Client client, TokenSubject subject, Access access) {
        Instant now = clock.instant();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(tenant.issuer(publicUrl))
                .audience(client.audience())
                .subject(subject.user().toString())
                .claim("client_id", client.id())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(tenant.lifetimes().accessToken())))
                .jwtID(UUID.randomUUID().toString())
                .claim("sid", subject.session().toString())
                .claim("auth_time", subject.authTime().getEpochSecond())
                .claim("scope", String.join(" ", subject.scope()))
                .claim("tenant", tenant.slug())
                .claim(
                        "permissions",
                        access.permissions().stream().map(p -> p.name()).toList())
                .claim("roles", access.roles().stream().toList());
        subject.family().ifPresent(family -> claims.claim("fam", family.toString()));
        authentication(claims, subject);
        return sign(with, tenant, client.application().signingAlgorithm(), ACCESS_TOKEN, claims.build());
    }

    /** An access token for an application itself (RFC 6749 §4.4); its subject is the client and holds no permissions of a person. */
    public Future<String> accessTokenForClient(Tenant tenant, Applications.Client client, String scope) {
        Instant now = clock.instant();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(tenant.issuer(publicUrl))
                .audience(client.audience())
                .subject("client:" + client.id())
                .claim("client_id", client.id())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(tenant.lifetimes().accessToken())))
                .jwtID(UUID.randomUUID().toString())
                .claim("scope", scope)
                .claim("tenant", tenant.slug())
                .claim("permissions", java.util.List.of())
                .claim("roles", java.util.List.of())
                .build();
        return sign(tenant, client.application().signingAlgorithm(), ACCESS_TOKEN, claims);
    }

    /** An access token with claims that were put together elsewhere, such as for token exchange (RFC 8693). */
    public Future<String> accessToken(TenantKeys with, Tenant tenant, JWSAlgorithm algorithm, JWTClaimsSet claims) {
        return sign(with, tenant, algorithm, ACCESS_TOKEN, claims);
    }

    /** An ID token for an application. */
    public Future<String> idToken(
            TenantKeys with,
            Tenant tenant,
            Applications.Client client,
            TokenSubject subject,
            Person person,
            String accessToken) {
        Instant now = clock.instant();
        JWSAlgorithm algorithm = client.application().signingAlgorithm();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(tenant.issuer(publicUrl))
                .audience(client.id())
                .subject(subject.user().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(tenant.lifetimes().accessToken())))
                .claim("sid", subject.session().toString())
                .claim("auth_time", subject.authTime().getEpochSecond())
                .claim("session_expiry", subject.sessionEnd().getEpochSecond())
                .claim("tenant", tenant.slug())
                .claim("at_hash", leftHalf(accessToken));
        subject.nonce().ifPresent(nonce -> claims.claim("nonce", nonce));
        authentication(claims, subject);
        UserClaims.of(person, subject.scope()).forEach(claims::claim);
        return sign(with, tenant, algorithm, JOSEObjectType.JWT, claims.build());
    }

    /** A logout token for an application that holds tokens of a session. */
    public Future<String> logoutToken(
            Tenant tenant, Applications.Client client, String subject, String sid, String jti) {
        Instant now = clock.instant();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(tenant.issuer(publicUrl))
                .audience(client.id())
                .subject(subject)
                .claim("sid", sid)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LOGOUT_TOKEN_LIFE)))
                .jwtID(jti)
                .claim("events", Map.of(LOGOUT_EVENT, Map.of()))
                .build();
        return sign(tenant, client.application().signingAlgorithm(), LOGOUT_TOKEN, claims);
    }

    /** What the IdP said of the sign-in; where it said nothing, the lowest: {@code acr} 0 (OpenID Connect Core §2) and no method. */
    private static void authentication(JWTClaimsSet.Builder claims, TokenSubject subject) {
        claims.claim("acr", subject.acr().orElse("0")).claim("amr", subject.amr());
    }

    private Future<String> sign(Tenant tenant, JWSAlgorithm algorithm, JOSEObjectType type, JWTClaimsSet claims) {
        return keys(tenant).compose(with -> sign(with, tenant, algorithm, type, claims));
    }

    private static Future<String> sign(
            TenantKeys with, Tenant tenant, JWSAlgorithm algorithm, JOSEObjectType type, JWTClaimsSet claims) {
        SigningKey key = with.signing(algorithm).orElse(null);
        if (key == null) {
            return Future.failedFuture(
                    new IllegalStateException("tenant " + tenant.slug() + " has no key for " + algorithm));
        }
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(algorithm)
                        .type(type)
                        .keyID(key.jwk().getKeyID())
                        .build(),
                claims);
        try {
            jwt.sign(key.signer());
            return Future.succeededFuture(jwt.serialize());
        } catch (JOSEException e) {
            return Future.failedFuture(e);
        }
    }

    /** {@code at_hash}: the left half of the SHA-256 of the token's ASCII form (OpenID Connect Core §3.1.3.6). */
    private static String leftHalf(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, hash.length / 2));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
