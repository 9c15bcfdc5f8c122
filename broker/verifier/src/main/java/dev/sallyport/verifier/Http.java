package dev.sallyport.verifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Reads small documents: no redirects, a cap on the body, one deadline over all of it. */
final class Http {
    private static final Duration CONNECT = Duration.ofSeconds(3);

    private final HttpClient client;
    private final ScheduledExecutorService timer;

    Http(ScheduledExecutorService timer) {
        this.timer = timer;
        // One long poll per tenant stands on a connection of its own; HTTP/2 would make them share a limit of streams.
        this.client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(Redirect.NEVER)
                .version(Version.HTTP_1_1)
                .build();
    }

    /** An answer, whole. */
    record Answer(int status, Optional<String> etag, Optional<String> cacheControl, String body) {}

    /** Asks; fails with {@link IOException}, or is cancelled when the deadline passes or the caller cancels. */
    CompletableFuture<Answer> get(URI address, Optional<String> known, int mostBytes, Duration deadline) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("Accept", "application/json")
                .GET();
        known.ifPresent(etag -> request.header("If-None-Match", etag));
        if (timer.isShutdown()) {
            return CompletableFuture.failedFuture(new IOException("closed"));
        }
        Capped body = new Capped(mostBytes);
        CompletableFuture<HttpResponse<byte[]>> sent = client.sendAsync(request.build(), info -> body);
        CompletableFuture<Answer> answer = sent.thenApply(response -> new Answer(
                response.statusCode(),
                response.headers().firstValue("ETag"),
                response.headers().firstValue("Cache-Control"),
                new String(response.body(), StandardCharsets.UTF_8)));
        ScheduledFuture<?> alarm =
                timer.schedule(() -> answer.cancel(true), deadline.toMillis(), TimeUnit.MILLISECONDS);
        return answer.whenComplete((done, failure) -> {
            alarm.cancel(false);
            if (failure != null) {
                body.cancel();
                sent.cancel(true);
            }
        });
    }

    /** Gathers a body up to a limit; beyond it the connection is given up. */
    private static final class Capped implements BodySubscriber<byte[]> {
        private final int most;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private volatile Flow.Subscription subscription;

        Capped(int most) {
            this.most = most;
        }

        void cancel() {
            Flow.Subscription running = subscription;
            if (running != null) {
                running.cancel();
            }
            whole.cancel(false);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (whole.isDone()) {
                given.cancel();
            } else {
                given.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            for (ByteBuffer part : parts) {
                if (bytes.size() + part.remaining() > most) {
                    whole.completeExceptionally(new IOException("the answer is longer than " + most + " bytes"));
                    subscription.cancel();
                    return;
                }
                byte[] some = new byte[part.remaining()];
                part.get(some);
                bytes.writeBytes(some);
            }
        }

        @Override
        public void onError(Throwable failure) {
            whole.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            whole.complete(bytes.toByteArray());
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return whole;
        }
    }
}
