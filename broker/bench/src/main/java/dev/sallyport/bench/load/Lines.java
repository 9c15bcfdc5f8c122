package dev.sallyport.bench.load;

import io.vertx.core.net.NetClient;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The connections of one virtual user. */
public final class Lines {
    private final NetClient client;
    private final List<Line> open = new ArrayList<>();

    Lines(NetClient client) {
        this.client = client;
    }

    /** A connection of its own to an address; it is opened by the first request. */
    public Line to(SocketAddress address) {
        Line line = new Line(client, address);
        open.add(line);
        return line;
    }

    void close() {
        open.forEach(Line::close);
    }
}
