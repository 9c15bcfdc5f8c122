package dev.sallyport.demo.app;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.demo.app.Signatures.Kind;
import dev.sallyport.demo.app.Signatures.Signed;
import io.vertx.core.Future;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/** Decides whether an access token is good for one tenant, by the key set and the revocation feed alone (RFC 9068 §4). */
final class AccessTokens {

    private static final Duration SKEW = Duration.ofSeconds(5);

    private final Clock clock;
    private final String tenant;
    private final String issuer;
    private final String audience;
    private final RevocationFeed feed;

    AccessTokens(Clock clock, String tenant, String issuer, String audience, RevocationFeed feed) {
        this.clock = clock;
        this.tenant = tenant;
        this.issuer = issuer;
        this.audience = audience;
        this.feed = feed;
    }

    /** The token's content; fails with {@link TokenRefused} when it is not good here and now. */
    Future<AccessToken> check(String token, Jwks keys) {
        return Signatures.check(token, Kind.ACCESS, keys).map(this::read).compose(read -> feed.current()
                .map(cutoffs -> {
                    if (cutoffs.refuse(read)) {
                        throw TokenRefused.invalid("the token was revoked");
                    }
                    return read;
                }));
    }

    private AccessToken read(Signed signed) {
        JWTClaimsSet claims = signed.claims();
        require(issuer.equals(claims.getIssuer()), "another issuer made it");
        require(claims.getAudience().equals(List.of(audience)), "it is for another audience");
        try {
            Instant now = clock.instant();
            Instant issuedAt = time(claims.getIssueTime());
            Instant expiresAt = time(claims.getExpirationTime());
            require(now.isBefore(expiresAt.plus(SKEW)), "it has expired");
            require(!issuedAt.isAfter(now.plus(SKEW)), "it is from the future");
            Date notBefore = claims.getNotBeforeTime();
            require(notBefore == null || !notBefore.toInstant().isAfter(now.plus(SKEW)), "it is not valid yet");
            require(tenant.equals(claims.getStringClaim("tenant")), "it is of another tenant");
            return new AccessToken(
                    tenant,
                    text(claims.getSubject()),
                    text(claims.getStringClaim("client_id")),
                    Optional.ofNullable(claims.getStringClaim("sid")).orElse(""),
                    Optional.ofNullable(claims.getStringClaim("family_id")).orElse(""),
                    Optional.ofNullable(claims.getStringClaim("api_key_id")).orElse(""),
                    text(claims.getJWTID()),
                    signed.kid(),
                    issuedAt,
                    expiresAt,
                    Optional.ofNullable(claims.getDateClaim("auth_time"))
                            .map(Date::toInstant)
                            .orElse(issuedAt),
                    list(claims, "permissions"),
                    list(claims, "roles"),
                    Optional.ofNullable(claims.getStringClaim("scope")).orElse(""));
        } catch (ParseException e) {
            throw TokenRefused.invalid("a claim has the wrong type");
        }
    }

    private static Instant time(Date date) {
        require(date != null, "a time is missing");
        return date.toInstant();
    }

    private static String text(String value) {
        require(value != null && !value.isBlank(), "a claim is missing");
        return value;
    }

    private static List<String> list(JWTClaimsSet claims, String name) throws ParseException {
        return Optional.ofNullable(claims.getStringListClaim(name))
                .map(List::copyOf)
                .orElse(List.of());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw TokenRefused.invalid(otherwise);
        }
    }
}
