package dev.sallyport.verifier.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.verifier.SallyportVerifier;
import dev.sallyport.verifier.TokenRefused;
import dev.sallyport.verifier.VerifiedToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** An API on the JDK's own server: one guard in front of it. */
final class PlainApi {
    private final SallyportVerifier verifier;

    PlainApi(SallyportVerifier verifier) {
        this.verifier = verifier;
    }

    HttpServer start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/reports", exchange -> {
            try {
                VerifiedToken token = verifier.verifyHeader(
                                exchange.getRequestHeaders().getFirst("Authorization"))
                        .require("reports:read");
                answer(exchange, 200, "reports of " + token.tenant());
            } catch (TokenRefused refused) {
                if (refused.isTemporary()) {
                    exchange.getResponseHeaders().set("Retry-After", "2");
                } else {
                    exchange.getResponseHeaders().set("WWW-Authenticate", refused.challenge());
                }
                answer(exchange, refused.status(), refused.error());
            }
        });
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
