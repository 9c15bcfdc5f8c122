package dev.sallyport.verifier;

import java.util.concurrent.CompletableFuture;

/** A tenant that is in use: its keys and its feed. */
final class Tenant {
    private final String issuer;
    private final String slug;
    private final Keys keys;
    private final Feed feed;
    private final Ticker ticker;
    private volatile long usedAt;
    private volatile boolean forgotten;

    Tenant(String issuer, String slug, Keys keys, Feed feed, Ticker ticker) {
        this.issuer = issuer;
        this.slug = slug;
        this.keys = keys;
        this.feed = feed;
        this.ticker = ticker;
        this.usedAt = ticker.nanos();
    }

    String issuer() {
        return issuer;
    }

    String slug() {
        return slug;
    }

    Keys keys() {
        return keys;
    }

    CompletableFuture<Cutoffs> cutoffs() {
        usedAt = ticker.nanos();
        return feed.current();
    }

    long usedAt() {
        return usedAt;
    }

    boolean isForgotten() {
        return forgotten;
    }

    void rest() {
        feed.stop();
    }

    void forget() {
        forgotten = true;
        feed.stop();
    }
}
