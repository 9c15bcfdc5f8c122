package dev.sallyport.demo.app;

import java.time.Instant;
import java.util.List;

/**
 * What a good access token says (RFC 9068, and Sallyport's {@code tenant}, {@code permissions} and {@code roles}). {@code sid},
 * {@code family} and {@code apiKey} are empty when the token names none; {@code authTime} is the issue time when the token names none.
 */
public record AccessToken(
        String tenant,
        String subject,
        String clientId,
        String sid,
        String family,
        String apiKey,
        String jti,
        String kid,
        Instant issuedAt,
        Instant expiresAt,
        Instant authTime,
        List<String> permissions,
        List<String> roles,
        String scope) {}
