package dev.sallyport.scim.pull;

import java.time.Duration;

/**
 * How far a read may go (C05).
 *
 * @param pageSize how many resources are asked for at once; a server may give fewer
 * @param extraPages pages beyond those that the announced total needs
 * @param maxResources resources of one kind
 * @param maxMembers members of one group
 * @param attempts tries per call
 * @param firstPause before the second try; doubles with each
 * @param longestPause whatever Retry-After says
 * @param runTime for one whole read
 */
public record PullLimits(
        int pageSize,
        int extraPages,
        int maxResources,
        int maxMembers,
        int attempts,
        Duration firstPause,
        Duration longestPause,
        Duration runTime) {
    /** 100 per page, a million people, 100,000 members, 4 tries, half a second to a minute, half an hour. */
    public static final PullLimits DEFAULT = new PullLimits(
            100, 10, 1_000_000, 100_000, 4, Duration.ofMillis(500), Duration.ofSeconds(60), Duration.ofMinutes(30));
}
