package dev.sallyport.bench.load;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.Optional;

/**
 * One connection that is kept alive (RFC 9112 §9.3), for one request at a time, which is written as it is. It speaks HTTP by itself because
 * a generator beside the server takes from it what it costs. A connection that was lost is opened anew for the next request.
 */
public final class Line {
    private final NetClient client;
    private final SocketAddress address;
    private Optional<NetSocket> socket = Optional.empty();
    private Optional<Promise<Reply>> waiting = Optional.empty();
    private ReplyReader reader = new ReplyReader();

    Line(NetClient client, SocketAddress address) {
        this.client = client;
        this.address = address;
    }

    /** Sends a whole request and gives the answer. Fails if the connection is lost before it is whole. */
    public Future<Reply> send(Buffer request) {
        if (socket.isEmpty()) {
            return client.connect(address).compose(opened -> {
                take(opened);
                return write(opened, request);
            });
        }
        return write(socket.get(), request);
    }

    private Future<Reply> write(NetSocket to, Buffer request) {
        Promise<Reply> answer = Promise.promise();
        waiting = Optional.of(answer);
        to.write(request);
        return answer.future();
    }

    private void take(NetSocket opened) {
        socket = Optional.of(opened);
        reader = new ReplyReader();
        opened.handler(data -> {
            try {
                reader.take(data).ifPresent(this::answer);
            } catch (RuntimeException e) {
                lost(opened, e);
                opened.close();
            }
        });
        opened.exceptionHandler(failure -> lost(opened, failure));
        opened.closeHandler(v -> lost(opened, new Reply.Unexpected("the connection was closed")));
    }

    private void answer(Reply reply) {
        Optional<Promise<Reply>> asked = waiting;
        waiting = Optional.empty();
        if (reply.header("connection").map("close"::equalsIgnoreCase).orElse(false)) {
            close();
        }
        asked.ifPresent(promise -> promise.complete(reply));
    }

    private void lost(NetSocket which, Throwable reason) {
        if (socket.filter(current -> current == which).isEmpty()) {
            return;
        }
        socket = Optional.empty();
        Optional<Promise<Reply>> asked = waiting;
        waiting = Optional.empty();
        asked.ifPresent(promise -> promise.fail(reason));
    }

    /** Closes the connection; whoever waits for an answer gets a failure. */
    public void close() {
        Optional<NetSocket> current = socket;
        current.ifPresent(open -> {
            lost(open, new Reply.Unexpected("the connection was closed"));
            open.close();
        });
    }
}
