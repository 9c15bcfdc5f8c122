package dev.sallyport.outbound;

import static dev.sallyport.outbound.Waiting.await;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A listener on loopback that counts the connections it takes: the proof for what must not be called is that there was none. */
final class Sink {
    private final AtomicInteger accepts = new AtomicInteger();
    private final NetServer server;

    Sink(Vertx vertx, Consumer<NetSocket> behaviour) {
        server = vertx.createNetServer().connectHandler(socket -> {
            accepts.incrementAndGet();
            behaviour.accept(socket);
        });
        await(server.listen(0, "127.0.0.1"));
    }

    Sink(Vertx vertx) {
        this(
                vertx,
                socket -> socket.handler(data -> socket.end(io.vertx.core.buffer.Buffer.buffer(
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"))));
    }

    int port() {
        return server.actualPort();
    }

    int accepts() {
        return accepts.get();
    }
}
