package dev.sallyport.broker.token;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tenant.Uuids;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** An access token of ours whose signature, issuer, type and times are right. Whether it was cut off is asked elsewhere. */
public record VerifiedToken(JWTClaimsSet claims, String kid) {
    /** The claim that names the API key which a token was exchanged for. */
    public static final String API_KEY = "api_key_id";

    /** {@code sub}. */
    public String subject() {
        return claims.getSubject();
    }

    /** The person it is about; empty for an application's own token. */
    public Optional<UUID> user() {
        return Uuids.parse(claims.getSubject());
    }

    /** The session it came from; empty for an application's own token. */
    public Optional<UUID> session() {
        return Uuids.parse(text("sid"));
    }

    /** {@code fam}: the family of refresh tokens that it came with, or null. */
    public String family() {
        return text("fam");
    }

    /** The API key that it was exchanged for, if it was. */
    public Optional<UUID> apiKey() {
        return Uuids.parse(text(API_KEY));
    }

    /** Whether an application got it on somebody's behalf (RFC 8693 §4.1). */
    public boolean isDelegated() {
        return claims.getClaim("act") != null;
    }

    /** When the person signed in; empty if it does not say. */
    public Optional<Instant> authTime() {
        return claims.getClaim("auth_time") instanceof Number seconds
                ? Optional.of(Instant.ofEpochSecond(seconds.longValue()))
                : Optional.empty();
    }

    /** {@code client_id}. */
    public String clientId() {
        return text("client_id");
    }

    /** The one audience. */
    public String audience() {
        return claims.getAudience().get(0);
    }

    /** {@code iat}. */
    public Instant issuedAt() {
        return claims.getIssueTime().toInstant();
    }

    /** {@code scope}, split. */
    public List<String> scope() {
        String scope = text("scope");
        return scope == null || scope.isEmpty() ? List.of() : List.of(scope.split(" "));
    }

    /** {@code permissions}. */
    public List<String> permissions() {
        try {
            List<String> permissions = claims.getStringListClaim("permissions");
            return permissions == null ? List.of() : permissions;
        } catch (ParseException e) {
            return List.of();
        }
    }

    private String text(String name) {
        return claims.getClaim(name) instanceof String text ? text : null;
    }
}
