package dev.sallyport.verifier;

import dev.sallyport.verifier.FeedPolicy.BoundedStaleness;
import dev.sallyport.verifier.FeedPolicy.NoFeed;
import dev.sallyport.verifier.Http.Answer;
import dev.sallyport.verifier.TokenRefused.Reason;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Follows a tenant's revocation feed with one long poll at a time, from the first token on until it is stopped. */
final class Feed {
    private static final Logger LOG = System.getLogger(Feed.class.getName());
    private static final int MOST_BYTES = 32 * 1024 * 1024;
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int LONGEST_WAIT = 25;
    private static final long SHORTEST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 5_000;

    private final Http http;
    private final URI address;
    private final FeedPolicy policy;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final Ticker ticker;
    private final Runnable keyRevoked;
    private final long boundNanos;
    private final int waitSeconds;

    private volatile CompletableFuture<Cutoffs> known = CompletableFuture.completedFuture(Cutoffs.NONE);
    private volatile long answeredAt;
    private volatile boolean answered;
    private Optional<String> etag = Optional.empty();
    private CompletableFuture<Cutoffs> next = new CompletableFuture<>();
    private CompletableFuture<Answer> asking;
    private int failures;
    private boolean running;
    private long round;

    Feed(
            Http http,
            URI address,
            FeedPolicy policy,
            ScheduledExecutorService timer,
            Clock clock,
            Ticker ticker,
            Runnable keyRevoked) {
        this.http = http;
        this.address = address;
        this.policy = policy;
        this.timer = timer;
        this.clock = clock;
        this.ticker = ticker;
        this.keyRevoked = keyRevoked;
        this.boundNanos =
                policy instanceof BoundedStaleness bounded ? bounded.bound().toNanos() : Long.MAX_VALUE;
        // So short that a poll that is lost can be noticed and made good within the bound.
        this.waitSeconds = policy instanceof BoundedStaleness bounded
                ? (int) Math.max(1, Math.min(LONGEST_WAIT, bounded.bound().toSeconds() / 2))
                : LONGEST_WAIT;
    }

    /** The cut-offs in force; at once if they are known well enough. Fails with {@link TokenRefused} if the policy says so. */
    CompletableFuture<Cutoffs> current() {
        if (policy instanceof NoFeed) {
            return known;
        }
        if (isFresh()) {
            return known;
        }
        synchronized (this) {
            if (!running) {
                running = true;
                failures = 0;
                round++;
                poll(round);
            }
            if (isFresh()) {
                return known;
            }
            if (failures > 0) {
                // Nobody waits while it is known that there is no answer.
                return policy instanceof BoundedStaleness ? refused() : known;
            }
            return policy instanceof BoundedStaleness ? next : next.exceptionallyCompose(e -> known);
        }
    }

    /** Asks no more, until somebody wants to know again. */
    void stop() {
        CompletableFuture<Cutoffs> waited;
        CompletableFuture<Answer> under;
        synchronized (this) {
            running = false;
            answered = false;
            round++;
            under = asking;
            asking = null;
            waited = next;
            next = new CompletableFuture<>();
        }
        if (under != null) {
            under.cancel(true);
        }
        waited.completeExceptionally(new TokenRefused(Reason.FEED_UNAVAILABLE));
    }

    private boolean isFresh() {
        return answered && ticker.nanos() - answeredAt <= boundNanos;
    }

    private static CompletableFuture<Cutoffs> refused() {
        return CompletableFuture.failedFuture(new TokenRefused(Reason.FEED_UNAVAILABLE));
    }

    private synchronized void poll(long mine) {
        if (!running || mine != round) {
            return;
        }
        boolean waits = answered && etag.isPresent() && failures == 0;
        URI wanted = waits ? URI.create(address + "?wait=" + waitSeconds) : address;
        Duration deadline = waits ? DEADLINE.plusSeconds(waitSeconds) : DEADLINE;
        if (waits && boundNanos < deadline.toNanos()) {
            deadline = Duration.ofNanos(boundNanos);
        }
        long began = ticker.nanos();
        asking = http.get(wanted, etag, MOST_BYTES, deadline);
        var unused = asking.whenComplete((answer, failure) -> done(mine, began, answer, failure));
    }

    private void done(long mine, long began, Answer answer, Throwable failure) {
        boolean newKey = false;
        CompletableFuture<Cutoffs> waited;
        boolean good = false;
        synchronized (this) {
            if (!running || mine != round) {
                return;
            }
            try {
                if (failure != null) {
                    throw new IOException(failure);
                }
                newKey = accept(answer);
                answeredAt = ticker.nanos();
                answered = true;
                good = true;
                if (failures > 0) {
                    LOG.log(Level.INFO, "the revocation feed {0} answers again", address);
                }
                failures = 0;
            } catch (IOException | ParseException | RuntimeException e) {
                failures++;
                if (failures == 1) {
                    LOG.log(Level.WARNING, "the revocation feed {0} cannot be read: {1}", address, e.getMessage());
                }
            }
            waited = next;
            next = new CompletableFuture<>();
            again(mine, began);
        }
        // Outside the lock: whoever waited goes on from here.
        if (good) {
            waited.complete(known.join());
        } else {
            waited.completeExceptionally(new TokenRefused(Reason.FEED_UNAVAILABLE));
        }
        if (newKey) {
            keyRevoked.run();
        }
    }

    private boolean accept(Answer answer) throws IOException, ParseException {
        if (answer.status() == 304 && etag.isPresent()) {
            return false;
        }
        if (answer.status() != 200) {
            throw new IOException("status " + answer.status());
        }
        Cutoffs before = known.join();
        Cutoffs read = Cutoffs.parse(answer.body(), MOST_BYTES);
        etag = answer.etag();
        known = CompletableFuture.completedFuture(
                read.with(before, clock.instant().getEpochSecond()));
        return read.namesNewKey(before);
    }

    /** After an answer at once, but no more than ten times a second; after a failure later and later, each verifier at its own time. */
    private void again(long mine, long began) {
        long pause;
        if (failures == 0) {
            long took = TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - began);
            pause = Math.max(0, SHORTEST_PAUSE_MS - took);
        } else {
            long most = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS << Math.min(failures, 10));
            if (policy instanceof BoundedStaleness bounded) {
                most = Math.min(most, bounded.bound().toMillis() / 6);
            }
            pause = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
        }
        try {
            var unused = timer.schedule(() -> poll(mine), pause, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            running = false;
        }
    }
}
