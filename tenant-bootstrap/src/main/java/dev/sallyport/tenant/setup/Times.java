package dev.sallyport.tenant.setup;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as the pages write them. */
final class Times {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private Times() {}

    /** The day, in UTC. */
    static String day(Instant instant) {
        return DAY.format(instant);
    }

    /** To the minute, in UTC. */
    static String minute(Instant instant) {
        return MINUTE.format(instant);
    }
}
