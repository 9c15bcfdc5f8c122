package dev.sallyport.broker.outside;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A listener on loopback that counts the connections it takes: the proof for what must not be called is that there was none. */
public final class Sink implements AutoCloseable {
    private final AtomicInteger accepts = new AtomicInteger();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final NetServer server;

    private Sink(Vertx vertx, Consumer<NetSocket> behaviour) {
        server = vertx.createNetServer().connectHandler(socket -> {
            accepts.incrementAndGet();
            socket.handler(data -> heard.add(data.toString("ISO-8859-1")));
            behaviour.accept(socket);
        });
        try {
            server.listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One that takes connections and says nothing. */
    public static Sink start(Vertx vertx) {
        return new Sink(vertx, socket -> {});
    }

    /** One that does something with each connection; what it is told is in {@link #heard}. */
    public static Sink start(Vertx vertx, Consumer<NetSocket> behaviour) {
        return new Sink(vertx, behaviour);
    }

    /** Where it listens. */
    public int port() {
        return server.actualPort();
    }

    /** {@code 127.0.0.1:port}. */
    public String hostPort() {
        return "127.0.0.1:" + port();
    }

    /** How many connections it has taken. */
    public int accepts() {
        return accepts.get();
    }

    /** Everything that it was told, in pieces. */
    public String heard() {
        return String.join("", heard);
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }
}
