package dev.sallyport.scim.run;

import java.time.Duration;

/**
 * How a node works on runs.
 *
 * @param poll how often it looks for due runs
 * @param lease how long a run stays with a node that does not renew it
 * @param runs at most so many runs at the same time
 * @param batch findings fetched at once
 * @param together people changed at the same time within a run
 */
public record SyncSettings(Duration poll, Duration lease, int runs, int batch, int together) {
    /** Every second, 30 seconds, 4 runs, 100 findings, 4 people. */
    public static final SyncSettings DEFAULT =
            new SyncSettings(Duration.ofSeconds(1), Duration.ofSeconds(30), 4, 100, 4);
}
