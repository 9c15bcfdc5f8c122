package dev.sallyport.demo.app;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Follows a tenant's revocation feed with one long poll, from the first token on that the tenant's people show.
 *
 * <p>Staleness is bounded: when the feed cannot be reached, the last known cut-offs hold for 30 seconds after the last answer.
 * After that nothing can be said about any token, so every token is refused with 503 until the feed answers again. The first
 * token of a tenant waits for the first answer, five seconds at most.
 */
final class RevocationFeed {

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(5);
    private static final int WAIT_SECONDS = 25;
    private static final long TIMEOUT_MS = Duration.ofSeconds(28).toMillis();
    private static final long SHORTEST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 2000;

    private final Vertx vertx;
    private final WebClient client;
    private final Clock clock;
    private final String address;
    private final Promise<Void> firstAnswer = Promise.promise();

    private Cutoffs cutoffs = Cutoffs.NONE;
    private Instant answeredAt = Instant.MIN;
    private String etag = "";
    private boolean started;
    private boolean closed;

    RevocationFeed(Vertx vertx, WebClient client, Clock clock, String address) {
        this.vertx = vertx;
        this.client = client;
        this.clock = clock;
        this.address = address;
    }

    /** The cut-offs in force; fails with {@link TokenRefused} (503) when they are not known well enough. */
    synchronized Future<Cutoffs> current() {
        if (!started) {
            started = true;
            poll(SHORTEST_PAUSE_MS);
        }
        return firstAnswer
                .future()
                .timeout(FIRST_ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                .recover(late -> Future.failedFuture(TokenRefused.unknown("the revocation feed has not answered yet")))
                .map(answered -> known());
    }

    /** Asks no more. */
    synchronized void close() {
        closed = true;
    }

    private synchronized Cutoffs known() {
        if (answeredAt.plus(BOUND).isBefore(clock.instant())) {
            throw TokenRefused.unknown("the revocation feed has been silent for too long");
        }
        return cutoffs;
    }

    private synchronized void poll(long pauseAfterFailureMs) {
        if (closed) {
            return;
        }
        HttpRequest<Buffer> request = client.getAbs(address).timeout(TIMEOUT_MS);
        if (!etag.isEmpty()) {
            request.addQueryParam("wait", String.valueOf(WAIT_SECONDS)).putHeader("If-None-Match", etag);
        }
        request.send()
                .map(this::accept)
                .onSuccess(answer -> again(SHORTEST_PAUSE_MS, SHORTEST_PAUSE_MS))
                .onFailure(e -> again(pauseAfterFailureMs, Math.min(2 * pauseAfterFailureMs, LONGEST_PAUSE_MS)));
    }

    private synchronized Cutoffs accept(HttpResponse<Buffer> response) {
        if (response.statusCode() == 200) {
            try {
                cutoffs = Cutoffs.parse(response.bodyAsJsonObject());
            } catch (DecodeException e) {
                throw new IllegalArgumentException("the feed is not JSON", e);
            }
            String tag = response.getHeader("ETag");
            etag = tag == null ? "" : tag;
        } else if (response.statusCode() != 304) {
            throw new IllegalArgumentException("the feed answered " + response.statusCode());
        }
        answeredAt = clock.instant();
        firstAnswer.tryComplete();
        return cutoffs;
    }

    private void again(long pauseMs, long nextPauseMs) {
        vertx.timer(pauseMs).onSuccess(v -> poll(nextPauseMs));
    }
}
