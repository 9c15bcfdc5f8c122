package dev.sallyport.broker.admin;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Times as they stand in requests and answers: RFC 3339, in answers always UTC. */
final class Times {
    private Times() {}

    static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS).toString();
    }

    static String text(OffsetDateTime time) {
        return time == null ? null : text(time.toInstant());
    }

    /** The text, or null for none; a member without a value is left out. */
    static String text(Optional<Instant> time) {
        return time.map(Times::text).orElse(null);
    }

    /** Reads a time of the body. Fails with 422 at the pointer for one that no calendar has. */
    static Instant read(String text, String pointer) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw Problem.unprocessable(pointer, "This is not a moment in time.");
        }
    }

    /** Reads a time in a query parameter. */
    static OffsetDateTime parameter(String name, String text) {
        try {
            return OffsetDateTime.parse(text);
        } catch (DateTimeException e) {
            throw Problem.badParameter(name, "is not a moment in time");
        }
    }
}
