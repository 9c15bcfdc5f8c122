package dev.sallyport.scim.pull;

import dev.sallyport.outbound.OutboundGate;
import dev.sallyport.outbound.OutboundLimits;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.outbound.OutboundRefused.Reason;
import dev.sallyport.outbound.OutboundRequest;
import dev.sallyport.outbound.OutboundResponse;
import dev.sallyport.scim.directory.Directory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Calls to one directory: with its credential, patient with a server that is busy or stumbles, within the time of the run. 429 and 5xx,
 * and answers that did not come, are tried again after a pause that the server may name (Retry-After, RFC 9110 §10.2.3).
 */
final class DirectoryCalls {
    private static final Set<Reason> PASSING =
            Set.of(Reason.TIMEOUT, Reason.CONNECT, Reason.BUSY, Reason.DNS, Reason.UNAVAILABLE);
    private static final String ACCEPT = "application/scim+json, application/json";
    /** Above this size a page is parsed on a worker. */
    private static final int PARSED_HERE = 256 * 1024;

    private final Vertx vertx;
    private final OutboundGate gate;
    private final Directory directory;
    private final Credential credential;
    private final PullLimits limits;
    private final long deadline;

    DirectoryCalls(Vertx vertx, OutboundGate gate, Directory directory, Credential credential, PullLimits limits) {
        this.vertx = vertx;
        this.gate = gate;
        this.directory = directory;
        this.credential = credential;
        this.limits = limits;
        this.deadline = System.nanoTime() + limits.runTime().toNanos();
    }

    /** A document under the base address. Fails with {@link PullFault}; any status but 200 is one. */
    Future<JsonObject> document(String path) {
        return get(path, limits.attempts()).compose(this::parsed);
    }

    private Future<JsonObject> parsed(OutboundResponse response) {
        Future<JsonObject> document = response.body().length() > PARSED_HERE
                ? vertx.executeBlocking(response::json)
                : Future.future(promise -> promise.complete(response.json()));
        return document.recover(e -> Future.failedFuture(new PullFault("the answer is not a JSON object")));
    }

    private Future<OutboundResponse> get(String path, int left) {
        if (System.nanoTime() - deadline > 0) {
            return Future.failedFuture(new PullFault(
                    "the read took longer than " + limits.runTime().toSeconds() + " s"));
        }
        return credential
                .header()
                .compose(authorization -> gate.send(OutboundRequest.get(directory.tenant(), directory.baseUrl() + path)
                        .withHeader("Accept", ACCEPT)
                        .withHeader("Authorization", authorization)
                        .withLimits(OutboundLimits.DIRECTORY_PAGE)))
                .transform(
                        done -> done.succeeded() ? judge(path, done.result(), left) : failed(path, done.cause(), left));
    }

    private Future<OutboundResponse> judge(String path, OutboundResponse response, int left) {
        int status = response.status();
        if (status == 200) {
            return Future.succeededFuture(response);
        }
        if (status == 401 && left > 1 && credential.renew()) {
            return get(path, left - 1);
        }
        if ((status == 429 || status >= 500) && left > 1) {
            return again(path, left, retryAfter(response));
        }
        return Future.failedFuture(new PullFault("status " + status, status));
    }

    private Future<OutboundResponse> failed(String path, Throwable failure, int left) {
        if (failure instanceof OutboundRefused refused) {
            return left > 1 && PASSING.contains(refused.reason())
                    ? again(path, left, Optional.empty())
                    : Future.failedFuture(new PullFault(refused.reason().word()));
        }
        return Future.failedFuture(failure);
    }

    private Future<OutboundResponse> again(String path, int left, Optional<Duration> asked) {
        long step = limits.firstPause().toMillis() << Math.min(10, limits.attempts() - left);
        long own = step + ThreadLocalRandom.current().nextLong(step / 2 + 1);
        long pause = Math.min(
                Math.max(own, asked.map(Duration::toMillis).orElse(0L)),
                limits.longestPause().toMillis());
        return vertx.timer(Math.max(1, pause), TimeUnit.MILLISECONDS).compose(done -> get(path, left - 1));
    }

    private static Optional<Duration> retryAfter(OutboundResponse response) {
        String value = response.headers().get("Retry-After");
        if (value == null) {
            return Optional.empty();
        }
        if (value.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            String now = response.headers().get("Date");
            Instant here = now == null
                    ? Instant.now()
                    : ZonedDateTime.parse(now, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
            return Optional.of(Duration.between(here, at)).filter(wait -> !wait.isNegative());
        } catch (DateTimeParseException e) {
            // A header that says nothing: the own pause holds.
            return Optional.empty();
        }
    }
}
