package dev.sallyport.outbound;

import dev.sallyport.outbound.OutboundRefused.Reason;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import javax.net.ssl.SSLException;

/** One call under way: ends once, by its answer, by its deadline or by what went wrong, and leaves no open connection behind. */
final class Exchange {
    private static final int MOST_HEADERS = 200;

    private final Vertx vertx;
    private final HttpClient client;
    private final OutboundRequest request;
    private final OutboundTarget target;
    private final Promise<OutboundResponse> answer;
    private final Promise<OutboundResponse> ended = Promise.promise();
    private final long deadline;
    private HttpClientRequest open;
    private boolean over;

    Exchange(
            Vertx vertx,
            HttpClient client,
            OutboundRequest request,
            OutboundTarget target,
            Promise<OutboundResponse> answer) {
        this.vertx = vertx;
        this.client = client;
        this.request = request;
        this.target = target;
        this.answer = answer;
        this.deadline = vertx.setTimer(
                request.limits().total().toMillis(),
                id -> fail(new OutboundRefused(Reason.TIMEOUT, "the server did not answer in time")));
    }

    Share share() {
        return request.share();
    }

    boolean insists() {
        return request.insists();
    }

    OutboundTarget target() {
        return target;
    }

    boolean isOver() {
        return over;
    }

    /** How it ended; known to the gate before the caller hears of it, who may call again at once. */
    Future<?> ended() {
        return ended.future();
    }

    /** Calls the first address that takes the connection. */
    void call(List<SocketAddress> addresses) {
        if (over) {
            return;
        }
        SocketAddress address = addresses.get(0);
        client.request(options(address)).onComplete(connected -> {
            if (connected.succeeded()) {
                send(connected.result());
            } else if (addresses.size() > 1 && isConnectFailure(connected.cause())) {
                call(addresses.subList(1, addresses.size()));
            } else {
                fail(connected.cause());
            }
        });
    }

    private RequestOptions options(SocketAddress address) {
        RequestOptions options = new RequestOptions()
                .setMethod(request.method())
                .setServer(address)
                .setHost(target.host())
                .setPort(target.port())
                .setSsl(target.tls())
                .setURI(target.pathAndQuery())
                .setFollowRedirects(false)
                .setConnectTimeout(request.limits().connect().toMillis());
        request.headers().forEach(options::putHeader);
        options.putHeader("User-Agent", "Sallyport");
        options.putHeader("Accept-Encoding", "gzip");
        return options;
    }

    private void send(HttpClientRequest http) {
        open = http;
        if (over) {
            http.reset();
            return;
        }
        http.response().onSuccess(this::receive).onFailure(this::fail);
        Future<Void> sent = request.body() == null ? http.end() : http.end(request.body());
        sent.onFailure(this::fail);
    }

    private void receive(HttpClientResponse response) {
        int status = response.statusCode();
        if (response.headers().size() > MOST_HEADERS) {
            fail(new OutboundRefused(Reason.TOO_LARGE, "the answer has more than " + MOST_HEADERS + " headers"));
            return;
        }
        if (status >= 300 && status < 400) {
            fail(new OutboundRefused(Reason.HTTP_STATUS, "the server redirects, with status " + status));
            return;
        }
        int limit = request.limits().body();
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            if (over) {
                return;
            }
            if (body.length() + chunk.length() > limit) {
                fail(new OutboundRefused(Reason.TOO_LARGE, "the answer is larger than " + limit + " bytes"));
                return;
            }
            body.appendBuffer(chunk);
        });
        response.exceptionHandler(this::fail);
        response.endHandler(end -> decode(response, body, limit));
    }

    private void decode(HttpClientResponse response, Buffer body, int limit) {
        String encoding = response.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            complete(new OutboundResponse(response.statusCode(), response.headers(), body));
        } else if (encoding.equalsIgnoreCase("gzip")) {
            vertx.executeBlocking(() -> Gunzip.atMost(body, limit), false)
                    .onSuccess(
                            plain -> complete(new OutboundResponse(response.statusCode(), response.headers(), plain)))
                    .onFailure(this::fail);
        } else {
            fail(new OutboundRefused(Reason.BAD_DOCUMENT, "the answer is encoded in a way that was not asked for"));
        }
    }

    private void complete(OutboundResponse response) {
        if (!over) {
            over = true;
            vertx.cancelTimer(deadline);
            ended.complete(response);
            answer.complete(response);
        }
    }

    /** Ends the call; what is open is cut off. */
    void fail(Throwable cause) {
        if (over) {
            return;
        }
        over = true;
        vertx.cancelTimer(deadline);
        if (open != null) {
            open.reset();
        }
        OutboundRefused refused = typed(cause);
        ended.fail(refused);
        answer.fail(refused);
    }

    private static OutboundRefused typed(Throwable cause) {
        for (Throwable e = cause; e != null; e = e.getCause()) {
            if (e instanceof OutboundRefused refused) {
                return refused;
            } else if (e instanceof SSLException || e instanceof java.security.GeneralSecurityException) {
                return new OutboundRefused(Reason.TLS, "the server's certificate or its TLS is not good", cause);
            } else if (e instanceof TooLongHttpHeaderException || e instanceof TooLongHttpLineException) {
                return new OutboundRefused(Reason.TOO_LARGE, "the answer's header is too large", cause);
            } else if (e instanceof ConnectTimeoutException) {
                return new OutboundRefused(Reason.TIMEOUT, "the server did not take the connection in time", cause);
            } else if (e instanceof IllegalArgumentException) {
                return new OutboundRefused(Reason.BAD_DOCUMENT, "the answer is not HTTP", cause);
            }
        }
        return new OutboundRefused(Reason.CONNECT, "the connection failed", cause);
    }

    private static boolean isConnectFailure(Throwable cause) {
        Reason reason = typed(cause).reason();
        return reason == Reason.CONNECT || reason == Reason.TIMEOUT;
    }
}
