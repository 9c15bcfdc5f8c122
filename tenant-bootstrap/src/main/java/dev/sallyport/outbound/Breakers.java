package dev.sallyport.outbound;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.outbound.Breaker.Verdict;
import dev.sallyport.outbound.OutboundRefused.Reason;
import io.vertx.core.AsyncResult;
import java.time.Duration;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The breakers of this node, one for each share and host: whoever's calls fail there stops calling for a while, and nobody else notices.
 * Only hosts that have just failed are kept, and not more than a bounded number of them.
 */
final class Breakers {
    private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);
    private static final int MOST = 10_000;

    private final LongSupplier nanos;
    private final ConcurrentMap<Key, Breaker> failing = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterAccess(Duration.ofMinutes(10))
            .<Key, Breaker>build()
            .asMap();

    record Key(Share share, String authority) {}

    /**
     * Leave to make one call; it has to be given back to {@link #left}.
     *
     * @param trying the breaker as this call left it if it is the one that may try, else null
     */
    record Pass(Key key, Breaker trying) {
        /** Whether the breaker still waits for this call. */
        boolean isTry(Breaker now) {
            return now.equals(trying);
        }
    }

    /**
     * @param nanos such as {@link System#nanoTime}
     */
    Breakers(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Lets a call through or not.
     *
     * @param insists whether it goes past an open breaker
     * @throws OutboundRefused UNAVAILABLE if the host has failed too often just now
     */
    Pass enter(Share share, String authority, boolean insists) {
        Key key = new Key(share, authority);
        long now = nanos.getAsLong();
        Verdict[] verdict = {Verdict.PASS};
        Breaker after = failing.computeIfPresent(key, (k, breaker) -> {
            verdict[0] = insists ? Verdict.PASS : breaker.judge(now);
            return verdict[0] == Verdict.TRY ? breaker.whileTrying() : breaker;
        });
        return switch (verdict[0]) {
            case PASS -> new Pass(key, null);
            case TRY -> new Pass(key, after);
            case REFUSED ->
                throw new OutboundRefused(Reason.UNAVAILABLE, "the server has failed several times just now");
        };
    }

    /** Takes note of how a call ended. */
    void left(Pass pass, AsyncResult<?> end) {
        long now = nanos.getAsLong();
        failing.compute(pass.key(), (key, kept) -> {
            Breaker before = kept == null ? Breaker.CLOSED : kept;
            Breaker after = after(before, pass.isTry(before), end, now);
            if (after.isOpen() != before.isOpen()) {
                LOG.info(
                        "calls of {} to {} {}",
                        key.share().name(),
                        key.authority(),
                        after.isOpen() ? "pause" : "go on");
            }
            return after.equals(Breaker.CLOSED) ? null : after;
        });
    }

    private static Breaker after(Breaker before, boolean isTry, AsyncResult<?> end, long now) {
        if (end.succeeded()) {
            return before.answered();
        }
        Reason reason = end.cause() instanceof OutboundRefused refused ? refused.reason() : Reason.BUSY;
        return switch (reason) {
            case HTTP_STATUS -> before.answered();
            case TIMEOUT, CONNECT, DNS, TLS, TOO_LARGE, BAD_DOCUMENT -> before.failed(isTry, now);
            case BLOCKED, PRIVATE, BUSY, UNAVAILABLE -> before.learntNothing(isTry);
        };
    }
}
