package dev.sallyport.demo;

import dev.sallyport.demo.story.Broken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds ports for processes that have to be told theirs. */
public final class FreePort {

    private FreePort() {}

    /** A port of 127.0.0.1 on which nobody listens at the moment. */
    public static int any() {
        return probe(0);
    }

    /** The port itself if nobody listens on it; fails with {@link Broken} otherwise. */
    static int exactly(int port) {
        try {
            return probe(port);
        } catch (UncheckedIOException e) {
            throw new Broken("port " + port + " is taken", e);
        }
    }

    private static int probe(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
