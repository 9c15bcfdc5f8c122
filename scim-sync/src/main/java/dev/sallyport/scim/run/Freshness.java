package dev.sallyport.scim.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How old our knowledge of the directory is.
 *
 * @param lastFullReadAt end of the last complete read
 * @param age of it, by the database's clock
 * @param promised the interval between runs
 * @param overdue whether the age is more than twice the promise, or nothing was ever read
 */
public record Freshness(Optional<Instant> lastFullReadAt, Optional<Duration> age, Duration promised, boolean overdue) {}
