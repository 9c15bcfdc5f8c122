package dev.sallyport.verifier;

import java.time.Duration;

/** What is done about the revocation feeds. */
public sealed interface FeedPolicy {
    /** Thirty seconds of silence are borne, then tokens are refused with 503 until the feed answers again. */
    FeedPolicy DEFAULT = new BoundedStaleness(Duration.ofSeconds(30));

    /**
     * The last answer is believed for so long, then every token is refused with {@link TokenRefused.Reason#FEED_UNAVAILABLE}.
     *
     * @param bound 2 seconds to 1 hour
     */
    record BoundedStaleness(Duration bound) implements FeedPolicy {
        public BoundedStaleness {
            if (bound.compareTo(Duration.ofSeconds(2)) < 0 || bound.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("the bound must lie between 2 seconds and 1 hour");
            }
        }
    }

    /** The feed is followed; when it is silent the last answer is believed, and a departure takes effect at the token's end. */
    record ServeUntilExpiry() implements FeedPolicy {}

    /** No feed is followed: every departure takes effect at the token's end. */
    record NoFeed() implements FeedPolicy {}
}
