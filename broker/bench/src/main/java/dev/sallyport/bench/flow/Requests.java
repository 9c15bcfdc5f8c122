package dev.sallyport.bench.flow;

import dev.sallyport.bench.provider.Provider;
import dev.sallyport.demo.story.Client;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Whole requests (RFC 9112 §3), to be made once and sent often. */
final class Requests {
    private Requests() {}

    /** GET; headers are given as whole lines. */
    static Buffer get(Provider provider, String path, String... headers) {
        return Buffer.buffer(head("GET", provider, path, headers) + "\r\n");
    }

    /** POST of a form by a client, which authenticates with {@code client_secret_basic} (RFC 6749 §2.3.1). */
    static Buffer form(Provider provider, String path, Client client, String form) {
        return Buffer.buffer(
                head("POST", provider, path, basic(client), "Content-Type: application/x-www-form-urlencoded")
                        + "Content-Length: " + form.length() + "\r\n\r\n" + form);
    }

    /** Percent-encodes. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String basic(Client client) {
        String pair = encoded(client.id()) + ":" + encoded(client.secret());
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    }

    private static String head(String method, Provider provider, String path, String... headers) {
        StringBuilder head = new StringBuilder()
                .append(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(provider.authority())
                .append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.toString();
    }
}
