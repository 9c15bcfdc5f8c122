package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Aead;
import dev.sallyport.tenant.secret.Bearer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;

/**
 * The browser that redeemed a link, doing the setup of one tenant and nothing else.
 *
 * @param linkId the link it came by
 * @param csrf goes into every form; derived from the session's secret, so that nobody else can know it
 */
public record SetupSession(Tenant tenant, String linkId, Set<SetupPurpose> purposes, Instant expiresAt, String csrf) {
    public SetupSession {
        purposes = Set.copyOf(purposes);
    }

    /** Whether the link allows it. */
    public boolean may(SetupPurpose purpose) {
        return purposes.contains(purpose) || purposes.contains(SetupPurpose.BREAK_GLASS);
    }

    /** Who it is in the audit log. */
    public String actor() {
        return "setup:" + linkId;
    }

    /** Whether a form carries this session's token. */
    boolean isOwnToken(String token) {
        return token != null
                && Bearer.same(token.getBytes(StandardCharsets.UTF_8), csrf.getBytes(StandardCharsets.UTF_8));
    }

    static String csrfOf(String sessionSecret) {
        byte[] derived = Aead.derive(sessionSecret.getBytes(StandardCharsets.UTF_8), "sallyport setup form");
        return Base64.getUrlEncoder().withoutPadding().encodeToString(derived);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "SetupSession[" + linkId + "]";
    }
}
