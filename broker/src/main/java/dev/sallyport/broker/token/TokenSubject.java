package dev.sallyport.broker.token;

import dev.sallyport.broker.session.SessionId;
import dev.sallyport.tenant.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * For whom a token is: a person in a session.
 *
 * @param family of refresh tokens that the grant belongs to, so that giving one back ends its access tokens too (RFC 7009 §2.1)
 * @param sessionEnd when the session ends at the latest (IPSIE {@code session_expiry})
 * @param scope in the order in which it was granted
 * @param nonce of the authorization request, for the first ID token only
 */
public record TokenSubject(
        UserId user,
        SessionId session,
        Optional<UUID> family,
        Instant authTime,
        Instant sessionEnd,
        Optional<String> acr,
        List<String> amr,
        List<String> scope,
        Optional<String> nonce) {
    public TokenSubject {
        amr = List.copyOf(amr);
        scope = List.copyOf(scope);
    }

    /** Whether an OpenID scope was granted. */
    public boolean has(String name) {
        return scope.contains(name);
    }
}
