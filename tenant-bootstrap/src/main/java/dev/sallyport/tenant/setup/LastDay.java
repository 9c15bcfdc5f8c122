package dev.sallyport.tenant.setup;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** The last day on which something is good, as the forms ask for it and the connection keeps it: as the moment in UTC at which the day is over. */
final class LastDay {
    private static final String HOW = "Enter a day like 2027-01-31.";

    private LastDay() {}

    /**
     * Reads a day.
     *
     * @param text {@code yyyy-mm-dd}, or empty if it does not end by itself
     * @throws DateTimeParseException with what to tell the admin
     */
    static Optional<Instant> end(String text, Instant now) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.length() != 10) {
            throw new DateTimeParseException(HOW, text, 0);
        }
        Instant end;
        try {
            end = LocalDate.parse(text).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new DateTimeParseException(HOW, text, 0);
        }
        if (!end.isAfter(now)) {
            throw new DateTimeParseException("This day is over already.", text, 0);
        }
        return Optional.of(end);
    }

    /** The day that ends at a moment, or has it in it. */
    static String of(Instant end) {
        return end.minus(Duration.ofMillis(1))
                .atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .toString();
    }
}
