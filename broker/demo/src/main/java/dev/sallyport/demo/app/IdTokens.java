package dev.sallyport.demo.app;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.demo.app.Signatures.Kind;
import dev.sallyport.demo.page.Secrets;
import io.vertx.core.Future;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Checks the ID token that a code was exchanged for (OpenID Connect Core §3.1.3.7). */
final class IdTokens {

    private static final Duration SKEW = Duration.ofSeconds(5);

    /** Who signed in; {@code email} and {@code sid} are empty when the token does not say. */
    record Identity(String subject, String name, String email, String sid) {}

    private IdTokens() {}

    /** The identity; fails with {@link SignInRefused} when the token is not Sallyport's answer to this very sign-in. */
    static Future<Identity> check(String token, Jwks keys, String issuer, String clientId, String nonce, Clock clock) {
        return Signatures.check(token, Kind.ID, keys).map(signed -> {
            JWTClaimsSet claims = signed.claims();
            Instant now = clock.instant();
            try {
                String azp = claims.getStringClaim("azp");
                boolean good = issuer.equals(claims.getIssuer())
                        && claims.getAudience().equals(List.of(clientId))
                        && (azp == null || azp.equals(clientId))
                        && claims.getSubject() != null
                        && claims.getExpirationTime() != null
                        && claims.getIssueTime() != null
                        && now.isBefore(claims.getExpirationTime().toInstant().plus(SKEW))
                        && !claims.getIssueTime().toInstant().isAfter(now.plus(SKEW))
                        && claims.getStringClaim("nonce") != null
                        && Secrets.same(claims.getStringClaim("nonce"), nonce);
                if (!good) {
                    throw SignInRefused.invalid("the ID token does not answer this sign-in");
                }
                String email = text(claims, "email");
                String name = text(claims, "name");
                return new Identity(claims.getSubject(), name.isEmpty() ? email : name, email, text(claims, "sid"));
            } catch (ParseException e) {
                throw SignInRefused.invalid("a claim has the wrong type");
            }
        });
    }

    private static String text(JWTClaimsSet claims, String name) throws ParseException {
        String value = claims.getStringClaim(name);
        return value == null ? "" : value;
    }
}
