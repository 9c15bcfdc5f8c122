package dev.sallyport.verifier;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a good access token says (RFC 9068 §2.2, and Sallyport's {@code tenant}, {@code permissions} and {@code roles}).
 *
 * @param tenant slug of the tenant whose data the request may see; take it from here and from nowhere else
 * @param subject the person, or {@code client:{client_id}} for an application's own token
 * @param kid the key that signed it
 * @param permissions what the bearer may do; decide by these
 * @param claims all of them, unmodifiable
 */
public record VerifiedToken(
        String issuer,
        String tenant,
        String subject,
        String clientId,
        String id,
        String kid,
        Instant issuedAt,
        Instant expiresAt,
        Set<String> scopes,
        Set<String> permissions,
        Set<String> roles,
        Map<String, Object> claims) {
    public VerifiedToken {
        scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
        permissions = Collections.unmodifiableSet(new LinkedHashSet<>(permissions));
        roles = Collections.unmodifiableSet(new LinkedHashSet<>(roles));
        claims = Collections.unmodifiableMap(claims);
    }

    /** {@code sid}: the session it came from; empty for an application's own token. */
    public Optional<String> sessionId() {
        return text("sid");
    }

    /** {@code fam}: the family of refresh tokens that it came from. */
    public Optional<String> family() {
        return text("fam");
    }

    /** {@code api_key_id}: the API key that it was exchanged for. */
    public Optional<String> apiKey() {
        return text("api_key_id");
    }

    /** {@code auth_time}: when the person last proved who they are. */
    public Optional<Instant> authTime() {
        return claims.get("auth_time") instanceof Number seconds
                ? Optional.of(Instant.ofEpochSecond(seconds.longValue()))
                : Optional.empty();
    }

    /** Whether it holds a permission. */
    public boolean has(String permission) {
        return permissions.contains(permission);
    }

    /**
     * This token, if it holds all these permissions.
     *
     * @throws TokenRefused 403 {@code insufficient_scope}, naming the first that is missing
     */
    public VerifiedToken require(String... needed) {
        for (String permission : needed) {
            if (!has(permission)) {
                throw new TokenRefused(
                        TokenRefused.Reason.PERMISSION,
                        "the permission " + permission.replaceAll("[^\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]", "?")
                                + " is needed");
            }
        }
        return this;
    }

    /**
     * This token, if it is of this tenant; for an API that has the tenant in its addresses.
     *
     * @throws TokenRefused 401
     */
    public VerifiedToken requireTenant(String slug) {
        if (!tenant.equals(slug)) {
            throw new TokenRefused(TokenRefused.Reason.TENANT);
        }
        return this;
    }

    private Optional<String> text(String claim) {
        return claims.get(claim) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** Names the token without showing what it holds. */
    @Override
    public String toString() {
        return "VerifiedToken[" + tenant + ", " + subject + ", " + clientId + ", until " + expiresAt + "]";
    }
}
