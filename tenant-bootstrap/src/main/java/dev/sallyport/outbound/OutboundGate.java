package dev.sallyport.outbound;

import dev.sallyport.outbound.OutboundRefused.Reason;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The only client for addresses that a tenant gave us: discovery, keys, tokens, user information, directories, notices.
 *
 * <p>Per call: the URL is parsed once; its name is resolved; <em>all</em> answers must be public; the connection goes to an address that
 * was just checked, with Host, server name and certificate check for the original name. Connections are pooled by address, so a kept one
 * is reused only for a call whose own check allowed that address. There are no redirects, no proxy and no cookies; time, size and
 * concurrency are limited, and a server that fails again and again is left alone for a while by whoever called it.
 */
public final class OutboundGate {
    private static final int CALLS_PER_SHARE = 16;
    private static final int LINE_PER_SHARE = 64;
    private static final int HEADER_BYTES = 16 * 1024;
    /** Of all shares together to one server: no tenant's calls wait for those of another. */
    private static final int CONNECTIONS_PER_SERVER = 1_024;
    /** A name may have many addresses; a call knocks at so many. */
    private static final int ADDRESSES_PER_CALL = 4;

    private final Vertx vertx;
    private final OutboundPolicy policy;
    private final Resolver resolver;
    private final Dialer dialer;
    private final HttpClient client;
    private final Breakers breakers;
    private final Bulkhead bulkhead = new Bulkhead(CALLS_PER_SHARE, LINE_PER_SHARE);

    /** Where a checked address is dialled; tests put their own listener in the place of the internet. */
    @FunctionalInterface
    interface Dialer {
        SocketAddress dial(InetAddress checked, int port);

        /** The address itself. */
        static SocketAddress direct(InetAddress checked, int port) {
            return SocketAddress.inetSocketAddress(port, checked.getHostAddress());
        }
    }

    OutboundGate(Vertx vertx, OutboundPolicy policy, Resolver resolver, Dialer dialer, TrustOptions trust) {
        this(vertx, policy, resolver, dialer, trust, System::nanoTime);
    }

    OutboundGate(
            Vertx vertx,
            OutboundPolicy policy,
            Resolver resolver,
            Dialer dialer,
            TrustOptions trust,
            LongSupplier nanos) {
        this.breakers = new Breakers(nanos);
        this.vertx = vertx;
        this.policy = policy;
        this.resolver = resolver;
        this.dialer = dialer;
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setUseAlpn(false)
                .setVerifyHost(true)
                .setTrustAll(false)
                .setForceSni(true)
                .setSslHandshakeTimeout(OutboundLimits.DEFAULT.connect().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTrustOptions(trust)
                .setMaxInitialLineLength(4096)
                .setMaxHeaderSize(HEADER_BYTES)
                .setMaxChunkSize(8192)
                .setMaxRedirects(0)
                .setKeepAliveTimeout(15)
                .setIdleTimeout(30)
                .setDecompressionSupported(false);
        PoolOptions pool =
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_SERVER).setMaxLifetime(120);
        this.client = vertx.httpClientBuilder().with(options).with(pool).build();
    }

    /** A gate that resolves by the system's resolver and trusts the JDK's certificate authorities. */
    public static OutboundGate create(Vertx vertx, OutboundPolicy policy) {
        return new OutboundGate(vertx, policy, Resolver.of(vertx), Dialer::direct, null);
    }

    /** A gate with another resolver, and certificate authorities of its own (null for the JDK's). */
    public static OutboundGate create(Vertx vertx, OutboundPolicy policy, Resolver resolver, TrustOptions trust) {
        return new OutboundGate(vertx, policy, resolver, Dialer::direct, trust);
    }

    /** What may be called; for checks at the time an address is written down. */
    public OutboundPolicy policy() {
        return policy;
    }

    /**
     * Makes one call. Answers with any status but 3xx; everything else fails with {@link OutboundRefused}.
     */
    public Future<OutboundResponse> send(OutboundRequest request) {
        OutboundTarget target;
        try {
            target = policy.check(request.url());
        } catch (OutboundRefused refused) {
            return Future.failedFuture(refused);
        }
        Context context = vertx.getOrCreateContext();
        Promise<OutboundResponse> answer = Promise.promise();
        context.runOnContext(here -> start(new Exchange(vertx, client, request, target, answer)));
        return answer.future();
    }

    private void start(Exchange exchange) {
        Context context = vertx.getOrCreateContext();
        try {
            bulkhead.enter(exchange.share(), () -> context.runOnContext(here -> proceed(exchange)));
        } catch (OutboundRefused refused) {
            exchange.fail(refused);
        }
    }

    private void proceed(Exchange exchange) {
        exchange.ended().onComplete(done -> bulkhead.leave(exchange.share()));
        if (exchange.isOver()) {
            return;
        }
        OutboundTarget target = exchange.target();
        Breakers.Pass pass;
        try {
            pass = breakers.enter(exchange.share(), target.authority(), exchange.insists());
        } catch (OutboundRefused refused) {
            exchange.fail(refused);
            return;
        }
        exchange.ended().onComplete(end -> breakers.left(pass, end));
        Future<List<InetAddress>> found = target.literal()
                .map(literal -> Future.succeededFuture(List.of(literal)))
                .orElseGet(() -> resolver.resolve(target.host())
                        .recover(e ->
                                Future.failedFuture(new OutboundRefused(Reason.DNS, "the name does not resolve", e))));
        found.map(addresses -> policy.check(target, addresses))
                .map(addresses -> addresses.stream()
                        .limit(ADDRESSES_PER_CALL)
                        .map(address -> dialer.dial(address, target.port()))
                        .toList())
                .onSuccess(exchange::call)
                .onFailure(exchange::fail);
    }

    /** Ends all connections. */
    public Future<Void> close() {
        return client.close();
    }
}
