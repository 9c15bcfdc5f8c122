package dev.sallyport.broker.token;

import dev.sallyport.broker.session.SessionId;
import dev.sallyport.tenant.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * For whom a token is: a person in a session.
 *
 * @param scope in the order in which it was granted
 * @param nonce of the authorization request, for the first ID token only
 */
public record TokenSubject(
        UserId user,
        SessionId session,
        Instant authTime,
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
