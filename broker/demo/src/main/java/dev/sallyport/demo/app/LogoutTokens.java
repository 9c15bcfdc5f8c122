package dev.sallyport.demo.app;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.demo.app.Signatures.Kind;
import io.vertx.core.Future;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Checks a logout token (OpenID Connect Back-Channel Logout §2.6). */
final class LogoutTokens {

    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final Duration SKEW = Duration.ofSeconds(5);
    private static final Duration OLDEST = Duration.ofMinutes(10);

    /** Whose sessions are over; one of {@code subject} and {@code sid} may be empty. */
    record Notice(String jti, String subject, String sid) {}

    private LogoutTokens() {}

    /** What the token announces; fails with {@link SignInRefused}. */
    static Future<Notice> check(String token, Jwks keys, String issuer, String clientId, Clock clock) {
        return Signatures.check(token, Kind.LOGOUT, keys).map(signed -> {
            try {
                return read(signed.claims(), issuer, clientId, clock.instant());
            } catch (ParseException e) {
                throw SignInRefused.invalid("a claim has the wrong type");
            }
        });
    }

    private static Notice read(JWTClaimsSet claims, String issuer, String clientId, Instant now) throws ParseException {
        require(issuer.equals(claims.getIssuer()), "another issuer made it");
        require(claims.getAudience().equals(List.of(clientId)), "it is for another client");
        require(claims.getIssueTime() != null && claims.getExpirationTime() != null, "a time is missing");
        Instant issuedAt = claims.getIssueTime().toInstant();
        require(now.isBefore(claims.getExpirationTime().toInstant().plus(SKEW)), "it has expired");
        require(
                !issuedAt.isAfter(now.plus(SKEW)) && issuedAt.isAfter(now.minus(OLDEST)),
                "it is too old or from the future");
        Map<String, Object> events = claims.getJSONObjectClaim("events");
        require(events != null && events.get(EVENT) instanceof Map, "it announces no logout");
        require(!claims.getClaims().containsKey("nonce"), "it holds a nonce");
        String jti = claims.getJWTID();
        require(jti != null && !jti.isBlank(), "it has no id");
        String subject = claims.getSubject();
        String sid = claims.getStringClaim("sid");
        require(subject != null || sid != null, "it names nobody");
        return new Notice(jti, subject == null ? "" : subject, sid == null ? "" : sid);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw SignInRefused.invalid(otherwise);
        }
    }
}
