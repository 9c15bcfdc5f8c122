package dev.sallyport.tenant.alarm;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that somebody has to look at.
 *
 * @param kind such as {@code issuer_changed}
 * @param subject what it is about, such as {@code connection:{id}}
 * @param times how often it was seen to be the case
 * @param resolvedAt when it was seen not to be the case any more
 */
public record Alarm(
        UUID id,
        String kind,
        String subject,
        JsonObject detail,
        long times,
        Instant raisedAt,
        Instant lastSeenAt,
        Optional<Instant> resolvedAt,
        Optional<Instant> acknowledgedAt,
        Optional<String> acknowledgedBy) {}
