package dev.sallyport.broker.outside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** HTTP as bytes on a socket, for requests that no client would send. One connection per request. */
public final class RawHttp {
    private static final int MOST_MILLIS = 10_000;

    private final String host;
    private final int port;

    public RawHttp(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** An answer; repeated headers are joined by line breaks. */
    public record Answer(int status, Map<String, String> headers, String body) {
        /** A header's value; null if it did not come. */
        public String header(String name) {
            return headers.get(name);
        }
    }

    /**
     * Sends a request with the right Host.
     *
     * @param target method and path
     * @param headers lines without the last line end; may be empty
     */
    public Answer send(String target, String headers, String body) {
        return sendTo(host + ":" + port, target, headers, body);
    }

    /** The same with any Host. */
    public Answer sendTo(String hostHeader, String target, String headers, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = target + " HTTP/1.1\r\nHost: " + hostHeader + "\r\nConnection: close\r\nContent-Length: "
                + content.length + (headers.isEmpty() ? "" : "\r\n" + headers) + "\r\n\r\n";
        try (Socket socket = new Socket(host, port)) {
            socket.setSoTimeout(MOST_MILLIS);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            write(socket, content);
            return read(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(target + " " + headers, e);
        }
    }

    // A server that has heard enough may close its side; its answer is there all the same.
    private static void write(Socket socket, byte[] content) {
        try {
            socket.getOutputStream().write(content);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            if (content.length < 10_000) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Answer read(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Answer(0, Map.of(), text);
        }
        String[] lines = text.substring(0, end).split("\r\n", -1);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.merge(
                    lines[i].substring(0, colon), lines[i].substring(colon + 1).strip(), (a, b) -> a + "\n" + b);
        }
        return new Answer(Integer.parseInt(lines[0].split(" ", 3)[1]), headers, text.substring(end + 4));
    }
}
