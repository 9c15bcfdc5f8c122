package dev.sallyport.demo.idp;

import dev.sallyport.demo.page.Secrets;
import dev.sallyport.demo.page.ShortLived;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Codes, access tokens and refresh tokens. All that grows out of one code is one family: when a code or a refresh token is
 * used twice, the family dies (RFC 6749 §4.1.2, RFC 9700 §4.14.2).
 */
final class Grants {

    static final Duration ACCESS_TOKEN_LIFE = Duration.ofMinutes(5);
    private static final Duration CODE_LIFE = Duration.ofSeconds(60);
    private static final Duration REFRESH_TOKEN_LIFE = Duration.ofHours(8);

    /** What the person's sign-in granted to a client. */
    record Grant(String family, String clientId, String subject, String sid, Instant authTime, Set<String> scopes) {}

    /** A grant that waits behind a code; {@code nonce} is empty when the client sent none. */
    record Code(Grant grant, String redirectUri, String challenge, String nonce) {}

    private final ShortLived<Code> codes;
    private final ShortLived<Grant> accessTokens;
    private final ShortLived<Grant> refreshTokens;
    private final ShortLived<String> spent;

    Grants(Clock clock) {
        codes = new ShortLived<>(clock, CODE_LIFE);
        accessTokens = new ShortLived<>(clock, ACCESS_TOKEN_LIFE);
        refreshTokens = new ShortLived<>(clock, REFRESH_TOKEN_LIFE);
        spent = new ShortLived<>(clock, REFRESH_TOKEN_LIFE);
    }

    String newCode(Code code) {
        String value = Secrets.random();
        codes.put(value, code);
        return value;
    }

    /** Hands out the code once; a second use ends everything that came from the first. */
    Optional<Code> useCode(String value) {
        Optional<Code> code = codes.take(value);
        code.ifPresentOrElse(found -> spent.put(value, found.grant().family()), () -> spent.get(value)
                .ifPresent(this::endFamily));
        return code;
    }

    String newAccessToken(Grant grant) {
        String value = Secrets.random();
        accessTokens.put(value, grant);
        return value;
    }

    Optional<Grant> accessToken(String value) {
        return accessTokens.get(value);
    }

    String newRefreshToken(Grant grant) {
        String value = Secrets.random();
        refreshTokens.put(value, grant);
        return value;
    }

    /** Hands out the refresh token's grant once and only to its client; a second use ends the family. */
    Optional<Grant> useRefreshToken(String value, String clientId) {
        if (refreshTokens
                .get(value)
                .filter(grant -> !grant.clientId().equals(clientId))
                .isPresent()) {
            return Optional.empty();
        }
        Optional<Grant> grant = refreshTokens.take(value);
        grant.ifPresentOrElse(found -> spent.put(value, found.family()), () -> spent.get(value)
                .ifPresent(this::endFamily));
        return grant;
    }

    /** Ends the token if this client owns it: an access token alone, a refresh token with its whole family (RFC 7009 §2.1). */
    void revoke(String value, String clientId) {
        accessTokens
                .get(value)
                .filter(grant -> grant.clientId().equals(clientId))
                .ifPresent(g -> accessTokens.take(value));
        refreshTokens
                .get(value)
                .filter(grant -> grant.clientId().equals(clientId))
                .ifPresent(grant -> endFamily(grant.family()));
    }

    void endSubject(String subject) {
        end(grant -> grant.subject().equals(subject));
    }

    /** Ends what lives only as long as the session: everything but grants with {@code offline_access}. */
    void endSession(String sid) {
        end(grant -> grant.sid().equals(sid) && !grant.scopes().contains("offline_access"));
    }

    private void endFamily(String family) {
        end(grant -> grant.family().equals(family));
    }

    private void end(Predicate<Grant> match) {
        codes.removeIf(code -> match.test(code.grant()));
        accessTokens.removeIf(match);
        refreshTokens.removeIf(match);
    }
}
